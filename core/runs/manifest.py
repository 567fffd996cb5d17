"""What a finished run's folder holds, file by file, and what made it. Opens no index."""

import hashlib
import json
import os
import platform
import time
from importlib.metadata import distributions
from pathlib import Path

from core.codec import dumps
from core.home import write_whole

MANIFEST = "manifest.json"
ABOUT = "about.json"  # name and summary: may change after the run is whole
VERSION = 1


def write(folder: Path) -> None:
    """List every file with its sha256, and the packages installed. Written last.

    Each file is on the disk before the manifest is: its presence means the run is whole, also
    after a power cut.
    """
    files = {}
    for path in _files(folder):
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        files[path.relative_to(folder).as_posix()] = {"sha256": digest, "bytes": path.stat().st_size}
    packages = {d.metadata["Name"]: d.version for d in distributions()}
    manifest = {
        "version": VERSION,
        "files": files,
        "python": platform.python_version(),
        "packages": dict(sorted(packages.items())),
        "created_at": time.time(),
    }
    write_whole(folder / MANIFEST, dumps(manifest, indent=1))


def is_whole(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def verify(folder: Path) -> tuple[str, ...]:
    """The files that are missing, new or changed since the manifest was written; empty if intact."""
    listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    wrong = set(listed) ^ set(found)
    for name in set(listed) & set(found):
        with open(found[name], "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != listed[name]["sha256"]:
                wrong.add(name)
    return tuple(sorted(wrong))


def _files(folder: Path) -> list[Path]:
    """Every file but the manifest, what may change after it, and unfinished ones (hidden)."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return [path for path in files if path not in (folder / MANIFEST, folder / ABOUT)]
