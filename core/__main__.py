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
from typing import NoReturn  # noqa: E402

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # read by TensorFlow when it is imported

from core.commands import COMMANDS  # noqa: E402
from core.errors import BadInput, FathomError, NotYours, TooLarge  # noqa: E402
from core.sentences import say  # noqa: E402


def main(arguments: list[str] | None = None, entered: float | None = None) -> int:
    """Run one command; its exit status. entered: time.monotonic() from which a budget counts, if before now."""
    parser = argparse.ArgumentParser(prog="python -m core", description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="|".join(k for k, c in COMMANDS.items() if c.help)
    )
    for key, command in COMMANDS.items():
        described = {"help": command.help} if command.help else {}
        verb = verbs.add_parser(key, description=command.help, **described)
        command.add_arguments(verb)
        verb.set_defaults(run=command.run)
    options = parser.parse_args(arguments)
    options.entered = time.monotonic() if entered is None else entered
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(message)s")
    try:
        return options.run(options)
    except (BadInput, NotYours) as error:
        print(error, file=sys.stderr)
        return 2
    except FathomError as error:
        print(error, file=sys.stderr)
        # a file refused for its size is bad data; a machine that is full has failed
        return 2 if isinstance(error, TooLarge) and "file" in error.parameters else 1
    except BrokenPipeError:
        return 128 + signal.SIGPIPE  # the reader of our answer, such as `head`, has left
    except OSError as error:
        path = error.filename2 or error.filename or "a file"
        print(say("error.system", file=path, reason=error.strerror), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def leave(status: int) -> NoReturn:
    """End the process at once, with everything said.

    Python's own ending is left out: it takes down an import of TensorFlow that may still be under
    way in a thread, waits for TensorFlow's threads, and has DuckDB's bindings list what they leaked.
    """
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # nobody is listening any more
    logging.shutdown()
    os._exit(status)


if __name__ == "__main__":
    # a descriptor of its own, so that what we say is heard while libraries are kept quiet
    sys.stderr = open(os.dup(2), "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    leave(main(entered=ENTERED))
