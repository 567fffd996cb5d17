import os
import signal
import subprocess
import time

import pytest

from core.home import Home
from core.jobs.lanes import LANES
from core.jobs.liveness import holder, live_workers
from core.jobs.queue import Queue
from tests.core.jobs.toy_main import ROOT, command


class Toys:
    """Real processes over one home: started, found, killed, and all gone after the test."""

    def __init__(self, home: Home):
        self.home = home
        self.queue = Queue(home)
        self._started: list[subprocess.Popen] = []

    def start(self, *verb: str) -> subprocess.Popen:
        process = subprocess.Popen(command(self.home, *verb), cwd=ROOT, start_new_session=True)
        self._started.append(process)
        return process

    def supervisor(self):
        found = holder(self.home.workers, "supervisor")
        return found.process() if found else None

    def workers(self, lane: str) -> set[int]:
        return {worker.pid for worker in live_workers(self.home.workers, lane)}

    def put(self, kind: str, lane: str = "training", **payload):
        return self.queue.put(kind=kind, lane=lane, owner="ada", payload=payload)

    def end_all(self) -> None:
        # the supervisor first, so that it does not replace what we end
        supervisor = self.supervisor()
        if supervisor:
            supervisor.kill()
        for process in self._started:
            process.kill()
            process.wait()
        # a worker a supervisor just started has not signed its lock yet: look until none has come for a while
        was_supervised = (self.home.workers / "supervisor.log").exists()
        quiet_until = time.monotonic() + (0.4 if was_supervised else 0)
        while time.monotonic() < quiet_until:
            for lane in [*LANES, "terminal"]:
                for pid in self.workers(lane) - {os.getpid()}:
                    os.kill(pid, signal.SIGKILL)
                    quiet_until = time.monotonic() + 0.4
            time.sleep(0.05)


def until(condition, timeout_s: float = 60.0):
    """The condition's value once it is true."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
    return value


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def queue(home) -> Queue:
    return Queue(home)


@pytest.fixture
def toys(home):
    toys = Toys(home)
    yield toys
    toys.end_all()
