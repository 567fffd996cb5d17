"""Do the jobs of some lanes in a process of its own: `python other_process.py LANE …`, until its input ends.

Each line of its input names the home to serve from then on.
"""

import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from core.home import Home  # noqa: E402
from core.jobs.context import Leaving  # noqa: E402
from core.jobs.queue import Queue  # noqa: E402
from core.jobs.worker import work_on  # noqa: E402
from core.wiring import handlers  # noqa: E402


def listen(named: list[str]) -> None:
    for line in sys.stdin:
        named.append(line.rstrip("\n"))
    os._exit(0)


def main() -> None:
    named = []
    threading.Thread(target=listen, args=(named,), daemon=True).start()
    home = queue = None
    while True:
        if named:
            home = Home.at(Path(named.pop()))
            queue = Queue(home)
        for lane in sys.argv[1:] if queue else ():
            job = queue.claim(lane, "other process")
            if job is not None:
                work_on(home, queue, job, handlers(), Leaving())
        time.sleep(0.01)


if __name__ == "__main__":
    main()
