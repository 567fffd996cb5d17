"""How a file would be read; nothing is stored."""

from collections.abc import Mapping
from typing import Any

from core import codec
from core.errors import FathomError
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._given import given


def preview(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: name, options, and file or dataset as for ingest. How it would be read; nothing is stored."""
    from core.data.preview import preview

    path = given(job, context, is_look=True)
    try:
        return codec.to_plain(preview(path, job.payload.get("options")))
    except FathomError as error:
        raise error.about(path.name, job.payload["name"]) from error
    finally:
        if "dataset" in job.payload:
            path.unlink(missing_ok=True)


work = Work(key="preview", do=preview)
