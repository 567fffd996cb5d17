import errno
import os
import random
import signal
import time

import pytest

from core.jobs import supervisor, worker
from core.jobs.context import Leaving
from tests.core.jobs.conftest import until


def every_number_once(path, to):
    return path.read_text().split() == [str(n) for n in range(1, to + 1)]


def test_every_lane_has_its_standbys_and_its_jobs_are_done(toys):
    toys.start("supervise")
    until(lambda: len(toys.workers("data")) == 1)
    jobs = [toys.put("place", lane=lane) for lane in ("interactive", "data", "training", "batch")]
    for job in jobs:
        assert toys.queue.wait(job.id, 15).state == "succeeded"
    until(lambda: [len(toys.workers(lane)) for lane in ("interactive", "data", "training")] == [1, 1, 1])
    until(lambda: toys.workers("batch") == set())  # on demand only


def test_an_interactive_job_does_not_wait_behind_a_training(toys, tmp_path):
    toys.start("supervise")
    training = toys.put("count", to=100_000, file=str(tmp_path / "a"))
    waiting = toys.put("count", to=1, file=str(tmp_path / "b"))
    until(lambda: toys.queue.get(training.id).state == "running")
    quick = toys.queue.wait(toys.put("place", lane="interactive").id, 15)
    assert quick.state == "succeeded"
    assert toys.queue.get(training.id).state == "running"
    assert toys.queue.get(waiting.id).state == "queued"
    assert len(toys.workers("training")) == 1  # a standby would take cores from the one that runs


def test_a_second_data_worker_comes_when_the_first_is_busy(toys, tmp_path):
    toys.start("supervise")
    jobs = [toys.put("count", lane="data", to=100_000, file=str(tmp_path / str(n))) for n in range(3)]
    until(lambda: [toys.queue.get(j.id).state for j in jobs] == ["running", "running", "queued"])
    time.sleep(0.5)
    assert len(toys.workers("data")) == 2


def test_killed_workers_lose_and_repeat_nothing(toys, tmp_path):
    toys.start("supervise")
    path, rng = tmp_path / "numbers", random.Random(0)
    job = toys.put("count", to=600, file=str(path))
    for n_kills in range(6):
        until(lambda: toys.queue.get(job.id).is_alive)
        time.sleep(rng.uniform(0, 0.3))
        os.kill(*toys.workers("training"), signal.SIGKILL)
        until(lambda n=n_kills: toys.queue.get(job.id).attempt == n + 2)
    assert toys.queue.wait(job.id, 30).state == "succeeded"
    assert every_number_once(path, 600)


def test_a_job_of_a_dead_worker_soon_goes_on(toys, tmp_path):
    toys.start("supervise")
    job = toys.put("count", to=100_000, file=str(tmp_path / "numbers"))
    until(lambda: toys.queue.get(job.id).state == "running")
    os.kill(*toys.workers("training"), signal.SIGKILL)
    until(lambda: toys.queue.get(job.id).attempt == 2, timeout_s=15)
    until(lambda: toys.queue.get(job.id).state == "running")


def test_a_job_that_kills_its_workers_fails_with_a_sentence(toys):
    toys.start("supervise")
    job = toys.queue.wait(toys.put("die").id, 20)
    assert (job.state, job.error_code) == ("failed", "worker_died")
    assert "more memory" in job.error
    assert toys.queue.wait(toys.put("place").id, 15).state == "succeeded"  # the next one is not its victim


def test_a_killed_supervisors_workers_go_on_and_the_next_one_adopts_them(toys, tmp_path):
    first = toys.start("supervise")
    path = tmp_path / "numbers"
    job = toys.put("count", to=300, file=str(path), pause_s=0.01)
    until(lambda: toys.queue.get(job.id).state == "running")
    workers = toys.workers("training")
    first.kill()
    first.wait()
    toys.start("supervise")
    until(toys.supervisor)
    done = toys.queue.wait(job.id, 20)
    assert (done.state, done.attempt) == ("succeeded", 1)
    assert every_number_once(path, 300)
    until(lambda: len(toys.workers("training")) == 1 and toys.workers("training") != workers)


def test_of_two_supervisors_one_leaves_quietly(toys):
    first, second = toys.start("supervise"), toys.start("supervise")
    until(lambda: first.poll() is not None or second.poll() is not None)
    time.sleep(0.3)
    assert sorted([first.poll(), second.poll()], key=str) == [0, None]


def test_a_supervisor_told_to_leave_takes_the_idle_and_leaves_the_training(toys, tmp_path):
    supervisor = toys.start("supervise")
    job = toys.put("count", to=150, file=str(tmp_path / "numbers"), pause_s=0.02)
    until(lambda: toys.queue.get(job.id).state == "running" and toys.workers("data"))
    supervisor.terminate()
    assert supervisor.wait(10) == 0
    until(lambda: not toys.workers("data"), timeout_s=1.4)  # sent home, not merely forgotten
    assert toys.queue.get(job.id).state == "running"
    assert toys.queue.wait(job.id, 20).state == "succeeded"


