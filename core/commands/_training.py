"""What the commands that train share: seeds, settings, and TensorFlow, imported while the file is read."""

import threading
from argparse import Namespace

from core.errors import BadInput

MOST_SEED = 2**32 - 1  # what Keras and scikit-learn take


def start_importing() -> threading.Thread:
    """Import TensorFlow while the file is read: both take seconds, and there are two cores.

    To be joined before anything else imports it: TensorFlow imports itself in circles, so that of two threads
    in the midst of it one would see half a module.
    """
    from core.wiring import warm

    thread = threading.Thread(target=warm("training"), name="imports", daemon=True)
    thread.start()
    return thread


def check_seed(options: Namespace) -> None:
    """Raises BadInput for one that a library would refuse."""
    if not 0 <= options.seed <= MOST_SEED:
        raise BadInput("seed", seed=options.seed, most=MOST_SEED)


def params_of(options: Namespace) -> dict[str, str]:
    """The settings given as K=V. Raises BadInput for one of another form."""
    return dict(_pair(text) for text in options.param)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise BadInput("param_form", text=text)
    return name.strip(), value.strip()


def way_of(key: str) -> str:
    """Raises UnknownName for a way of condensing that is not there."""
    from core.condensing import CONDENSERS

    return CONDENSERS[key].key if key else ""
