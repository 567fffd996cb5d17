"""A page server's side of supervision: be known to be there, and see that a supervisor is. Serves no page.

The supervisor's lock passes from the starter to the process it starts, so that there is no
moment in which a second one could be started; and a page server holds a shared lock as long as
it lives, however it ends, so that the supervisor knows whether anybody may still come.
"""

import fcntl
import os
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from core.home import Home
from core.jobs.liveness import SUPERVISOR, Lock, is_held

PATRONS = "patrons.lock"
APPLICATION = Path(__file__).resolve().parents[2]  # where `python -m core` is found
INHERITED = "FATHOM_SUPERVISOR_LOCK"  # the environment's word for the descriptor of a lock handed on

_patronage: dict[Path, int] = {}  # a process is a patron until it ends: the descriptors are never closed
_guard = threading.Lock()


def ensure_supervisor(home: Home, command: Sequence[str]) -> None:
    """See that a supervisor serves this home; `command`, run in the application's
    folder, starts one that outlives this process.

    Cheap when one does (tens of microseconds): call it on every page. Safe from any thread of
    any process.
    """
    if home.root not in _patronage:
        _become_patron(home)
    if is_held(home.workers / SUPERVISOR):
        return
    lock = Lock.try_take(home.workers / SUPERVISOR)
    if lock is None:
        return  # somebody else was quicker
    with open(home.workers / "supervisor.err", "wb") as log:
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock.fileno(),),
            # a relative FATHOM_HOME would mean another folder from another working directory
            env={**os.environ, "FATHOM_HOME": str(home.root), INHERITED: str(lock.fileno())},
            cwd=APPLICATION,
            start_new_session=True,
        )
    lock.hand_on()
    # it outlives us or we outlive it: either way somebody must take its exit status, or it stays a zombie
    threading.Thread(target=child.wait, name="supervisor's end", daemon=True).start()


def inherited_or_new_lock(home: Home) -> Lock | None:
    """The supervisor's lock as handed on by `ensure_supervisor`, or taken now; None if another has it."""
    descriptor = os.environ.pop(INHERITED, None)  # not for the workers, who inherit the environment
    if descriptor is None:
        return Lock.try_take(home.workers / SUPERVISOR)
    os.set_inheritable(int(descriptor), False)
    return Lock(home.workers / SUPERVISOR, int(descriptor))


def has_patron(home: Home) -> bool:
    """Whether a page server lives."""
    with open(home.workers / PATRONS, "ab") as file:
        try:
            # exclusive, since patrons share theirs; let go at once, for one who comes just now
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            return True


def _become_patron(home: Home) -> None:
    with _guard:
        if home.root not in _patronage:
            home.workers.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(home.workers / PATRONS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            _patronage[home.root] = descriptor
