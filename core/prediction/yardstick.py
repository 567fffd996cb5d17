"""What an answer is held against, as sentences: the training rows, the errors on validation rows, the truth. Predicts nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.domain import Task
from core.evaluation.decisions import positive_index
from core.figures import percent, readable
from core.prediction.contract import Outcome
from core.prediction.margin import Margin
from core.sentences import say

LEAST_TIMES = 0.01
ALIKE = 0.05  # a probability that differs less from the base rate, relatively, is called as likely


@dataclass(frozen=True, kw_only=True)
class Hindsight:
    """A test row's truth beside its answer. is_right: whether the class is right, or the number within its range;
    None where a number has no range."""

    is_right: bool | None
    sentence: str


def with_unit(value: float, unit: str | None) -> str:
    return f"{readable(value)} {unit}" if unit else readable(value)


def beside_training_rows(
    answer: Mapping[str, Any], task: Task, outcome: Outcome, unit: str | None = None
) -> str | None:
    """How the answer compares with what the training rows were; None where they cannot tell.

    answer: a row of `Answers.table`. Two classes are held against the share of the positive one,
    more against the share of the one that is predicted.
    """
    if task.classes:
        binary = task.kind == "binary"
        place = positive_index(task) if binary else task.classes.index(answer["prediction"])
        return _beside_share(task.classes[place], answer[f"p_{task.classes[place]}"], outcome.shares[place])
    if outcome.median is None:
        return None
    median, difference = with_unit(outcome.median, unit), answer["prediction"] - outcome.median
    if readable(answer["prediction"]) == readable(outcome.median):
        return say("answer.median.alike", median=median)
    code = "above" if difference > 0 else "below"
    return say(f"answer.median.{code}", median=median, difference=with_unit(abs(difference), unit))


def _beside_share(name: str, probability: float, share: float) -> str | None:
    if not share:
        return None
    times = probability / share
    said = {"value": name, "share": percent(share), "probability": percent(probability)}
    if abs(times - 1) < ALIKE:
        return say("answer.share.alike", **said)
    code = "more" if times > 1 else "less"
    return say(f"answer.share.{code}", **said, times=_times(times))


def _times(times: float) -> str:
    if times < LEAST_TIMES:
        return f"<{LEAST_TIMES}"
    return f"{times:.1f}" if times > 1 else f"{times:.1g}"


def give_or_take(answer: Mapping[str, Any], margin: Margin, unit: str | None = None) -> str:
    """What the range of a predicted number means. answer: a row of `Answers.table`."""
    said = {"low": with_unit(answer["low"], unit), "high": with_unit(answer["high"], unit), "n": margin.n}
    width, usual = with_unit(margin.width, unit), margin.usual and with_unit(margin.usual, unit)
    if usual is None or usual == width:
        return say("answer.range", **said, width=width)
    code = "narrower" if margin.width < margin.usual else "wider"
    return say(f"answer.range_{code}", **said, usual=usual)


def in_hindsight(
    answer: Mapping[str, Any], truth: str | float, task: Task, unit: str | None = None
) -> Hindsight:
    """Whether the answer was right. truth: the row's class, or its value in the target's unit."""
    if task.classes:
        is_right = answer["prediction"] == truth
        return Hindsight(
            is_right=is_right, sentence=say("truth.right" if is_right else "truth.wrong", truth=truth)
        )
    said = {"truth": with_unit(truth, unit), "difference": with_unit(abs(truth - answer["prediction"]), unit)}
    if answer.get("low") is None:
        return Hindsight(is_right=None, sentence=say("truth.off", **said))
    within = answer["low"] <= truth <= answer["high"]
    return Hindsight(is_right=within, sentence=say("truth.within" if within else "truth.outside", **said))
