"""The loss falls in a straight line and slowly: the steps are too small."""

import numpy as np

from core.coach import Advice, Rule
from core.coach._changes import scaled
from core.coach.story import Story

FEWEST = 10  # epochs
LEAST_FALL, MOST_FALL = 0.01, 0.3  # of the first loss
STRAIGHT = 0.97  # of its variation is a straight line's
SECOND_HALF = 0.6  # of what the first half fell, the second fell at least


def run(story: Story) -> Advice | None:
    if story.n < FEWEST or not np.isfinite(story.loss).all():
        return None
    first, last = float(story.loss[0]), float(story.loss[-1])
    fallen = (first - last) / max(abs(first), 1e-12)
    if not LEAST_FALL < fallen < MOST_FALL:
        return None
    middle = float(story.loss[story.n // 2])
    straight = float(np.corrcoef(np.arange(story.n), story.loss)[0, 1]) ** 2
    if straight > STRAIGHT and middle - last > SECOND_HALF * (first - middle) > 0:
        return Advice(
            code="slow",
            parameters={"n": story.n, "fallen": fallen},
            change=scaled(story, "learning_rate", 3.0),
        )
    return None


rule = Rule(key="slow", run=run, order=50)
