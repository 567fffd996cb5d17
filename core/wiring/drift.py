"""How far two datasets are apart."""

from collections.abc import Mapping
from typing import Any

from core import codec
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work


def drift(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: before, after, two of the owner's datasets."""
    from core.data.catalog import Catalog
    from core.data.drift import compare

    catalog = Catalog(context.home)
    before, after = (catalog.get(job.payload[key], job.owner) for key in ("before", "after"))
    return codec.to_plain(compare(before, after, catalog))


work = Work(key="drift", do=drift)
