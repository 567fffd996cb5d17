"""The file a job of reading is about."""

from pathlib import Path

from core.home import new_id
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring._leaving import inside


def given(job: Job, context: JobContext, *, is_look: bool = False) -> Path:
    """The file a job is about: an upload, or the original of a dataset, unpacked among the uploads.

    is_look: where the beginning is enough of a text.
    """
    if "dataset" not in job.payload:
        return inside(context.home.uploads, job.payload["file"])
    from core.data import original
    from core.data.catalog import Catalog
    from core.data.sources._encoding import HEAD

    dataset = Catalog(context.home).get(job.payload["dataset"], job.owner)
    path = context.home.uploads / new_id()
    is_text = "separator" in dataset.options
    original.unpack(
        original.blob_of_file(dataset), path, HEAD + 1 if is_look and is_text else original.MOST_BYTES
    )
    return path
