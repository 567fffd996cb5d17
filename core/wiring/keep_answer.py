"""Make a dataset of what a query answers."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.jobs.context import JobContext, Paused, Stopped
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._leaving import left_off, reporting

KEEP_LIMIT_S = 600.0  # that a query may take whose answer becomes a dataset


def keep_answer(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: sql, name. Every row of its answer as a new dataset of that name."""
    from core.data.ingest import ingest
    from core.data.query_process import Question, ask

    with tempfile.TemporaryDirectory(dir=context.home.uploads, prefix=".answer.") as folder:
        path = Path(folder) / "answer.parquet"
        question = Question(
            root=str(context.home.root), owner=job.owner, sql=job.payload["sql"], out=str(path), form="parquet",
            limit_s=KEEP_LIMIT_S,
        )  # fmt: skip
        context.report(0.0, "Running the query")
        if ask(question, lambda: context.requested() is not None) is None:
            return left_off(context)
        dataset = ingest(
            path,
            name=job.payload["name"],
            owner=job.owner,
            home=context.home,
            report=reporting(context),
        )
    return {"dataset": dataset.id}


work = Work(key="keep_answer", do=keep_answer)
