"""python -m core without RUN: the same model trained again without each kind of column, and what it loses."""

from argparse import ArgumentParser, Namespace

from core import codec
from core.commands import OWNER, Command
from core.commands._output import answer_json, note, print_table
from core.errors import FathomError
from core.figures import readable
from core.home import Home
from core.sentences import say


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN")
    parser.add_argument("--model", help="a model's key; without it the recommended one")
    parser.add_argument("--json", action="store_true")


def run(options: Namespace) -> int:
    from core.data.catalog import Catalog
    from core.runs.store import RunStore
    from core.studies.standings import trained
    from core.studies.without_kinds import chosen, without_kinds

    home = Home.from_environment()
    store, catalog = RunStore(home), Catalog(home)
    found = store.get(options.run_id, OWNER)
    record = chosen(trained(store, found), options.model)
    for entry in without_kinds(store, catalog, found, record):
        if entry.run is None or entry.run.state in ("failed", "stopped"):
            _carry_out(entry, found, home, store)
        elif entry.run.state != "succeeded":
            note(say("without.elsewhere", run=entry.run.id, kind=entry.kind))
    entries = without_kinds(store, catalog, found, record)
    _answer(entries, found, record, options.json)
    return 0


def _carry_out(entry, of, home: Home, store) -> None:
    """One run without a kind, in this process. What failed is said, and the other kinds are gone on with."""
    from core.jobs.worker import run_here
    from core.studies.start import start_run
    from core.wiring.train import train

    def put(worker: str) -> str:
        name = say("without.name", run=of.name, kind=entry.kind)[:120]
        run_id = start_run(entry.spec, OWNER, name, store=store, worker=worker).id
        note(f"run {run_id}: {name}")
        return run_id

    job = run_here(home, {"train": train}, put)
    if job.state != "succeeded":
        note(str(FathomError("run_ended", state=say(f"state.{job.state}"), error=job.error or "")))


def _answer(entries, of, record, as_json: bool) -> None:
    metric = of.spec.task.metric
    if as_json:
        told = [
            {
                "kind": e.kind, "columns": list(e.columns), "run": e.run.id, "model": e.title, "value": e.value,
                "loss": codec.to_plain(e.loss), "remark": e.remark,
            }
            for e in entries
        ]  # fmt: skip
        answer_json({"run": of.id, "model": record.key, "metric": metric, "part": "test", "without": told})
        return
    rows = [
        (
            e.kind, ", ".join(e.columns)[:60], e.title, "–" if e.value is None else f"{e.value:.4g}",
            e.remark if e.loss is None else _interval(e.loss),
        )
        for e in entries
    ]  # fmt: skip
    print_table(rows, ("without", "columns", "model", f"{metric} (test)", "lost, 95 % interval"))


def _interval(loss) -> str:
    value, low, high = (readable(v) if v is not None else "–" for v in (loss.value, loss.low, loss.high))
    return f"{value} ({low} to {high})"


command = Command(
    key="without",
    help="train a run's model again without each kind of column",
    add_arguments=add_arguments,
    run=run,
    order=37,
)
