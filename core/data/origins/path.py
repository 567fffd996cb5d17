"""A file on the server, below a folder that its settings allow. Copies it: what is read must not change meanwhile."""

import os
import shutil
import stat
from collections.abc import Mapping
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
        raise BadInput("path_missing", path=where["path"][:300])
    with os.fdopen(descriptor, "rb") as source:
        copy(source, fetching, os.fstat(descriptor).st_size)


def copy(source: BinaryIO, fetching: Fetching, size: int) -> None:
    """Raises TooLarge when the disk has no room."""
    done = 0
    if size > shutil.disk_usage(fetching.out.parent).free - LEAST_FREE_BYTES:
        raise TooLarge("fetch_disk")
    with open(fetching.out, "wb") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            done += len(chunk)
            fetching.report(0.3 * done / max(size, done), "Copying the file")


def name_of(where: Mapping[str, Any]) -> str:
    return Path(str(where.get("path", ""))).name


origin = Origin(key="path", title="A path on the server", settle=settle, fetch=fetch, name=name_of)
