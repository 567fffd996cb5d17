"""What a worker writes aside is in its home, and gone with the worker, however that ends."""

import os
import tempfile
from pathlib import Path

from core.jobs import supervisor
from core.jobs.liveness import hold_worker_lock
from core.jobs.temporary import own_temporary_folder, sweep_temporary
from core.jobs.worker import run_here
from tests.core.jobs.conftest import until
from tests.core.jobs.test_worker import putting
from tests.core.jobs.toy_main import HANDLERS


def test_temporary_files_of_a_worker_and_its_children_go_with_it(toys):
    worker = toys.start("work", "--lane", "data")
    files = [*map(Path, toys.queue.wait(toys.put("write_aside", lane="data").id, 15).result["files"])]
    assert all(file.exists() and file.parent.parent == toys.home.temporary for file in files)
    worker.terminate()
    worker.wait(10)
    assert list(toys.home.temporary.iterdir()) == []


def test_what_a_killed_worker_left_is_swept_up_and_what_a_living_one_has_is_not(toys):
    alive, killed = toys.start("work", "--lane", "data"), toys.start("work", "--lane", "training")
    kept = toys.queue.wait(toys.put("write_aside", lane="data").id, 15).result["files"]
    toys.put("write_aside", then="die")
    killed.wait(15)
    assert len(list(toys.home.temporary.iterdir())) == 2
    supervisor._Supervisor(toys.home, ("worker",), 60.0)._tidy()
    (left,) = toys.home.temporary.iterdir()
    assert all(Path(file).parent == left and Path(file).exists() for file in kept) and alive.poll() is None


def test_the_terminal_has_its_own_temporary_folder_back_afterwards(home):
    before = tempfile.gettempdir(), os.environ.get("TMPDIR")
    job = run_here(home, HANDLERS, putting(home, kind="write_aside"))
    assert all(Path(file).parent.parent == home.temporary for file in job.result["files"])
    assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == before
    assert list(home.temporary.iterdir()) == []


def test_a_sweep_at_any_moment_leaves_the_folder_of_one_who_has_just_begun(home):
    sweep_temporary(home)  # nobody has been there yet
    lock = hold_worker_lock(home.workers, "data")
    with own_temporary_folder(home, lock) as folder:
        sweep_temporary(home)
        assert folder.is_dir()
    until(lambda: not folder.exists())
    lock.release()
