"""A Fathom of its own for a test: serve it, kill it, start it again, leave nothing behind. Knows no page."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import psutil

from core.home import Home

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0  # the machine may be busy with something else
LOOK_EVERY_S = 0.05

Found = TypeVar("Found")


class Server:
    """`streamlit run app.py` on a free port, with a home of its own.

    kill() ends the page server alone, as a crash would; start() serves the same home on the same
    port again. As a context manager it starts at once, and at the end nothing of it runs any more:
    neither server nor supervisor nor worker.
    options: for streamlit; interpreter: for Python.
    """

    def __init__(self, folder: Path, *, options: Sequence[str] = (), interpreter: Sequence[str] = ()):
        folder.mkdir(parents=True, exist_ok=True)
        self.home = Home.at(folder / "home")
        self.log = folder / "server.log"
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self._options = tuple(options)
        self._interpreter = tuple(interpreter)
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> "Server":
        try:
            self.start()
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *raised: object) -> None:
        self.end()

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server was not started"
        return self._process.pid

    def start(self) -> None:
        """Start the page server and wait until it answers. Raises AssertionError with its log if it ends."""
        self.launch()
        eventually(self._answers, f"the server did not answer:\n{self.said()}")

    def launch(self) -> None:
        """Start the page server without waiting for it."""
        command = [sys.executable, *self._interpreter, "-m", "streamlit", "run", "app.py"]
        # a file, since a pipe that nobody reads fills up and stops the server
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [*command, "--server.port", str(self.port), "--server.headless", "true", *self._options],
                cwd=ROOT,
                env={**os.environ, "FATHOM_HOME": str(self.home.root)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End the page server as `kill -9` does, and nothing else."""
        os.kill(self.pid, signal.SIGKILL)
        self._process.wait()

    def said(self) -> str:
        """What the page server wrote, to be read when something went wrong."""
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    def end(self) -> None:
        """End every process of this home: the server first, so that it starts no other supervisor."""
        if self.is_alive:
            self.kill()

        def is_empty() -> bool:
            left = processes_of(self.home)
            for process in left:
                # each by its own id, found by the home only this server has
                _kill(process)
            return not left

        eventually(is_empty, f"processes of {self.home.root} would not end")

    def _answers(self) -> bool:
        assert self._process.poll() is None, f"the server ended:\n{self.said()}"
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, TimeoutError):
            return False


def processes_of(home: Home) -> list[psutil.Process]:
    """Every live process that was given this home, whoever started it."""
    found = []
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("FATHOM_HOME") == str(home.root)
            if is_ours and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    # a supervisor before its workers, which it would replace
    return sorted(found, key=lambda p: "supervise" not in _words(p))


def eventually(
    question: Callable[[], Found], otherwise: str | Callable[[], str], timeout_s: float = PATIENCE_S
) -> Found:
    """The first answer that is true. Raises AssertionError, saying `otherwise`, when none comes in time."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(otherwise() if callable(otherwise) else otherwise)
        time.sleep(LOOK_EVERY_S)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        pass  # it has ended meanwhile


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
