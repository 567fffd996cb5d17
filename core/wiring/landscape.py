"""A map of what a network makes of the test rows."""

from collections.abc import Mapping
from typing import Any

from core import codec
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._scorers import scorer as loaded


def landscape(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: run, model, method ("pca" or "tsne")."""
    from core.data.catalog import Catalog
    from core.explanation.landscape import landscape
    from core.runs.store import RunStore

    scorer = loaded(job, context)
    catalog, store = Catalog(context.home), RunStore(context.home)
    return codec.to_plain(landscape(scorer, store, catalog, scorer.run, job.payload["method"]))


work = Work(key="landscape", do=landscape)
