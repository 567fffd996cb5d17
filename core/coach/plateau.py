"""The loss stands still, from the beginning or after it has fallen, although the rate is still at work."""

import numpy as np

from core.coach import Advice, Rule
from core.coach._changes import scaled
from core.coach.story import Story

FEWEST = 10  # epochs
LEAST, SHARE = 8, 0.25  # epochs without progress, at least, and of all
FLAT = 0.01  # of the loss
LEARNED = 0.02  # of the first loss that must have gone for anything to have been learned
AT_WORK = 0.1  # of the rate it began with: below, a schedule has brought the training to rest


def run(story: Story) -> Advice | None:
    best = story.best
    if story.n < FEWEST or best is None or story.state not in ("training", "done"):
        return None
    if (
        story.ending not in (None, "epochs", "fitted", "repaced")
        or story.rate[-1] < AT_WORK * story.params["learning_rate"]
    ):
        return None  # stopping early is the cure itself
    flat = max(LEAST, int(SHARE * story.n))
    early, late = float(np.median(story.loss[-flat:][:3])), float(np.median(story.loss[-3:]))
    if abs(early - late) > FLAT * abs(early):
        return None
    first = float(story.loss[0])
    if first - float(np.min(story.loss)) < LEARNED * abs(first):
        return Advice(
            code="nothing_learned",
            parameters={"n": story.n},
            change=scaled(story, "learning_rate", 3.0),
        )
    if story.n - 1 - best < flat:
        return None
    return Advice(code="plateau", parameters={"n": flat}, change=scaled(story, "learning_rate", 0.3))


rule = Rule(key="plateau", run=run, order=60)
