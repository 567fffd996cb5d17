"""Who is alive, told by locks that the kernel frees however a process ends. Starts and ends nobody.

A process id alone says little: it may belong to somebody else by now. A lock on a file of
its own says exactly whether its holder still runs, also after `kill -9`.
"""

import fcntl
import json
import os
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

SUPERVISOR = "supervisor.lock"


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A process that took a lock. create_time: psutil's, which with the pid names a process for ever.

    is_ready: it came as far as to take jobs.
    """

    name: str
    lane: str
    pid: int
    create_time: float
    is_ready: bool

    def process(self) -> psutil.Process | None:
        """The process, or None when the pid now belongs to another."""
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.create_time) < 0.01:
                return process
        return None


class Lock:
    """An exclusive lock on one file, held until `release` or the end of the process."""

    def __init__(self, path: Path, descriptor: int):
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def try_take(cls, path: Path) -> "Lock | None":
        """The lock, or None while another process holds it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                if is_held(path):
                    return None
                time.sleep(0.001)  # it was only looked at
                continue
            # its last holder may have removed the file between our opening and our locking it
            with suppress(FileNotFoundError):
                if os.stat(path).st_ino == os.fstat(descriptor).st_ino:
                    os.ftruncate(descriptor, 0)  # the signature of a holder who was killed is not ours
                    return cls(path, descriptor)
            os.close(descriptor)

    @property
    def name(self) -> str:
        """The lock file's stem: a worker's id."""
        return self.path.stem

    def fileno(self) -> int:
        return self._descriptor

    def sign(self, lane: str, *, is_ready: bool) -> None:
        """Write into the file whose it is. The lock stays on the file, so it is not replaced."""
        me = psutil.Process()
        signature = Holder(
            name=self.name, lane=lane, pid=me.pid, create_time=me.create_time(), is_ready=is_ready
        )
        content = json.dumps(asdict(signature)).encode()
        os.pwrite(self._descriptor, content, 0)
        os.ftruncate(self._descriptor, len(content))

    def hand_on(self) -> None:
        """Let go of it here; a child process that was passed the descriptor still holds it."""
        os.close(self._descriptor)

    def release(self) -> None:
        """Remove the file and let go, in this order: nobody then finds a file without a holder."""
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def hold_worker_lock(workers: Path, lane: str) -> Lock:
    """A lock under a new worker id, signed. The id is the lock file's stem."""
    while True:
        # a sweeper that found the new file before we locked it makes us try the next name
        lock = Lock.try_take(workers / f"{lane}-{secrets.token_hex(5)}.lock")
        if lock is not None:
            lock.sign(lane, is_ready=False)
            return lock


def is_held(path: Path) -> bool:
    """Whether a live process holds the lock on that file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # shared, so that two who look at once do not take each other for the holder
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


def is_alive(workers: Path, worker: str) -> bool:
    """Whether the worker of that id lives. Ids come from the queue, never from a page."""
    return bool(worker) and is_held(workers / f"{worker}.lock")


def holder(workers: Path, name: str) -> Holder | None:
    """The live process behind a lock, or None when nobody holds it or it is not signed yet."""
    path = workers / f"{name}.lock"
    return _signature(path) if is_held(path) else None


def live_workers(workers: Path, lane: str) -> tuple[Holder, ...]:
    found = (holder(workers, path.stem) for path in workers.glob(f"{lane}-*.lock"))
    return tuple(worker for worker in found if worker is not None)


def was_ready(workers: Path, lane: str, pid: int) -> bool:
    """Whether a worker that has died since had come as far as to take jobs, by the file it left."""
    left = (_signature(path) for path in workers.glob(f"{lane}-*.lock"))
    return any(worker is not None and worker.pid == pid and worker.is_ready for worker in left)


def sweep(workers: Path) -> None:
    """Remove the lock files that dead workers left. Those that belong to no lane stay."""
    for path in workers.glob("*-*.lock"):
        lock = Lock.try_take(path)
        if lock is not None:
            lock.release()


def _signature(path: Path) -> Holder | None:
    # not there any more, or not written yet
    with suppress(FileNotFoundError, json.JSONDecodeError, TypeError):
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    return None
