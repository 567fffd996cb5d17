"""At this pace the planned epochs take very long, and larger batches would be quicker."""

import numpy as np

from core.coach import Advice, Rule
from core.coach._changes import scaled
from core.coach.story import Story

LONG_S = 1800.0  # still to go
FEWEST = 3  # epochs; the first one also builds the graph
LARGE_BATCH = 1024  # beyond, a step's arithmetic takes the time, not the step


def run(story: Story) -> Advice | None:
    batch = story.params.get("batch_size", LARGE_BATCH)
    if story.state != "training" or story.n < FEWEST or batch >= LARGE_BATCH:
        return None
    epoch_s = float(np.median(np.diff(story.elapsed_s)))
    left_s = epoch_s * (story.params["epochs"] - story.n)
    if left_s < LONG_S:
        return None
    return Advice(
        code="slow_epochs",
        parameters={"epoch_s": epoch_s, "minutes": left_s / 60},
        # the rate with the root of the batch: Malladi et al. (2022), arXiv 2205.10287, for Adam
        change=scaled(story, "batch_size", 4.0) | scaled(story, "learning_rate", 2.0),
    )


rule = Rule(key="slow_epochs", about="cost", run=run, order=90)
