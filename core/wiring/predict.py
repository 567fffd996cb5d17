"""Answer for a file."""

from collections.abc import Mapping
from typing import Any

from core.errors import FathomError
from core.jobs.context import JobContext, Paused, Stopped
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._leaving import LeftOff, inside, laid_down, reporting
from core.wiring._scorers import scorer as loaded


def predict(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: run, model, file (in the uploads folder), name, keep_columns.

    The answer lies in exports/<job>.csv; the upload is deleted once nobody needs it.
    """
    from core.prediction.batch import predict_file

    path = inside(context.home.uploads, job.payload["file"])
    scorer = loaded(job, context)
    out = context.home.exports / f"{job.id}.csv"

    try:
        result = predict_file(
            scorer,
            path,
            out,
            keep_columns=bool(job.payload.get("keep_columns")),
            name=job.payload.get("name"),
            report=reporting(context),
        )
    except LeftOff:
        return laid_down(path, context)
    except FathomError:
        path.unlink(missing_ok=True)  # it will not fit on another attempt either
        raise
    path.unlink(missing_ok=True)
    return {"out": out.name, "model": scorer.record.title, **vars(result)}


work = Work(key="predict", do=predict)
