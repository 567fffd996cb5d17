"""Answer a query that somebody typed."""

import time
from collections.abc import Mapping
from typing import Any

from core import codec
from core.errors import FathomError
from core.jobs.context import JobContext, Paused, Stopped
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._leaving import left_off


def query(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: sql. The first rows of its answer lie in exports/<job>.arrow; the owner's history has it."""
    from core.data.query_history import QueryHistory
    from core.data.query_process import Question, ask

    out = context.home.exports / f"{job.id}.arrow"
    question = Question(root=str(context.home.root), owner=job.owner, sql=job.payload["sql"], out=str(out))
    started, history = time.perf_counter(), QueryHistory(context.home)
    try:
        answer = ask(question, lambda: context.requested() is not None)
    except FathomError as error:
        out.unlink(missing_ok=True)
        history.add(
            job.owner, question.sql, seconds=time.perf_counter() - started, n_rows=None, error=str(error)
        )
        raise
    if answer is None:
        out.unlink(missing_ok=True)
        ending = left_off(context)
        if isinstance(ending, Stopped):  # it is there to be taken up again, with less asked of it
            seconds = time.perf_counter() - started
            history.add(job.owner, question.sql, seconds=seconds, n_rows=None, error=None)
        return ending
    history.add(job.owner, question.sql, seconds=answer.seconds, n_rows=answer.n_rows, error=None)
    return codec.to_plain(answer)


work = Work(key="query", do=query)
