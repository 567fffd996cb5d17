"""The training loss climbs: what has been learned is being unlearned."""

import numpy as np

from core.coach import Advice, Rule
from core.coach._changes import scaled
from core.coach.story import Story

FEWEST = 5  # epochs
RISE = 1.5  # times the lowest loss
SHARE = 0.5  # of the way down, climbed back


def run(story: Story) -> Advice | None:
    if story.n < FEWEST:
        return None
    lowest, late = float(np.min(story.loss)), float(np.median(story.loss[-3:]))
    fallen = float(story.loss[0]) - lowest
    climbs = story.loss[-1] >= story.loss[-3]
    if climbs and late > RISE * lowest and late > lowest + SHARE * fallen:
        return Advice(
            code="diverging",
            parameters={"times": late / lowest, "epoch": int(np.argmin(story.loss)) + 1},
            change=scaled(story, "learning_rate", 0.3),
        )
    return None


rule = Rule(key="diverging", run=run, order=20)
