"""The terminal: the same job as the dashboard, for scripts, schedulers and tests. Parses, then hands over.

With --json the last line of standard output is one JSON object; everything else goes to
standard error. Exit status: 0 done, 1 failed, 2 bad arguments or bad data.
"""

import time

ENTERED = time.monotonic()  # a run's budget counts from here

import argparse  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read by TensorFlow when it is imported

from core.commands import COMMANDS  # noqa: E402
from core.errors import BadInput, FathomError, NotYours  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m core", description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="|".join(k for k, c in COMMANDS.items() if c.help)
    )
    for key, command in COMMANDS.items():
        described = {"help": command.help} if command.help else {}
        verb = verbs.add_parser(key, description=command.help, **described)
        command.add_arguments(verb)
        verb.set_defaults(run=command.run, for_people=bool(command.help))
    options = parser.parse_args(arguments)
    options.entered = ENTERED
    if options.for_people:
        # a pipe that is closed early, as by `head`, ends the process quietly; a worker must not end so
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(message)s")
    try:
        return options.run(options)
    except (BadInput, NotYours) as error:
        print(error, file=sys.stderr)
        return 2
    except FathomError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
