"""The training loss still falls while the validation loss rises: rows are being learned by heart."""

import numpy as np

from core.coach import Advice, Rule
from core.coach._changes import firmer
from core.coach.story import Story

FEWEST = 8  # epochs
SINCE, SINCE_SHARE = 4, 0.15  # epochs since the best one, at least, and of all
RISE, FALL = 0.05, 0.03  # of the validation loss since then, and of the training loss


def run(story: Story) -> Advice | None:
    best = story.best
    if story.n < FEWEST or best is None or story.n - 1 - best < max(SINCE, SINCE_SHARE * story.n):
        return None
    lowest, late = float(story.val_loss[best]), float(np.median(story.val_loss[-3:]))
    risen = (late - lowest) / max(abs(lowest), 1e-12)
    still_learns = float(np.median(story.loss[-3:])) < (1 - FALL) * float(story.loss[best])
    if risen > RISE and still_learns:
        return Advice(
            code="overfitting", parameters={"epoch": best + 1, "risen": risen}, change=firmer(story)
        )
    return None


rule = Rule(key="overfitting", run=run, order=40)
