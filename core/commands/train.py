"""python -m core train DATA --target COL: train, compare honestly, say which model to use."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any

from core import codec
from core.commands import OWNER, Command
from core.commands._dataset import stored
from core.commands._output import answer_json, findings_plain, note, print_findings, print_table
from core.commands._training import add_arguments as add_training_arguments
from core.commands._training import check_seed, params_of, proposed, start_importing, way_of
from core.domain import Dataset, Finding, Run, RunSpec, Score, Split, Task
from core.errors import BadInput, FathomError
from core.home import Home, new_id
from core.sentences import say


def add_arguments(parser: ArgumentParser) -> None:
    add_training_arguments(parser)
    parser.add_argument(
        "--test", type=Path, help="a second file whose rows judge; all others train and choose"
    )
    parser.add_argument("--recipe", type=Path, help="cleaning steps to put the rows through, as a JSON file")
    parser.add_argument("--model", default="auto", help="auto, or keys separated by commas")
    parser.add_argument("--budget", type=float, help="seconds for everything")
    parser.add_argument(
        "--folds",
        type=int,
        help="train every model this often, each time leaving other rows out; 0 for one hold-out. With --model auto: "
        "as many as few rows ask for",
    )
    parser.add_argument("--repeats", type=int, default=1, help="cut the rows into folds this often")
    parser.add_argument(
        "--param", action="append", default=[], metavar="K=V", help="a setting of the networks"
    )
    parser.add_argument(
        "--select", action="store_true", help="leave out columns that tell no more of the target than chance"
    )
    parser.add_argument(
        "--condense",
        default="",
        metavar="WAY",
        help="make few components of many columns: pca or autoencoder",
    )
    parser.add_argument("--name", help="what to call the run")


def run(options: Namespace) -> int:
    from core.data.catalog import Catalog
    from core.runs.store import RunStore

    if options.budget is not None and not options.budget > 0:  # "nan" is a number to argparse
        raise BadInput("budget", budget=options.budget)
    check_seed(options)
    home = Home.from_environment()
    store, catalog = RunStore(home), Catalog(home)
    imports = start_importing()
    dataset = stored(options.data, home, as_images=options.images)
    if options.recipe is not None:
        dataset = _cleaned(dataset, options.recipe, catalog)
    judge = stored(options.test, home, as_images=options.images, like=dataset) if options.test else None
    spec = _spec(options, dataset, judge)
    done = _carry_out(spec, dataset, options, home, store, imports)
    _answer(store, done, _findings(dataset, spec.task, catalog), options.json)
    return 0


def _cleaned(dataset: Dataset, path: Path, catalog: Any) -> Dataset:
    """A dataset of its own with the recipe: the one that pages show stays as it is."""
    from core.commands._recipe import recipe_file
    from core.data.making import result_of
    from core.data.recipe import sentences

    steps = recipe_file(path)
    for known in catalog.list(OWNER):
        if known.recipe == steps and known.base is not None and known.base.blob == dataset.blob:
            return known
    made = replace(result_of(dataset, steps, catalog), id=new_id(), name=f"{dataset.name}, cleaned")
    catalog.add(made)
    for sentence in sentences(made):
        note(sentence)
    return made


def _spec(options: Namespace, dataset: Dataset, judge: Dataset | None) -> RunSpec:
    from core.data.folds import check_folds
    from core.studies.plan import AUTO, chosen_models, kinds_of, proposed_folds

    spec = proposed(options, dataset, budget_s=options.budget)
    params = params_of(options)
    keys = [k.strip() for k in options.model.split(",")]
    split = spec.split
    if judge is not None:
        split = Split(strategy="file", test_dataset=judge.id, seed=options.seed)
    models = chosen_models(keys, params, spec.task, kinds_of(dataset, spec.task))
    folds = options.folds
    if folds is None:
        folds = proposed_folds(dataset, spec.task, split, options.budget) if keys == [AUTO] else 0
    spec = replace(spec, models=models, split=split, folds=folds, repeats=options.repeats)
    spec = replace(spec, selects=options.select, condenses=way_of(options.condense))
    check_folds(spec)
    return spec


def _carry_out(
    spec: RunSpec, dataset: Dataset, options: Namespace, home: Home, store: Any, imports: Thread
) -> Run:
    """A new run, done in this process. Raises FathomError when it did not come to its end."""
    from core.jobs.worker import run_here
    from core.runs.outline import outline
    from core.studies.outlook import foreseen
    from core.studies.start import start_run
    from core.wiring.train import train

    raised, name = [], options.name or f"{spec.task.target} · {dataset.name}"

    def note_error(job, context):
        imports.join()
        try:
            return train(job, context, started=options.entered)
        except FathomError as error:
            raised.append(error)  # the job keeps its sentence; the exit status depends on its kind
            raise

    def put(worker: str) -> str:
        run_id = start_run(spec, OWNER, name, store=store, worker=worker).id
        note(f"run {run_id}")
        for part in outline(foreseen(spec, dataset)):
            note("  " + " · ".join(filter(None, (part.title, part.takes, part.remark))))
        return run_id

    job = run_here(home, {"train": note_error}, put)
    if raised:
        raise raised[0]
    if job.state != "succeeded":
        raise FathomError("run_ended", state=say(f"state.{job.state}"), error=job.error or "")
    return store.get(job.id, OWNER)


def _findings(dataset: Dataset, task: Task, catalog: Any) -> tuple[Finding, ...]:
    """What is known of the data when this target is asked about; what the pages ask about stays."""
    from core.checks import run_checks

    if task.target == dataset.target:
        return catalog.findings(dataset)
    return run_checks(replace(dataset, target=task.target), task.target, catalog)


def _answer(store, done: Run, findings: tuple[Finding, ...], as_json: bool) -> None:
    from core.studies.conclude import load_verdict

    scores = [s for s in store.scores(done) if s.part == "test"]
    validation = {s.number: s for s in store.scores(done) if s.part == "validation"}
    verdict = load_verdict(store.folder(done.id))
    recommended = next((s.model for s in scores if s.number == verdict.recommended), None)
    if as_json:
        answer_json(
            {
                "run": done.id,
                "task": done.spec.task.kind,
                "metric": done.spec.task.metric,
                "recommended": recommended,
                "rows": done.summary["rows"],
                "scores": [codec.to_plain(s) | _chosen_by(validation.get(s.number)) for s in scores],
                "findings": findings_plain(findings),
                "verdict": verdict.sentence,
            }
        )
        return
    rows = [
        (
            s.model,
            s.family,
            _number(s.value),
            f"{_number(s.low)} – {_number(s.high)}",
            _over_folds(validation.get(s.number)),
            f"{s.fit_s:.1f}",
            s.reason or "",
        )
        for s in scores
    ]
    print_table(rows, ("model", "family", done.spec.task.metric, "95 % interval", "over folds", "fit s", ""))
    print_findings([f for f in findings if f.severity != "info"])
    if done.spec.selects:
        from core.studies.probes import said_of_left_out

        print(said_of_left_out(store.folder(done.id), done))
    if done.spec.condenses:
        from core.studies.condense import said_of_condensing

        print(said_of_condensing(store.folder(done.id), done))
    print(verdict.sentence)


def _chosen_by(score: Score | None) -> dict[str, Any]:
    """The metric on the rows by which models are chosen, and on those that each fold left out."""
    return {"validation": score.value if score else None, "folds": list(score.folds) if score else []}


def _over_folds(score: Score | None) -> str:
    """The mean of the rows left out, and how far single folds lie from it."""
    from core.evaluation.spread import spread_of

    spread = spread_of(score.folds) if score else None
    return f"{_number(spread.mean)} ± {spread.deviation:.2g}" if spread else ""


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


command = Command(
    key="train",
    help="train, compare honestly, say which to use",
    add_arguments=add_arguments,
    run=run,
    order=30,
)
