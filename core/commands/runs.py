"""python -m core runs: what has been tried, newest first."""

from argparse import ArgumentParser, Namespace
from datetime import datetime

from core.commands import OWNER, Command
from core.commands._output import answer_json, print_table
from core.home import Home


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--limit", type=int, default=100)


def run(options: Namespace) -> int:
    from core.runs.store import RunStore
    from core.sentences import say

    runs = RunStore(Home.from_environment()).list(OWNER, limit=options.limit)
    if options.json:
        listed = [
            {
                **r.summary, "run": r.id, "name": r.name, "state": r.state, "target": r.spec.task.target,
                "created_at": r.created_at, "error": r.error,
            }
            for r in runs
        ]  # fmt: skip
        answer_json({"runs": listed})
        return 0
    rows = [
        (
            r.id, r.name, say(f"state.{r.state}"), r.summary.get("recommended", ""), r.summary.get("metric", ""),
            f"{r.summary['value']:.4g}" if r.summary.get("value") is not None else "",
            f"{datetime.fromtimestamp(r.created_at):%Y-%m-%d %H:%M}",
        )
        for r in runs
    ]  # fmt: skip
    print_table(rows, ("run", "name", "state", "recommended", "metric", "value", "started"))
    return 0


command = Command(
    key="runs", help="what has been tried, newest first", add_arguments=add_arguments, run=run, order=50
)
