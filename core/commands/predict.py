"""python -m core predict RUN DATA --out FILE.csv: a finished run's answers for every row of a file."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.commands import OWNER, Command
from core.commands._output import answer_json, note
from core.errors import BadInput
from core.home import Home


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN")
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", help="a model's key; without it the recommended one")
    parser.add_argument("--json", action="store_true")


def run(options: Namespace) -> int:
    from core.prediction.batch import predict_file
    from core.prediction.score import load_scorer, number_of
    from core.runs.store import RunStore

    if not options.out.parent.is_dir():
        raise BadInput("no_folder", folder=options.out.parent)
    store = RunStore(Home.from_environment())
    found = store.get(options.run_id, OWNER)
    number = number_of(store, found, options.model) if options.model else None
    scorer = load_scorer(store, found, number)
    result = predict_file(scorer, options.data, options.out)
    if options.json:
        answer_json({"run": found.id, "model": scorer.record.key, "out": str(options.out), **vars(result)})
    else:
        note(
            f"{result.n_rows:,} rows by {scorer.record.title}, {result.n_doubtful:,} of them doubtful → {options.out}"
        )
    return 0


command = Command(
    key="predict", help="a finished run's answers for every row of a file", add_arguments=add_arguments, run=run,
    order=40,
)  # fmt: skip
