"""The tables of a database's connection."""

from collections.abc import Mapping
from typing import Any

from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work


def tables(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: connection."""
    from core.data.databases.session import table_names
    from core.settings import Settings

    name = job.payload["connection"]
    return {"tables": table_names(name, Settings.current().connection(name))}


work = Work(key="tables", do=tables)
