"""The loss stopped being a number: the weights have exploded."""

import numpy as np

from core.coach import Advice, Rule
from core.coach._changes import scaled
from core.coach.story import Story


def run(story: Story) -> Advice | None:
    broken = np.flatnonzero(np.isnan(story.val_loss) | np.isnan(story.loss))
    if story.ending != "diverged" and not len(broken):
        return None
    epoch = int(broken[0]) + 1 if len(broken) else story.n + 1
    return Advice(
        code="not_a_number", parameters={"epoch": epoch}, change=scaled(story, "learning_rate", 0.1)
    )


rule = Rule(key="not_a_number", run=run, order=10)
