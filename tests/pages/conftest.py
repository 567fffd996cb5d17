"""The application under AppTest: a home of its own, and jobs done in a thread of this process."""

import fcntl
import gc
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.commands import OWNER
from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.domain import Dataset
from core.home import Home
from core.jobs.context import Leaving
from core.jobs.queue import Queue
from core.jobs.worker import work_on
from core.wiring import handlers

ROOT = Path(__file__).parent.parent.parent
HEAVY = {"tensorflow", "keras", "sklearn", "skops"}  # what no page may import
PATIENCE_S = 120.0  # nothing here takes a tenth of it, unless the machine stands still
LIGHT_LANES = ("data",)  # what is done here must not import TensorFlow


class Hand:
    """Does the jobs of some lanes, one after another, until it is let go."""

    def __init__(self, home: Home, lanes: tuple[str, ...]):
        self._home, self._lanes, self._queue = home, lanes, Queue(home)
        self._gone = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def let_go(self) -> None:
        self._gone.set()
        self._thread.join(timeout=10)

    def _serve(self) -> None:
        while not self._gone.is_set():
            jobs = [self._queue.claim(lane, "hand") for lane in self._lanes]
            for job in filter(None, jobs):
                work_on(self._home, self._queue, job, handlers(), Leaving())
            if not any(jobs):
                time.sleep(0.01)


@pytest.fixture(scope="module", autouse=True)
def _swept():
    """What earlier tests have left is out of the garbage collector's sight.

    Streamlit collects after every run of a script: half a second each where TensorFlow and thousands of
    tests came before.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    """A home of the test's own, which the pages take for theirs."""
    monkeypatch.setenv("FATHOM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("pages.components.session.ensure_supervisor", lambda *_: None)
    monkeypatch.setattr("pages.components.lifespan.freeze_imports", lambda: None)
    st.cache_resource.clear()
    yield Home.from_environment()
    st.cache_resource.clear()


@pytest.fixture
def hand(home):
    """Somebody does the light jobs."""
    hand = Hand(home, LIGHT_LANES)
    yield hand
    hand.let_go()


@pytest.fixture
def catalog(home) -> Catalog:
    return Catalog(home)


@pytest.fixture
def stored(home, tmp_path):
    """stored(name, text): a dataset of that text."""

    def store(name: str, text: str | bytes) -> Dataset:
        path = tmp_path / "given.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return ingest(path, name=name, owner=OWNER, home=home)

    return store


@pytest.fixture
def opened(home):
    """opened("data.py", dataset=…): the page, drawn once, at that URL."""

    def open_page(page: str | None = None, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=PATIENCE_S)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        return app if page is None else app.switch_page(page).run()

    return open_page


@pytest.fixture
def settled():
    """settled(app, condition): the page run again, as its timer would, until the condition holds."""

    def settle(app: AppTest, condition, timeout_s: float = PATIENCE_S) -> AppTest:
        deadline = time.monotonic() + timeout_s
        while not condition(app):
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.05)
            app.run()
        return app

    return settle


def markup(app: AppTest) -> str:
    """Everything on the page that is read as Markdown."""
    elements = [*app.markdown, *app.caption, *app.title, *app.subheader, *app.error, *app.warning, *app.info]
    return "\n".join(str(e.value) for e in [*elements, *app.success])


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """A home with small runs, made once by a process of its own, also for several that test; their ids by what they are."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, ids, script = shared / "trained", shared / "trained.json", Path(__file__).parent / "finished.py"
    with open(shared / "trained.lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ids.exists():
            done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr[-2000:]
            ids.write_text(done.stdout.splitlines()[-1])
    return folder, json.loads(ids.read_text())


@pytest.fixture
def finished(home, trained) -> dict[str, str]:
    """The ids of runs in this test's own home: binary, multiclass, regression, other_seed, failed; and dataset."""
    folder, ids = trained
    shutil.copytree(folder, home.root, dirs_exist_ok=True)
    return ids


@pytest.fixture(scope="session")
def other_process():
    """A process that may import what it likes, kept since that takes it seconds; it serves the home named last."""
    script = Path(__file__).parent / "other_process.py"
    command = [sys.executable, str(script), "interactive", "batch"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def other_hand(home, other_process):
    """Somebody does interactive and batch jobs in another process."""
    print(home.root, file=other_process.stdin, flush=True)


@pytest.fixture
def stays_light():
    """The page that a test opens imports nothing heavy."""
    before = set(sys.modules)
    yield
    assert not {name.split(".")[0] for name in set(sys.modules) - before} & HEAVY
