"""Show where in an image a network looked."""

import base64
from collections.abc import Mapping
from typing import Any

from core.errors import NotApplicable
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._scorers import scorer as loaded

SIDE = 224  # pixels of the pictures that come back


def explain_image(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: run, model, row (column → value), column. PNG files in base64: saliency, and cam if there is one.

    finds_nothing: whether that cam is empty, as no region speaks for the answer.
    """
    from core.explanation.image_maps import image_maps, overlaid
    from core.prediction.rows import rows_from_form

    scorer = loaded(job, context)
    if scorer.record.family != "deep":
        raise NotApplicable("explain_no_network", title=scorer.record.title)
    frame, _ = rows_from_form([job.payload["row"]], scorer.contract)
    voice = scorer.voice
    inputs = voice.inputs(frame)
    name = voice.preparation.own_names[job.payload["column"]]
    prediction = voice.predictor.predict(inputs)
    task = scorer.task
    place = int(prediction[0].argmax()) if task.classes else None
    maps = image_maps(voice.predictor.model, task, inputs, name, place)
    pixels = inputs[name][0]
    shown = {"saliency": maps.saliency, "cam": maps.cam}
    return {
        "about": task.classes[place] if place is not None else None,
        "finds_nothing": maps.cam is not None and not bool(maps.cam.any()),
        **{
            key: base64.b64encode(overlaid(pixels, heat, SIDE)).decode("ascii") if heat is not None else None
            for key, heat in shown.items()
        },
    }


work = Work(key="explain_image", do=explain_image)
