import os
import signal
import sqlite3
import subprocess
import time

import pytest

from core.jobs.queue import Queue
from core.jobs.worker import run_here
from tests.core.jobs.conftest import until
from tests.core.jobs.toy_main import HANDLERS, ROOT, command


def putting(home, **job):
    """Puts a job of the data lane for `run_here`."""
    filled = {"lane": "data", "owner": "ada", "payload": {}, **job}
    return lambda worker: Queue(home).put(worker=worker, **filled).id


def test_a_job_is_done_and_its_result_stored(toys):
    toys.start("work", "--lane", "data")
    job = toys.put("divide", lane="data", by=4)
    done = toys.queue.wait(job.id, 15)
    assert (done.state, done.result, done.fraction) == ("succeeded", {"value": 0.25}, 1.0)


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("divide", "work_failed", "went wrong inside Fathom"),
        ("refuse", "knob_range", "units is 0, but goes from 1 to 9."),
        ("fill_disk", "disk_full", "disk is full"),
        ("fill_queue", "disk_full", "disk is full"),
        ("fill_engine", "disk_full", "disk is full"),
        ("mention_disk", "work_failed", "went wrong inside Fathom"),
        ("answer_no_json", "work_failed", "went wrong inside Fathom"),
        ("unheard_of", "unknown_name", "No kind of job is called 'unheard_of'"),
    ],
)
def test_a_failure_is_a_sentence_and_its_traceback_stays_in_the_log(home, caplog, kind, code, words):
    job = run_here(home, HANDLERS, putting(home, kind=kind, payload={"by": 0}))
    assert (job.state, job.error_code) == ("failed", code)
    assert words in job.error
    assert "Traceback" not in job.error and "ZeroDivisionError" not in job.error
    if code == "work_failed":
        assert job.id in job.error and job.id in caplog.text and "Traceback" in caplog.text


def test_an_end_that_cannot_be_stored_at_once_is_stored_later(home, monkeypatch):
    real, failures = Queue.finish, iter([sqlite3.OperationalError("database or disk is full")])

    def finish(*args, **kwargs):
        for failure in failures:
            raise failure
        return real(*args, **kwargs)

    monkeypatch.setattr(Queue, "finish", finish)
    assert run_here(home, HANDLERS, putting(home, kind="divide", payload={"by": 2})).state == "succeeded"


def test_progress_that_cannot_be_stored_does_not_end_the_job(home, monkeypatch, caplog):
    def report(*_):
        raise sqlite3.OperationalError("database or disk is full")

    def reporting(job, context):
        context.report(0.5, "half of it")
        return {"value": 1}

    monkeypatch.setattr(Queue, "report", report)
    job = run_here(home, {"reporting": reporting}, putting(home, kind="reporting"))
    assert (job.state, job.result) == ("succeeded", {"value": 1})
    assert job.id in caplog.text


def test_one_shot_lanes_have_a_process_for_each_job_and_others_keep_theirs(toys):
    toys.start("work", "--lane", "data")
    first, second = toys.put("place", lane="data"), toys.put("place", lane="data")
    here = [toys.queue.wait(job.id, 15).result for job in (first, second)]
    assert here[0] == here[1]
    worker = toys.start("work", "--lane", "training")
    done, waiting = toys.put("place"), toys.put("place")
    result = toys.queue.wait(done.id, 15).result
    assert worker.wait(10) == 0
    assert toys.queue.get(waiting.id).state == "queued"
    assert result["nice"] > here[0]["nice"]


def test_pause_and_resume_lose_nothing(toys, tmp_path):
    path = tmp_path / "numbers"
    toys.start("work", "--lane", "training")
    job = toys.put("count", to=60, file=str(path), pause_s=0.02)
    until(lambda: path.exists() and path.read_text().count("\n") > 5)
    assert toys.queue.request(job.id, "ada", "pause").state == "pausing"
    until(lambda: toys.queue.get(job.id).state == "paused")
    paused_at = path.read_text()
    time.sleep(0.1)
    assert path.read_text() == paused_at
    toys.queue.request(job.id, "ada", "resume")
    toys.start("work", "--lane", "training")
    assert toys.queue.wait(job.id, 15).attempt == 2
    assert path.read_text().split() == [str(n) for n in range(1, 61)]


