"""Further processes that try settings beside the one that carries out a search, as many as cores and memory allow.

A helper ends with the process that started it, however that ends. What it finds lies in the search's folder.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from core.domain import Dataset
from core.studies.estimate import available_bytes, needed_bytes
from core.studies.prepare import Prepared
from core.studies.search.trials import Search
from core.studies.weight import plain_columns
from core.studies.wishes import Interrupted

MOST = 7
LEAVE_S = 20.0  # for a checkpoint; who takes longer is ended, and loses what came after the last one


def helpers_for(search: Search, dataset: Dataset) -> int:
    """How many processes the machine can give beside this one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    each = needed_bytes(dataset.n_rows, plain_columns(dataset, search.spec.task.features))
    return max(0, min(cores - 1, MOST, search.most_trials - 1, available_bytes() // each - 1))


class Helpers:
    """The processes, and what they are told. until: time.monotonic() at which the budget ends."""

    def __init__(self, n: int, search: Search, folder: Path, prepared: Sequence[Prepared], until: float):
        context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
        self._processes: list[tuple[BaseProcess, Connection]] = []
        for _ in range(n):
            ours, theirs = context.Pipe()
            given = (search, folder, tuple(prepared), until, theirs)
            process = context.Process(target=_help, args=given, daemon=True)
            process.start()
            theirs.close()  # so that either side notices the other's end
            self._processes.append((process, ours))

    @property
    def are_busy(self) -> bool:
        return any(process.is_alive() for process, _ in self._processes)

    def finish(self) -> None:
        """Let them keep what they have, and begin nothing new."""
        self._tell("finish")

    def leave(self) -> None:
        """Let them lay down what they have at a checkpoint, and wait until they are gone."""
        self._tell("interrupt")
        until = time.monotonic() + LEAVE_S
        for process, connection in self._processes:
            with suppress(EOFError, OSError):
                if connection.poll():  # it has begun; else it still imports, and has nothing in hand
                    process.join(max(0.0, until - time.monotonic()))
            process.kill()
            process.join()
            connection.close()

    def _tell(self, wish: str) -> None:
        for _, connection in self._processes:
            with suppress(OSError):  # it is gone
                connection.send(wish)


class _Told:
    """What the one that started us wants; asked often."""

    def __init__(self, connection: Connection):
        self._connection, self._wish = connection, None

    def __call__(self) -> str | None:
        try:
            while self._connection.poll():
                self._wish = self._connection.recv()
        except (EOFError, OSError):
            os._exit(1)  # it died; the trial's checkpoint is there for another attempt
        return self._wish


def _help(
    search: Search, folder: Path, prepared: Sequence[Prepared], until: float, connection: Connection
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C asks the one that started us
    from core.training.process import configure_process

    configure_process()
    from core.studies.search.trying import Trying

    told = _Told(connection)
    trying = Trying(search, folder, prepared, left_s=lambda: until - time.monotonic(), requested=told)
    connection.send("begun")
    with suppress(Interrupted):
        while told() != "interrupt" and trying.next() is not None:
            pass
