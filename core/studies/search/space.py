"""Which values of a setting a search tries, from the knob's own declaration. Tries none itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.knobs import Knob

SPAN = 10.0  # a setting that moves in powers is tried from a tenth of its default to ten times
COUNT_SPAN = 4.0  # and a whole number, such as a batch size, from a quarter to four times
REACH = 3.0  # another number is tried from its least value to three times its default
# how long a network learns, and by what it is judged, is not to be searched: every trial is alike in that
HELD = (
    "epochs", "patience", "early_stopping", "best_by", "loss", "class_weights", "sampling", "recalibrate",
    "drop_last", "label_smoothing",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Range:
    """What is tried of one setting: `choices`, or numbers from low to high; log: in powers."""

    name: str
    choices: tuple[Any, ...] = ()
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    is_whole: bool = False
    when: tuple[str, tuple[Any, ...]] | None = None


def searchable(knobs: Sequence[Knob]) -> dict[str, Range]:
    """The ranges of all settings that can be searched, by name, in the knobs' order."""
    ranges = {k.name: range_of(k) for k in knobs if k.name not in HELD}
    return {name: found for name, found in ranges.items() if found is not None}


def proposed(knobs: Sequence[Knob]) -> list[str]:
    """The settings that are worth searching first: those a form shows without being asked."""
    return [k.name for k in knobs if not k.advanced and k.name in searchable(knobs)]


def range_of(knob: Knob) -> Range | None:
    """What to try of a setting; None where its declaration does not say what would be sensible."""
    common = {"name": knob.name, "when": knob.when}
    match knob.kind:
        case "choice":
            return Range(choices=knob.choices, **common)
        case "boolean":
            return Range(choices=(False, True), **common)
        case "integers":
            return Range(choices=tuple(dict.fromkeys(_shapes(knob))), **common) if knob.default else None
    if knob.kind not in ("integer", "decimal") or not knob.default:
        return None  # of another kind, or off by default: how much of it there could be is nowhere said
    span = COUNT_SPAN if knob.kind == "integer" else SPAN
    low, high = (
        (knob.default / span, knob.default * span)
        if knob.log or knob.kind == "integer"
        else (knob.low or 0.0, knob.default * REACH)
    )
    low, high = max(low, knob.low or 0.0), min(high, float("inf") if knob.high is None else knob.high)
    if knob.kind == "integer":
        low, high = max(1, round(low)), max(1, round(high))
    return Range(low=low, high=high, log=knob.log, is_whole=knob.kind == "integer", **common)


def _shapes(knob: Knob) -> list[str]:
    """Lists around the default as text: half and twice as wide, a layer fewer and one more."""
    default = list(knob.default)
    lists = [default, [n // 2 for n in default], [2 * n for n in default], [*default, default[-1]]]
    lists += [default[:-1]] if len(default) > max(knob.min_length, 1) else []
    return [", ".join(map(str, knob.parse(widths))) for widths in lists if _fits(knob, widths)]


def _fits(knob: Knob, widths: list[int]) -> bool:
    return all((knob.low or 1) <= n <= (knob.high or n) for n in widths) and len(widths) <= knob.max_length


def is_meant(found: Range, values: Mapping[str, Any], fixed: Mapping[str, Any]) -> bool:
    """Whether the setting does anything beside those values; fixed: of the settings not searched."""
    return found.when is None or (fixed | dict(values)).get(found.when[0]) in found.when[1]
