"""Do the jobs of some lanes in a process of its own: `python other_process.py HOME LANE …`, until ended."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from core.home import Home  # noqa: E402
from core.jobs.context import Leaving  # noqa: E402
from core.jobs.queue import Queue  # noqa: E402
from core.jobs.worker import work_on  # noqa: E402
from core.wiring import handlers  # noqa: E402


def main() -> None:
    home, lanes = Home.at(Path(sys.argv[1])), sys.argv[2:]
    queue = Queue(home)
    while True:
        for lane in lanes:
            job = queue.claim(lane, "other process")
            if job is not None:
                work_on(home, queue, job, handlers(), Leaving())
        time.sleep(0.01)


if __name__ == "__main__":
    main()
