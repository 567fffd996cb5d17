"""Where a process of ours keeps temporary files: a folder of its own in the home. Knows no job.

TensorFlow writes functions that it has translated into the temporary folder and removes them when Python ends,
which a process that is killed, or that leaves in haste, does not wait for.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.home import Home
from core.jobs.liveness import Lock, is_alive


@contextmanager
def own_temporary_folder(home: Home, lock: Lock) -> Iterator[Path]:
    """Temporary files of this process, and of those it starts, go there; gone at the end.

    lock: the process's own, still held when the folder goes.
    """
    folder = home.temporary / lock.name
    folder.mkdir(parents=True, exist_ok=True)
    before = os.environ.get("TMPDIR"), tempfile.tempdir
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before[1]
        if before[0] is None:
            del os.environ["TMPDIR"]
        else:
            os.environ["TMPDIR"] = before[0]
        shutil.rmtree(folder, ignore_errors=True)


def sweep_temporary(home: Home) -> None:
    """Delete the folders of processes that are dead."""
    for folder in home.temporary.iterdir() if home.temporary.is_dir() else ():
        if not is_alive(home.workers, folder.name):
            shutil.rmtree(folder, ignore_errors=True)
