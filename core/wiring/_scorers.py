"""Models of runs, kept loaded by the worker that answers for them."""

from functools import lru_cache
from pathlib import Path

from core.errors import BadInput
from core.home import Home
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.sentences import say

WARM_SCORERS = 8  # models the interactive worker keeps loaded


@lru_cache(maxsize=WARM_SCORERS)
def loaded_scorer(root: Path, run_id: str, owner: str, number: int | None):
    from core.prediction.score import load_scorer
    from core.runs.store import RunStore

    store = RunStore(Home(root))
    return load_scorer(store, store.get(run_id, owner), number)


def scorer(job: Job, context: JobContext):
    """The model asked for, kept loaded; but a run that was deleted meanwhile answers no more."""
    from core.runs.store import RunStore

    store = RunStore(context.home)
    run = store.get(job.payload["run"], job.owner)
    if not store.is_whole(run.id):
        raise BadInput("run_not_done", run=run.name, state=say(f"state.{run.state}"))
    return loaded_scorer(context.home.root, run.id, job.owner, job.payload.get("model"))
