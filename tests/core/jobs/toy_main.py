"""A toy of `python -m core`: starts a supervisor or a worker whose handlers take no time to load.

usage: python -m tests.core.jobs.toy_main HOME supervise [LINGER_S] | HOME work --lane LANE
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.errors import BadInput
from core.home import Home
from core.jobs.context import Paused, Stopped
from core.jobs.supervisor import supervise
from core.jobs.worker import Limits, run_worker

ROOT = Path(__file__).resolve().parents[3]


def command(home: Home, *verb: str) -> list[str]:
    return [sys.executable, "-m", "tests.core.jobs.toy_main", str(home.root), *verb]


def count(job, context):
    """Append the numbers up to `to` to a file, going on after the last one it holds."""
    path = Path(job.payload["file"])
    n = path.read_text().count("\n") if path.exists() else 0
    with open(path, "ab", buffering=0) as file:
        while n < job.payload["to"]:
            wish = context.requested()
            if wish in ("pause", "interrupt"):
                return Paused()
            if wish is not None:
                return Stopped({"n": n})
            n += 1
            file.write(f"{n}\n".encode())
            context.report(n / job.payload["to"], f"at {n}")
            time.sleep(job.payload.get("pause_s", 0.005))
    return {"n": n}


def divide(job, context):
    return {"value": 1 / job.payload["by"]}


def refuse(job, context):
    raise BadInput("knob_range", knob="units", value=0, low=1, high=9)


def die(job, context):
    os.kill(os.getpid(), signal.SIGKILL)


def fill_disk(job, context):
    raise OSError(28, "No space left on device")


def fill_queue(job, context):
    raise sqlite3.OperationalError("database or disk is full")


class IOException(Exception):
    """As DuckDB calls its own."""


def fill_engine(job, context):
    raise IOException("IO Error: Could not write file: No space left on device")


def mention_disk(job, context):
    raise ValueError("could not convert string to float: 'No space left'")


def place(job, context):
    return {"pid": os.getpid(), "nice": os.nice(0)}


def write_aside(job, context):
    """A file in the temporary folder that stays there, and one that a child makes."""
    ours = tempfile.NamedTemporaryFile(delete=False).name
    theirs = subprocess.run(["mktemp"], check=True, capture_output=True, text=True).stdout.strip()
    if job.payload.get("then") == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    return {"files": [ours, theirs]}


def leave_child(job, context):
    """A process that outlives its worker."""
    return {"pid": subprocess.Popen(["sleep", "30"]).pid}


def answer_no_json(job, context):
    return {"value": object()}


HANDLERS = {
    handler.__name__: handler
    for handler in (
        count,
        divide,
        refuse,
        die,
        fill_disk,
        fill_queue,
        fill_engine,
        mention_disk,
        place,
        leave_child,
        write_aside,
        answer_no_json,
    )
}


def main() -> None:
    home = Home(Path(sys.argv[1]))
    if sys.argv[2] == "supervise":
        supervise(home, command(home, "work"), linger_s=float(sys.argv[3]) if len(sys.argv) > 3 else 60)
    elif (home.root / "broken").exists():
        raise ImportError("this installation is broken")
    else:
        run_worker(home, sys.argv[4], HANDLERS, limits=Limits(orphan_s=1.5, most_jobs=20))


if __name__ == "__main__":
    main()
