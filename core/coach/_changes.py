"""Changes of settings that several rules propose, kept within what the settings allow. Judges no curve."""

from typing import Any

from core.coach.story import Story

FIGURES = 2  # of a proposed number: it is a guess, and is to look like one


def scaled(story: Story, name: str, factor: float) -> dict[str, Any]:
    """The setting times a factor, within its range; nothing where there is no such setting, or no room."""
    knob, value = story.knobs.get(name), story.params.get(name)
    if knob is None or not value:
        return {}
    wanted = min(max(value * factor, knob.low or 0.0), knob.high or float("inf"))
    settled = round(wanted) if knob.kind == "integer" else float(f"{wanted:.{FIGURES}g}")
    return {} if settled == value else {name: settled}


def firmer(story: Story) -> dict[str, Any]:
    """More of whatever this network has against learning its rows by heart."""
    dropout = story.params.get("dropout")
    if dropout is not None and dropout < 0.5:
        return {"dropout": round(min(dropout + 0.15, 0.5), 2)}
    if story.params.get("optimizer") == "adamw" and story.params.get("weight_decay"):
        return scaled(story, "weight_decay", 3.0)
    if "l2" in story.knobs:
        return scaled(story, "l2", 10.0) or {"l2": 0.001}
    return {}
