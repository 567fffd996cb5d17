"""python -m core classics: fit classic models as asked on standard input. Started by a training."""

from argparse import ArgumentParser, Namespace

from core.commands import Command


def add_arguments(parser: ArgumentParser) -> None:
    pass


def run(options: Namespace) -> int:
    from core.studies.classics import serve

    serve()
    return 0


command = Command(key="classics", help="", add_arguments=add_arguments, run=run, order=92)
