"""python -m core supervise: keep every lane of jobs staffed. Started by the dashboard, not by people."""

import sys
from argparse import ArgumentParser, Namespace

from core.commands import Command
from core.home import Home

START_SUPERVISOR = (sys.executable, "-m", "core", "supervise")
START_WORKER = (sys.executable, "-m", "core", "work")


def add_arguments(parser: ArgumentParser) -> None:
    pass


def run(options: Namespace) -> int:
    from core.jobs.supervisor import supervise

    supervise(Home.from_environment(), START_WORKER)
    return 0


command = Command(key="supervise", help="", add_arguments=add_arguments, run=run, order=90)
