"""python -m core rate DATA --target COL --model KEY: which learning rate suits a network, by a short test on training rows."""

import tempfile
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from core.codec import to_plain
from core.commands import Command
from core.commands._dataset import stored
from core.commands._output import answer_json, print_table
from core.commands._training import add_arguments as add_training_arguments
from core.commands._training import check_network, check_seed, params_of, proposed, start_importing, way_of
from core.home import Home
from core.sentences import say

SHOWN = 7  # rows of the table: one for each power of ten


def add_arguments(parser: ArgumentParser) -> None:
    add_training_arguments(parser)
    parser.add_argument("--model", default="mlp", help="the network whose rate is looked for")
    parser.add_argument(
        "--param", action="append", default=[], metavar="K=V", help="a setting of the network"
    )
    parser.add_argument("--condense", default="", metavar="WAY", help="as in train: pca or autoencoder")


def run(options: Namespace) -> int:
    from core.data.catalog import Catalog
    from core.studies.plan import chosen_models
    from core.studies.rates import find_rate

    check_seed(options)
    check_network(options)
    home = Home.from_environment()
    imports = start_importing()
    dataset = stored(options.data, home, as_images=options.images)
    spec = proposed(options, dataset)
    params = params_of(options)
    spec = replace(
        spec, models=chosen_models([options.model], params, spec.task), condenses=way_of(options.condense)
    )
    imports.join()
    with tempfile.TemporaryDirectory(prefix="rates-") as folder:
        found = find_rate(spec, dataset, Catalog(home), Path(folder))
    if options.json:
        answer_json({"model": options.model, **to_plain(found)})
        return 0
    places = range(0, len(found.rates), max(1, len(found.rates) // SHOWN))
    print_table([(f"{found.rates[i]:.1g}", f"{found.losses[i]:.4g}") for i in places], ("rate", "loss"))
    if found.suggested is None:
        print(say("rate.nothing"))
    else:
        print(say("rate.suggested", rate=found.suggested, n=len(found.rates)))
    return 0


command = Command(
    key="rate",
    help="suggest a network's learning rate by a short test on training rows",
    add_arguments=add_arguments,
    run=run,
    order=33,
)
