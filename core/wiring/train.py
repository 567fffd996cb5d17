"""Carry out a run."""

from collections.abc import Mapping
from typing import Any

from core.jobs.context import JobContext, Paused, Stopped
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._warmth import bench, warm_training


def train(
    job: Job, context: JobContext, started: float | None = None
) -> Mapping[str, Any] | Paused | Stopped:
    """The run of the job's own id. started: when its budget's clock began, for a run in this process."""
    warm_training()  # nothing is done again in a worker that is warm
    from core.data.catalog import Catalog
    from core.runs.store import RunStore
    from core.studies.run import carry_out
    from core.studies.wishes import Interrupted

    store, catalog = RunStore(context.home), Catalog(context.home)
    run = store.get(job.id, job.owner)
    try:
        carry_out(
            run,
            catalog.get(run.spec.dataset, run.owner),
            catalog=catalog,
            store=store,
            context=context,
            bench=bench(),
            started=started,
        )
    except Interrupted as left:
        return Stopped() if left.wish in ("discard", "cancel") else Paused()
    finally:
        bench().leave_off()
    return {"run": run.id}


work = Work(key="train", do=train)
