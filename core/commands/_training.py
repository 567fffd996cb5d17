"""What the commands that train share: arguments, the run that Fathom proposes, and TensorFlow, imported while the file is read."""

import threading
from argparse import ArgumentParser, Namespace

from core.commands._dataset import add_arguments as add_dataset_arguments
from core.domain import Dataset, RunSpec
from core.errors import BadInput, UnknownName

MOST_SEED = 2**32 - 1  # what Keras and scikit-learn take


def add_arguments(parser: ArgumentParser) -> None:
    """What is to be learned of which file."""
    add_dataset_arguments(parser)
    parser.add_argument("--target", required=True, help="the column to predict, by name or as column_N")
    parser.add_argument("--drop", default="", help="columns to leave out, separated by commas")
    parser.add_argument("--task", default="auto", choices=("auto", "binary", "multiclass", "regression"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")


def proposed(options: Namespace, dataset: Dataset, *, budget_s: float | None = None) -> RunSpec:
    """The run that Fathom proposes for what was asked. Raises UnknownName and BadInput as `default_spec` does."""
    from core.studies.plan import default_spec

    return default_spec(
        dataset, options.target, kind=options.task, seed=options.seed, budget_s=budget_s,
        dropped={n.strip() for n in options.drop.split(",") if n.strip()},
    )  # fmt: skip


def check_network(options: Namespace) -> None:
    """Raises UnknownName where the one model that was asked for is no network."""
    from core.architectures import ARCHITECTURES

    if options.model not in ARCHITECTURES:
        raise UnknownName("network", options.model, ARCHITECTURES)


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
