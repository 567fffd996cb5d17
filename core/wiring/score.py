"""Answer for a few rows at once."""

import time
from collections.abc import Mapping
from typing import Any

from core import codec
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._scorers import scorer as loaded


def score(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: run, model (number or None), rows (column → value each)."""
    from core.prediction.rows import rows_from_form

    scorer = loaded(job, context)
    started = time.perf_counter()
    answers = scorer.answer(*rows_from_form(job.payload["rows"], scorer.contract))
    return {
        "answers": codec.to_plain(answers.table().to_dict("records")),
        "doubts": [
            [{"code": d.code, "sentence": d.sentence} for d in row] for row in answers.doubts.by_row()
        ],
        "margins": codec.to_plain(answers.margins()),
        "model": scorer.record.title,
        "ms": (time.perf_counter() - started) * 1e3,
    }


work = Work(key="score", do=score)
