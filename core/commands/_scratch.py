"""A home for commands that keep nothing: made for one call, gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from core.home import Home


@contextmanager
def scratch_home() -> Iterator[Home]:
    with TemporaryDirectory(prefix="fathom-") as folder:
        yield Home.at(Path(folder))