@pytest.mark.parametrize("what", ["finish", "discard", "cancel"])
def test_a_running_job_ends_when_asked(toys, tmp_path, what):
    toys.start("work", "--lane", "training")
    job = toys.put("count", to=100_000, file=str(tmp_path / "numbers"))
    until(lambda: toys.queue.get(job.id).state == "running")
    toys.queue.request(job.id, "ada", what)
    done = toys.queue.wait(job.id, 10)
    assert done.state == "stopped"
    assert done.result["n"] >= 0


def test_a_worker_told_to_leave_puts_its_job_back_at_no_cost(toys, tmp_path):
    worker = toys.start("work", "--lane", "training")
    job = toys.put("count", to=100_000, file=str(tmp_path / "numbers"))
    until(lambda: toys.queue.get(job.id).state == "running")
    worker.terminate()
    assert worker.wait(10) == 0
    put_back = toys.queue.get(job.id)
    assert (put_back.state, put_back.crashes, put_back.attempt) == ("queued", 0, 2)


def test_an_idle_worker_leaves_when_told_and_when_no_supervisor_comes(toys):
    told, forgotten = toys.start("work", "--lane", "data"), toys.start("work", "--lane", "data")
    until(lambda: toys.workers("data") == {told.pid, forgotten.pid})
    time.sleep(0.2)
    told.terminate()
    told.wait(5)
    assert forgotten.wait(10) == 0
    assert list(toys.home.workers.glob("data-*.lock")) == []


def test_a_worker_makes_room_after_many_jobs(toys):
    worker = toys.start("work", "--lane", "data")
    jobs = [toys.put("place", lane="data") for _ in range(21)]
    assert worker.wait(15) == 0
    assert [toys.queue.get(j.id).state for j in jobs] == ["succeeded"] * 20 + ["queued"]


def test_a_child_process_does_not_keep_a_dead_worker_alive(toys):
    worker = toys.start("work", "--lane", "data")
    job = toys.queue.wait(toys.put("leave_child", lane="data").id, 15)
    worker.kill()
    worker.wait()
    try:
        assert toys.workers("data") == set()
    finally:
        os.kill(job.result["pid"], signal.SIGKILL)


def test_the_terminal_does_a_job_in_its_own_process_and_nobody_else_takes_it(toys):
    toys.start("work", "--lane", "data")
    job = run_here(toys.home, HANDLERS, putting(toys.home, kind="place", job_id="a" * 20))
    assert (job.id, job.state, job.result["pid"]) == ("a" * 20, "succeeded", os.getpid())
    assert toys.workers("terminal") == set()


IN_TERMINAL = """
import sys
from pathlib import Path
from core.home import Home
from core.jobs.queue import Queue
from core.jobs.worker import run_here
from tests.core.jobs.toy_main import HANDLERS
home, payload = Home(Path(sys.argv[1])), {"to": 100000, "file": sys.argv[2]}
def put(worker):
    job = Queue(home).put(
        kind="count", lane="training", owner="ada", payload=payload, max_attempts=1, worker=worker
    )
    return job.id
print(run_here(home, HANDLERS, put).state)
"""


def test_ctrl_c_at_the_terminal_leaves_a_job_that_can_be_resumed(toys, tmp_path):
    process = subprocess.Popen(
        [command(toys.home)[0], "-c", IN_TERMINAL, str(toys.home.root), str(tmp_path / "numbers")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    job = until(lambda: toys.queue.list("ada", states=["running"]))[0]
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10)[0].strip() == "interrupted"
    assert toys.queue.get(job.id).state == "interrupted"
    assert toys.queue.request(job.id, "ada", "resume").state == "queued"
