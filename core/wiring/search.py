"""Search for good settings of a network."""

from collections.abc import Mapping
from typing import Any

from core.jobs.context import JobContext, Paused, Stopped
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._warmth import warm_training


def search(
    job: Job, context: JobContext, started: float | None = None
) -> Mapping[str, Any] | Paused | Stopped:
    """The search of the job's own id. started: when its budget's clock began, for one in this process."""
    warm_training()
    from core.data.catalog import Catalog
    from core.studies.search.carry_out import carry_out
    from core.studies.search.helpers import helpers_for
    from core.studies.search.trials import folder_of, read_search
    from core.studies.wishes import Interrupted

    folder, catalog = folder_of(context.home, job.id), Catalog(context.home)
    found = read_search(folder)
    dataset = catalog.get(found.spec.dataset, job.owner)
    try:
        return carry_out(
            found, dataset, folder, catalog=catalog, context=context, started=started,
            n_helpers=helpers_for(found, dataset),
        )  # fmt: skip
    except Interrupted as left:
        return Stopped() if left.wish in ("discard", "cancel") else Paused()


work = Work(key="search", do=search)
