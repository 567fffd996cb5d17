"""python -m core search DATA --target COL --model KEY --budget S: which settings suit, by the validation rows."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace

from core.commands import OWNER, Command
from core.commands._dataset import stored
from core.commands._output import answer_json, note, print_table
from core.commands._training import add_arguments as add_training_arguments
from core.commands._training import check_network, check_seed, proposed, start_importing
from core.errors import BadInput, FathomError
from core.home import Home
from core.sentences import say


def add_arguments(parser: ArgumentParser) -> None:
    add_training_arguments(parser)
    parser.add_argument("--model", default="mlp", help="the network whose settings are searched")
    parser.add_argument("--budget", type=float, required=True, help="seconds for all trials")
    parser.add_argument("--trials", type=int, default=200, help="how many at most")
    parser.add_argument("--knobs", default="", help="settings to search, separated by commas")
    parser.add_argument(
        "--folds", type=int, default=0, help="judge every trial by the mean over this many folds"
    )


def run(options: Namespace) -> int:
    from core.architectures import ARCHITECTURES
    from core.data.folds import check_folds
    from core.domain import ModelSpec
    from core.jobs.worker import run_here
    from core.studies.search.space import proposed as proposed_knobs
    from core.studies.search.trials import Search, start_search
    from core.wiring.search import search

    if not options.budget > 0:
        raise BadInput("budget", budget=options.budget)
    check_seed(options)
    check_network(options)
    home = Home.from_environment()
    imports = start_importing()
    dataset = stored(options.data, home, as_images=options.images)
    spec = proposed(options, dataset)
    spec = replace(spec, models=(ModelSpec(key=options.model), ModelSpec(key="dummy")), folds=options.folds)
    check_folds(spec)
    names = [n.strip() for n in options.knobs.split(",") if n.strip()]
    names = names or proposed_knobs(ARCHITECTURES[options.model].all_knobs(spec.task.kind))
    wanted = Search(
        name=f"{spec.task.target} · {dataset.name}", spec=spec, names=tuple(names),
        budget_s=options.budget, most_trials=options.trials,
    )  # fmt: skip
    raised = []

    def do(job, context):
        imports.join()
        try:
            return search(job, context, started=options.entered)
        except FathomError as error:
            raised.append(error)
            raise

    def put(worker: str) -> str:
        search_id = start_search(wanted, OWNER, home, worker=worker)
        note(f"search {search_id}: {', '.join(names)}")
        return search_id

    job = run_here(home, {"search": do}, put)
    if raised:
        raise raised[0]
    if job.state != "succeeded":
        raise FathomError("run_ended", state=say(f"state.{job.state}"), error=job.error or "")
    _answer(wanted, job.id, home, options.json)
    return 0


def _answer(wanted, search_id: str, home: Home, as_json: bool) -> None:
    from core.studies.search.trials import best_of, folder_of, read_importance, read_trials, settings_of

    folder, metric = folder_of(home, search_id), wanted.spec.task.metric
    trials = read_trials(folder)
    best = best_of(trials, metric)
    if as_json:
        told = {"number": best.number, "value": best.value, "params": settings_of(wanted, best)}
        answer_json(
            {
                "search": search_id, "model": wanted.network.key, "metric": metric, "part": "validation",
                "default": trials[0].value, "best": told, "importance": read_importance(folder),
                "trials": [{"number": t.number, "state": t.state, "value": t.value, "params": t.params} for t in trials],
            }
        )  # fmt: skip
        return
    rows = [(t.number + 1, t.state, "–" if t.value is None else f"{t.value:.4g}", t.params) for t in trials]
    print_table(rows, ("trial", "state", f"{metric} (validation)", "settings"))
    print(say("search.best", number=best.number + 1, settings=settings_of(wanted, best)))


command = Command(
    key="search",
    help="search a network's settings by the validation rows",
    add_arguments=add_arguments,
    run=run,
    order=35,
)