def test_a_supervisor_leaves_when_no_page_server_is_there_and_the_last_job_is_done(toys, tmp_path):
    supervisor = toys.start("supervise", "0.5")
    job = toys.put("count", to=100, file=str(tmp_path / "numbers"), pause_s=0.02)
    until(toys.supervisor)
    assert toys.queue.wait(job.id, 20).state == "succeeded"
    assert supervisor.wait(10) == 0
    until(lambda: not any(toys.workers(lane) for lane in ("data", "interactive", "training")))


def test_when_no_worker_can_start_nobody_waits_for_one(toys):
    toys.home.workers.mkdir(parents=True)
    (toys.home.root / "broken").touch()
    toys.start("supervise")
    job = toys.queue.wait(toys.put("place", lane="data").id, 25)
    assert (job.state, job.error_code) == ("failed", "worker_cannot_start")
    assert "workers/data.log" in job.error
    assert "this installation is broken" in (toys.home.workers / "data.log").read_text()


def test_the_dead_leave_no_locks_behind(toys):
    toys.home.workers.mkdir(parents=True)
    (toys.home.workers / "training-0000000000.lock").write_text("left behind")
    toys.start("supervise")
    until(lambda: not (toys.home.workers / "training-0000000000.lock").exists())


@pytest.mark.parametrize("number", [errno.ENOMEM, errno.EMFILE, errno.ENOSPC])
def test_a_machine_that_can_start_nothing_does_not_end_the_supervisor(home, queue, monkeypatch, number):
    leaving, n_tries = Leaving(), []

    def start(*_, **__):
        n_tries.append(1)
        if len(n_tries) >= 8:
            leaving.asked = True
        raise OSError(number, os.strerror(number))

    home.workers.mkdir(parents=True)
    home.uploads.mkdir()
    home.exports.mkdir()
    monkeypatch.setattr(supervisor.subprocess, "Popen", start)
    monkeypatch.setattr(supervisor, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(supervisor, "TRY_AGAIN_S", 0.01)
    job = queue.put(kind="place", lane="data", owner="ada", payload={})
    supervisor._Supervisor(home, ("worker",), 60.0).go(leaving)
    ended = queue.get(job.id)
    assert (ended.state, ended.error_code) == ("failed", "worker_cannot_start")


def test_a_home_that_cannot_be_read_for_once_does_not_end_the_supervisor(home, monkeypatch):
    leaving, n_looks = Leaving(), []

    def look(self):
        n_looks.append(1)
        leaving.asked = len(n_looks) > 2
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(supervisor._Supervisor, "_look_after", look)
    monkeypatch.setattr(supervisor, "LOOK_EVERY_S", 0.01)
    home.workers.mkdir(parents=True)
    supervisor._Supervisor(home, ("worker",), 60.0).go(leaving)
    assert len(n_looks) == 3


def test_an_old_upload_is_kept_while_a_job_needs_it(home, queue):
    for folder in (home.workers, home.uploads, home.exports):
        folder.mkdir(parents=True)
    for name in ("waiting", "paused", "refused", "nobodys"):
        (home.uploads / name).touch()
        os.utime(home.uploads / name, (1, 1))
        if name != "nobodys":
            job = queue.put(kind="ingest", lane="data", owner="ada", payload={"file": name})
            if name == "paused":
                queue.request(job.id, "ada", "pause")
            if name == "refused":
                queue.finish(job.id, "failed")
    supervisor._Supervisor(home, ("worker",), 60.0)._tidy()
    assert sorted(path.name for path in home.uploads.iterdir()) == ["paused", "waiting"]


class Changed:
    def has_changed(self) -> bool:
        return True


@pytest.mark.parametrize("is_there", [True, False])
def test_after_a_change_of_the_program_a_supervisor_leaves_if_somebody_starts_the_next(
    home, queue, monkeypatch, is_there
):
    looks = []

    def has_patron(_):
        looks.append(1)
        leaving.asked = len(looks) >= 5
        return is_there

    def start(*_, **__):
        raise OSError(errno.ENOMEM, "no worker is needed here")

    leaving = Leaving()
    for folder in (home.workers, home.uploads, home.exports):
        folder.mkdir(parents=True)
    monkeypatch.setattr(supervisor, "Program", Changed)
    monkeypatch.setattr(supervisor, "has_patron", has_patron)
    monkeypatch.setattr(supervisor, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(supervisor.subprocess, "Popen", start)
    supervisor._Supervisor(home, ("worker",), 60.0).go(leaving)
    assert len(looks) == (1 if is_there else 5)


def test_a_worker_takes_no_job_with_a_program_of_yesterday(home, queue, monkeypatch):
    job = queue.put(kind="place", lane="data", owner="ada", payload={})
    monkeypatch.setattr(worker, "Program", Changed)
    monkeypatch.setattr(worker.os, "nice", lambda by: None)  # this process goes on with other tests
    monkeypatch.setattr(worker, "limit_memory", lambda most_bytes: None)
    worker.run_worker(home, "data", {})
    assert queue.get(job.id).state == "queued"
