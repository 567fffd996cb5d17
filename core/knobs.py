"""A knob is one setting a person can turn: its range, default and help. Draws no widget.

Forms, search spaces and the check of what came from a form, a URL or a terminal are all
made from the same declaration, so none of them can disagree.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from core.domain import TaskKind
from core.errors import BadInput, UnknownName
from core.layer_list import read_layers

EXPECTED = {
    "integer": "a whole number",
    "decimal": "a number",
    "boolean": "true or false",
    "choice": "a word",
    "integers": "a list of whole numbers such as 64, 32",
    "layers": "a list of layers such as conv 32, pool 2, dense 64",
}
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, kw_only=True)
class Knob:
    """One setting. low, high: inclusive; step: of a form's plus and minus;
    log: a search moves in powers.

    kind "choice": one of `choices`. kind "integers": a list of whole numbers, each within
    low and high, such as the units of each hidden layer. kind "layers": words of `core.layer_list`.
    when: (name, values) of another knob without which this one means nothing.
    tasks: the kinds of task it means something for; empty: all.
    advanced: shown on demand; its default is good enough to keep.
    """

    name: str
    title: str
    kind: Literal["integer", "decimal", "boolean", "choice", "integers", "layers"]
    default: Any
    help: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    choices: tuple[str, ...] = ()
    min_length: int = 0
    max_length: int = 8
    group: str = "Network"
    when: tuple[str, tuple[Any, ...]] | None = None
    tasks: tuple[TaskKind, ...] = ()
    advanced: bool = False

    def parse(self, value: Any) -> Any:
        """The value in the knob's own type. Raises BadInput with the range when it does not fit."""
        try:
            parsed = self._convert(value)
        except (TypeError, ValueError, KeyError, OverflowError):
            raise BadInput("knob_type", knob=self.title, expected=EXPECTED[self.kind], value=value) from None
        if self.kind == "choice" and parsed not in self.choices:
            raise UnknownName(f"value of {self.title}", parsed, self.choices)
        for number in parsed if self.kind == "integers" else [parsed]:
            if self.kind in ("integer", "decimal", "integers") and not self._in_range(number):
                raise BadInput("knob_range", knob=self.title, value=number, low=self.low, high=self.high)
        if self.kind == "integers" and len(parsed) < self.min_length:
            raise BadInput("knob_empty", knob=self.title)
        if self.kind == "integers" and len(parsed) > self.max_length:
            raise BadInput("knob_length", knob=self.title, n=len(parsed), most=self.max_length)
        return parsed

    def _convert(self, value: Any) -> Any:
        match self.kind:
            case "integer":
                return _whole(value)
            case "decimal":
                if isinstance(value, bool):
                    raise TypeError
                return float(value)
            case "boolean":
                return WORDS[str(value).strip().lower()]
            case "integers":
                if isinstance(value, str):  # "64, 32" or "64-32"; the sign of "-5" is no separator
                    value = [part for part in re.split(r"[\s,]+|(?<=\d)-", value) if part]
                return [_whole(part) for part in value]
            case "layers":
                return [str(layer) for layer in read_layers(value)]
        return str(value)

    def _in_range(self, number: float) -> bool:
        return not (
            number != number
            or (self.low is not None and number < self.low)
            or (self.high is not None and number > self.high)
        )


def _whole(value: Any) -> int:
    """Raises ValueError, TypeError or OverflowError for what is no whole number."""
    if isinstance(value, bool) or float(value) != int(float(value)):
        raise ValueError
    return int(float(value))


def is_meant(knob: Knob, values: Mapping[str, Any]) -> bool:
    """Whether the knob does anything given the other knobs' values."""
    return knob.when is None or values.get(knob.when[0]) in knob.when[1]


def settle(knobs: Iterable[Knob], params: Mapping[str, Any]) -> dict[str, Any]:
    """Every knob's value: what was given, checked, and the defaults for the rest.

    Raises UnknownName for a name that is no knob, BadInput for a value out of range.
    """
    by_name = {knob.name: knob for knob in knobs}
    for name in params:
        if name not in by_name:
            raise UnknownName("setting", name, by_name)
    return {n: k.parse(params.get(n, k.default)) for n, k in by_name.items()}
