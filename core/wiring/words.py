"""Which words speak for and against an answer."""

from collections.abc import Mapping
from typing import Any

from core import codec
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._scorers import scorer as loaded


def words(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: run, model, row (column → value) or None, about (a class, or None for the model's answer).

    said: of the row's texts; telling: what weighs most in all, of a linear model; about: the class.
    """
    from core.explanation.words import telling_words, words_said
    from core.prediction.rows import rows_from_form

    scorer, row = loaded(job, context), job.payload.get("row")
    if row is None:
        return {"said": [], "telling": telling_words(scorer), "about": None}
    frame, _ = rows_from_form([row], scorer.contract)
    classes, about = scorer.task.classes, job.payload.get("about")
    place = 0
    if classes:
        place = classes.index(about) if about in classes else int(scorer.predict(frame)[0].argmax())
    said = words_said(scorer, scorer.voice.clean(frame), place)
    return {
        "said": codec.to_plain(said),
        "telling": [],
        "about": classes[place] if classes else None,
    }


work = Work(key="words", do=words)
