"""Training ended while the validation loss was still falling."""

from core.coach import Advice, Rule
from core.coach._changes import scaled
from core.coach.story import Story

FEWEST = 5  # epochs
NEAR_THE_END = 0.05  # of all epochs, from the last one back to the best
STILL_FALLING = 0.05  # of the whole fall came in the last quarter
CODES = {
    "epochs": "unfinished_epochs",
    "repaced": "unfinished_epochs",
    "fitted": "unfinished_budget",
    "budget": "unfinished_budget",
    "finish": "unfinished_finish",
}


def run(story: Story) -> Advice | None:
    best = story.best
    if story.state != "done" or story.ending not in CODES:
        return None
    if story.n < FEWEST or best is None or story.n - 1 - best > max(1, NEAR_THE_END * story.n):
        return None
    lowest = float(story.val_loss[best])
    whole, recent = float(story.val_loss[0]) - lowest, float(story.val_loss[3 * story.n // 4 - 1]) - lowest
    if whole <= 0 or recent < STILL_FALLING * whole:
        return None
    return Advice(
        code=CODES[story.ending],
        parameters={"share": recent / whole},
        # a schedule starts anew, and at the full rate it would first unlearn
        change=scaled(story, "learning_rate", 0.3),
    )


rule = Rule(key="unfinished", run=run, order=70)
