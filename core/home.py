"""Where Fathom keeps things: one folder, given by FATHOM_HOME. Creates it, reads nothing in it."""

import os
import secrets
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Home:
    """The folders under one root; every store is handed the one it needs."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Home":
        """FATHOM_HOME, or `.fathom/` beside app.py."""
        default = Path(__file__).resolve().parent.parent / ".fathom"
        return cls.at(Path(os.environ.get("FATHOM_HOME") or default))

    @classmethod
    def at(cls, root: Path) -> "Home":
        """A home in that folder, which is made if need be."""
        home = cls(root.expanduser().resolve())
        for folder in (
            home.blobs,
            home.datasets,
            home.runs,
            home.uploads,
            home.workers,
            home.exports,
            home.searches,
        ):
            folder.mkdir(parents=True, exist_ok=True)
        return home

    @property
    def database(self) -> Path:
        return self.root / "fathom.db"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def searches(self) -> Path:
        return self.root / "searches"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def exports(self) -> Path:
        """Files made for somebody to download, such as batch predictions."""
        return self.root / "exports"

    @property
    def temporary(self) -> Path:
        """A folder for each process that does jobs, gone with it."""
        return self.root / "temporary"

    @property
    def workers(self) -> Path:
        """One lock file a live process, and their logs."""
        return self.root / "workers"


def new_id() -> str:
    """A random id, short enough for a URL and too long to guess (80 bits)."""
    return secrets.token_hex(10)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader, or a crash, sees all of it or none.

    Written aside, fsynced, renamed: the rename is atomic on one file system.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(aside, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def delete_old(folder: Path, older_than_s: float, spare: Collection[str] = ()) -> None:
    """Delete the files directly in a folder that nobody has written to for that many seconds.

    spare: names of those that are kept all the same.
    """
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in spare:
            continue
        with suppress(FileNotFoundError):  # somebody else was quicker
            if path.is_file() and time.time() - path.stat().st_mtime > older_than_s:
                path.unlink()
