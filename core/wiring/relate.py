"""How a dataset's columns go together."""

from collections.abc import Mapping
from typing import Any

from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._leaving import reporting


def relate(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: dataset. How its columns go together, stored beside the blob."""
    from core.data.catalog import Catalog
    from core.data.relations import relations

    found = relations(Catalog(context.home).get(job.payload["dataset"], job.owner), reporting(context))
    return {"n_columns": len(found.names)}


work = Work(key="relate", do=relate)
