"""Bring a table from a path, an address or a database."""

from collections.abc import Mapping
from typing import Any

from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._leaving import reporting


def fetch(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: origin, name, options; previous, the dataset it is to be the next version of."""
    from core.data.fetched import bring

    dataset, is_new = bring(
        job.payload["origin"],
        name=job.payload["name"],
        owner=job.owner,
        home=context.home,
        options=job.payload.get("options"),
        previous=job.payload.get("previous"),
        report=reporting(context),
    )
    return {"dataset": dataset.id, "is_new": is_new}


work = Work(key="fetch", do=fetch)
