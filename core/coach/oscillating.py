"""The training loss jumps up and down: each step overshoots."""

import numpy as np

from core.coach import Advice, Rule
from core.coach._changes import scaled
from core.coach.story import Story

LOOKED_AT = 12  # epochs; the last ones
FEWEST = 8
TURNS = 0.6  # of the steps go the other way than the one before
LEVEL, FALL = 0.1, 0.05  # a jump, against the loss itself and against the whole way down


def run(story: Story) -> Advice | None:
    if story.n < FEWEST:
        return None
    steps = np.diff(story.loss[-LOOKED_AT:])
    turns = float(np.mean(np.sign(steps[1:]) != np.sign(steps[:-1])))
    jump, level = float(np.mean(np.abs(steps))), float(np.median(story.loss[-LOOKED_AT:]))
    whole_way = float(story.loss[0] - np.min(story.loss))
    if turns >= TURNS and jump > LEVEL * level and jump > FALL * whole_way:
        return Advice(
            code="oscillating",
            parameters={"share": jump / level},
            change=scaled(story, "learning_rate", 0.3),
        )
    return None


rule = Rule(key="oscillating", run=run, order=30)
