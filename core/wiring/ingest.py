"""Read an upload, or the original of a dataset in another way, and store it."""

from collections.abc import Mapping
from typing import Any

from core.jobs.context import JobContext, Paused, Stopped
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._given import given
from core.wiring._leaving import LeftOff, laid_down, reporting


def ingest(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: name, options, and file (a name in the uploads folder) or dataset, to be read another way;
    promised, an id for what comes of it.

    The upload is deleted once it is stored or given up; a refused one stays, to be read another way.
    """
    from core.data.ingest import ingest

    path = given(job, context)
    try:
        dataset = ingest(
            path,
            name=job.payload["name"],
            owner=job.owner,
            home=context.home,
            options=job.payload.get("options"),
            report=reporting(context),
            dataset_id=job.payload.get("promised"),
        )
    except LeftOff:
        return laid_down(path, context)
    finally:
        if "dataset" in job.payload:
            path.unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    return {"dataset": dataset.id}


work = Work(key="ingest", do=ingest)
