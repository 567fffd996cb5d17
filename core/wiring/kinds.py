"""Which kind of column carries a model's signal."""

from collections.abc import Mapping
from typing import Any

from core import codec
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._scorers import scorer as loaded


def kinds(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: run, model."""
    from core.data.catalog import Catalog
    from core.explanation.kinds import worth_of_kinds

    scorer = loaded(job, context)
    found = worth_of_kinds(scorer, Catalog(context.home), scorer.run)
    return {"worth": codec.to_plain(found)}


work = Work(key="kinds", do=kinds)
