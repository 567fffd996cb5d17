"""A file, or a folder of files of one table, on the server below a folder that its settings allow. Copies it: what is read must not change meanwhile."""

import os
import shutil
import stat
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from core.data.origins import Fetching, Origin
from core.data.origins._below import open_below, place
from core.errors import BadInput, TooLarge
from core.settings import Settings

CHUNK = 8 << 20
LEAST_FREE_BYTES = 512 << 20


def settle(where: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """where: path, absolute."""
    if not settings.allowed_paths:
        raise BadInput("paths_none")
    return {"path": str(where.get("path", "")).strip()}


def fetch(where: Mapping[str, Any], fetching: Fetching) -> None:
    root, rest = place(where["path"], fetching.settings.allowed_paths, fetching.home.root)
    descriptor = open_below(root, rest)
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        _copy_folder(root, rest, fetching)
        return
    with os.fdopen(descriptor, "rb") as source:
        copy(source, fetching, os.fstat(descriptor).st_size)


def _copy_folder(root: Path, rest: Path, fetching: Fetching) -> None:
    """All its files in one archive, as which several files of one table are read. Links in it are passed over."""
    files = sorted(
        path.relative_to(root)
        for path in _below(root / rest)
        if not any(part.startswith(".") for part in path.relative_to(root / rest).parts)
    )
    if not files:
        raise BadInput("folder_empty", path=str(root / rest)[:300])
    with zipfile.ZipFile(fetching.out, "w", zipfile.ZIP_STORED) as archive:
        for number, path in enumerate(files):
            entry = zipfile.ZipInfo(
                path.relative_to(rest).as_posix()
            )  # without times: equal files, equal archives
            with os.fdopen(open_below(root, path), "rb") as source:
                _check_room(os.fstat(source.fileno()).st_size, fetching)
                with archive.open(entry, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target, CHUNK)
            fetching.report(0.3 * (number + 1) / len(files), "Copying the files")


def _below(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(at) / name for name in names if not (Path(at) / name).is_symlink())


def _check_room(size: int, fetching: Fetching) -> None:
    if size > shutil.disk_usage(fetching.out.parent).free - LEAST_FREE_BYTES:
        raise TooLarge("fetch_disk")


def copy(source: BinaryIO, fetching: Fetching, size: int) -> None:
    """Raises TooLarge when the disk has no room."""
    done = 0
    _check_room(size, fetching)
    with open(fetching.out, "wb") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            done += len(chunk)
            fetching.report(0.3 * done / max(size, done), "Copying the file")


def name_of(where: Mapping[str, Any]) -> str:
    return Path(str(where.get("path", ""))).name


origin = Origin(key="path", title="A path on the server", settle=settle, fetch=fetch, name=name_of)
