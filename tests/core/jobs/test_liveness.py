import os
import subprocess
import sys

import pytest

from core.jobs.liveness import Lock, hold_worker_lock, holder, is_alive, is_held, live_workers, sweep
from tests.core.jobs.toy_main import ROOT

HOLD = """
import sys, time
from pathlib import Path
from core.jobs.liveness import hold_worker_lock
lock = hold_worker_lock(Path(sys.argv[1]), "training")
print(lock.name, flush=True)
time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.wait()


def test_a_process_is_alive_until_it_is_killed(tmp_path, other):
    name = other.stdout.readline().strip()
    assert is_alive(tmp_path, name)
    assert [w.pid for w in live_workers(tmp_path, "training")] == [other.pid]
    assert holder(tmp_path, name).process().pid == other.pid
    other.kill()
    other.wait()
    assert not is_alive(tmp_path, name)
    assert holder(tmp_path, name) is None


def test_a_pid_that_belongs_to_somebody_else_now_is_not_signalled(tmp_path):
    from dataclasses import replace

    lock = hold_worker_lock(tmp_path, "data")
    mine = holder(tmp_path, lock.name)
    assert mine.process().pid == os.getpid()
    assert replace(mine, create_time=mine.create_time - 100).process() is None
    lock.release()


def test_what_the_dead_left_is_swept_and_the_living_stay(tmp_path, other):
    name = other.stdout.readline().strip()
    (tmp_path / "training-0000000000.lock").write_text("left behind")
    (tmp_path / "supervisor.lock").touch()
    sweep(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {f"{name}.lock", "supervisor.lock"}
    assert is_alive(tmp_path, name)


def test_a_lock_is_taken_once_and_can_be_taken_again_when_released(tmp_path):
    path = tmp_path / "one.lock"
    lock = Lock.try_take(path)
    assert Lock.try_take(path) is None
    lock.release()
    assert not is_held(path)
    assert Lock.try_take(path) is not None


def test_who_takes_a_lock_is_not_mistaken_for_the_one_who_was_killed_holding_it(tmp_path, other):
    path = tmp_path / f"{other.stdout.readline().strip()}.lock"
    other.kill()
    other.wait()
    lock = Lock.try_take(path)
    assert is_held(path) and holder(tmp_path, path.stem) is None
    lock.sign("training", is_ready=True)
    assert holder(tmp_path, path.stem).pid == os.getpid()


def test_looking_does_not_take(tmp_path):
    lock = hold_worker_lock(tmp_path, "data")
    assert all(is_alive(tmp_path, lock.name) for _ in range(100))
    lock.release()
    assert not is_alive(tmp_path, lock.name)
    assert not is_alive(tmp_path, "")
