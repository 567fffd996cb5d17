"""Whether the program on the disk is still the one that a process began with. Imports none of it."""

import os
import time
from contextlib import suppress
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1]
LOOK_EVERY_S = 5.0


class Program:
    """The program's files as they are now. A process that finds them changed makes room for one that knows them."""

    def __init__(self, folder: Path = PROGRAM, look_every_s: float = LOOK_EVERY_S):
        self._folder, self._look_every_s = folder, look_every_s
        self._files, self._looked_at = _files(folder), time.monotonic()

    def has_changed(self) -> bool:
        """Cheap: the disk is looked at every few seconds (about 5 ms), however often one asks."""
        if time.monotonic() - self._looked_at >= self._look_every_s:
            self._looked_at = time.monotonic()
            return _files(self._folder) != self._files
        return False


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Path → time of the last change and size, of every file but those that Python compiles for itself."""
    found = {}
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            file = os.path.join(path, name)
            with suppress(FileNotFoundError):  # an update takes files away while one looks
                status = os.stat(file)
                found[file] = (status.st_mtime_ns, status.st_size)
    return found
