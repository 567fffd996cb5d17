"""python -m core work --lane LANE: do a lane's jobs. Started by the supervisor, not by people."""

from argparse import ArgumentParser, Namespace

from core.commands import Command
from core.home import Home
from core.jobs.lanes import LANES


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--lane", required=True, choices=tuple(LANES))


def run(options: Namespace) -> int:
    from core.jobs.worker import run_worker
    from core.wiring import handlers, warm

    home = Home.from_environment()
    run_worker(home, options.lane, handlers(), warm=warm(options.lane))
    return 0


command = Command(key="work", help="", add_arguments=add_arguments, run=run, order=91)
