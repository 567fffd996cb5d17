"""The folders that stored tables lie in: whole or not, held, put away. Knows no datasets and no columns.

A blob folder is made aside and renamed last, and renamed aside before it is emptied: under its own
name it is whole. Who looks whether one is there and then refers to it holds the blobs together with
others; who sees that nobody refers to one and puts it away holds them alone.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import TooLarge
from core.home import Home

DELETED = ".deleted-"
STALE_S = 24 * 3600  # a folder made aside that nobody has written to for so long is a dead reader's


@contextmanager
def held(home: Home, *, alone: bool) -> Iterator[None]:
    """Hold all blobs, alone or together with others who do; waits for whoever holds them otherwise."""
    home.root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(home.root / "blobs.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_whole(location: Path) -> bool:
    """Whether the folder holds a table and its description."""
    return (location / "blob.json").exists() and (location / "table.parquet").exists()


@contextmanager
def made_aside(location: Callable[[], Path], home: Home, name: str) -> Iterator[Path]:
    """A folder to make a blob in, which takes the blob's name when all went well and goes when it did not.

    location: asked at the end, as the name may be found out meanwhile. What lies in the folder's `temp` is left behind. Raises TooLarge, with the name, where memory or disk are short.
    """
    import duckdb

    aside = home.blobs / f".made-{secrets.token_hex(8)}"
    aside.mkdir(parents=True)
    try:
        yield aside
        shutil.rmtree(aside / "temp", ignore_errors=True)
        publish(aside, location(), home)
    except duckdb.OutOfMemoryException:
        raise TooLarge("table_memory", file=name) from None
    except OSError as error:
        raise TooLarge("disk", detail=error.strerror or "unknown") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def publish(aside: Path, location: Path, home: Home) -> None:
    """Give a folder made aside its own name, unless somebody stored equal bytes meanwhile.

    What is left of a blob that is not whole makes room for it. Raises OSError.
    """
    try:
        os.rename(aside, location)
    except OSError:
        with held(home, alone=True):
            if is_whole(location):
                return
            put_away(location)
            os.rename(aside, location)


def put_away(location: Path) -> None:
    """Take a blob's name from its folder, which `sweep` then deletes; none there is well, too."""
    with suppress(FileNotFoundError):
        os.rename(location, location.with_name(f"{DELETED}{secrets.token_hex(8)}"))


def sweep(home: Home) -> None:
    """Delete the folders put away, and those made aside by readers that died."""
    for path in home.blobs.glob(".*"):
        with suppress(FileNotFoundError):  # somebody else was quicker
            if path.name.startswith(DELETED) or time.time() - path.stat().st_mtime > STALE_S:
                shutil.rmtree(path, ignore_errors=True)
