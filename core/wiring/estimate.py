"""What a run would cost."""

from collections.abc import Mapping
from typing import Any

from core import codec
from core.domain import RunSpec
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work


def estimate(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: spec."""
    from core.data.catalog import Catalog
    from core.studies.estimate import estimate

    spec, catalog = codec.from_plain(RunSpec, job.payload["spec"]), Catalog(context.home)
    found = estimate(spec, catalog.get(spec.dataset, job.owner), catalog)
    return codec.to_plain(found) | {"fits": found.fits}


work = Work(key="estimate", do=estimate)
