import subprocess
import sys
import threading
import time

from core.jobs.patron import ensure_supervisor, has_patron
from tests.core.jobs.conftest import until
from tests.core.jobs.toy_main import ROOT, command

PAGE_SERVER = """
import sys, time
from pathlib import Path
from core.home import Home
from core.jobs.patron import ensure_supervisor
from tests.core.jobs.toy_main import command
home = Home(Path(sys.argv[1]))
ensure_supervisor(home, command(home, "supervise", "0.5"))
print("there", flush=True)
time.sleep(60)
"""


def page_server(home):
    process = subprocess.Popen(
        [sys.executable, "-c", PAGE_SERVER, str(home.root)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    process.stdout.readline()
    return process


def test_many_threads_that_ask_at_once_start_one_supervisor(toys, monkeypatch):
    started = []
    monkeypatch.setattr(
        "core.jobs.patron.subprocess.Popen",
        lambda *args, _start=subprocess.Popen, **kwargs: (
            started.append(_start(*args, **kwargs)) or started[-1]
        ),
    )
    ask = [
        threading.Thread(target=ensure_supervisor, args=(toys.home, command(toys.home, "supervise")))
        for _ in range(12)
    ]
    for thread in ask:
        thread.start()
    for thread in ask:
        thread.join()
    assert len(started) == 1
    assert until(toys.supervisor).pid == started[0].pid
    assert toys.queue.wait(toys.put("place", lane="data").id, 15).state == "succeeded"


def test_asking_again_costs_next_to_nothing(toys):
    ensure_supervisor(toys.home, command(toys.home, "supervise"))
    until(toys.supervisor)
    began = time.process_time()
    for _ in range(100):
        ensure_supervisor(toys.home, ["would fail"])
    assert (time.process_time() - began) / 100 < 0.01  # a start costs over a hundred times that


def test_a_killed_supervisor_is_replaced_at_the_next_page_wherever_it_is_served_from(
    toys, monkeypatch, tmp_path
):
    ensure_supervisor(toys.home, command(toys.home, "supervise"))
    first = until(toys.supervisor)
    monkeypatch.chdir(tmp_path)
    first.kill()
    until(lambda: toys.supervisor() is None)
    ensure_supervisor(toys.home, command(toys.home, "supervise"))
    assert until(toys.supervisor).pid != first.pid


def test_the_supervisor_stays_while_a_page_server_lives_and_leaves_after_it(toys):
    server = page_server(toys.home)
    supervisor = until(toys.supervisor)
    time.sleep(1.5)
    assert supervisor.is_running() and has_patron(toys.home)
    server.kill()
    server.wait()
    assert not has_patron(toys.home)
    until(lambda: toys.supervisor() is None)


def test_a_training_outlives_a_killed_page_server(toys, tmp_path):
    server = page_server(toys.home)
    job = toys.put("count", to=200, file=str(tmp_path / "numbers"), pause_s=0.01)
    until(lambda: toys.queue.get(job.id).state == "running")
    server.kill()
    server.wait()
    done = toys.queue.wait(job.id, 20)
    assert (done.state, done.attempt) == ("succeeded", 1)
