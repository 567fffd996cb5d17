"""A dataset's findings."""

from collections.abc import Mapping
from typing import Any

from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work


def check(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: dataset. Its findings for the present columns and target, stored beside it."""
    from core.data.catalog import Catalog

    catalog = Catalog(context.home)
    found = catalog.findings(catalog.get(job.payload["dataset"], job.owner))
    return {"n_findings": len(found)}


work = Work(key="check", do=check)
