"""Memory did not suffice, or hardly does."""

from core.coach import Advice, Rule
from core.coach._changes import scaled
from core.coach.story import Story

TIGHT = 0.85  # of the machine's memory, in this process alone


def run(story: Story) -> Advice | None:
    change = scaled(story, "batch_size", 0.5)
    if story.ending == "memory":
        return Advice(code="no_memory", change=change)
    if story.state == "training" and story.memory_mb and story.total_mb:
        share = story.memory_mb / story.total_mb
        if share > TIGHT:
            return Advice(code="memory_tight", parameters={"share": share}, change=change)
    return None


rule = Rule(key="memory", about="cost", run=run, order=80)
