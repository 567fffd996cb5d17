"""One setting of a step: like a knob, but it may also ask for columns, values or another dataset. Draws nothing.

Knobs know no table; these are held against the columns that a step finds, which only the recipe knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.domain import Column, Kind
from core.errors import BadInput, UnknownName
from core.knobs import Knob

SettingKind = Literal[
    "column", "columns", "choice", "choices", "integer", "decimal", "boolean", "text", "words", "numbers",
    "pairs", "dataset",
]  # fmt: skip
MOST_ENTRIES = 1_000
MOST_CHARACTERS = 2_000


@dataclass(frozen=True, kw_only=True)
class Setting:
    """kind "words", "numbers": lists; "pairs": a list of two texts each; "choices": some of `choices`.

    default: None where a value has to be given, unless `optional`. kinds: of columns that fit.
    low, high: of a number, or of how many entries a list has. asks_names: the first of each pair
    is a column. when: (name, values) of another setting without which this one means nothing.
    """

    name: str
    title: str
    kind: SettingKind
    help: str = ""
    default: Any = None
    optional: bool = False
    choices: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    low: float | None = None
    high: float | None = None
    asks_names: bool = False
    when: tuple[str, tuple[Any, ...]] | None = None

    def is_meant(self, values: Mapping[str, Any]) -> bool:
        return self.when is None or values.get(self.when[0]) in self.when[1]


def settle_settings(
    step: str, settings: Sequence[Setting], params: Mapping[str, Any], columns: Sequence[Column]
) -> dict[str, Any]:
    """Every setting's value in its own type; those that mean nothing get their default.

    Raises UnknownName for a setting that is none, BadInput for a value that does not fit.
    """
    names = [setting.name for setting in settings]
    for name in params:
        if name not in names:
            raise UnknownName("setting", name, names)
    settled: dict[str, Any] = {}
    for setting in settings:
        value = params.get(setting.name)
        if value in (None, "", [], ()) and not isinstance(value, bool):
            value = setting.default
        if value is None and setting.is_meant(settled) and not setting.optional:
            raise BadInput("step_setting_missing", step=step, setting=setting.title)
        if value is None or not setting.is_meant(settled):
            settled[setting.name] = () if setting.kind in _LISTS and not setting.default else setting.default
        else:
            settled[setting.name] = _parse(step, setting, value, columns)
    return settled


_LISTS = ("columns", "words", "numbers", "pairs", "choices")


def _parse(step: str, setting: Setting, value: Any, columns: Sequence[Column]) -> Any:
    match setting.kind:
        case "column":
            return _column(step, setting, value, columns)
        case "columns":
            names = [value] if isinstance(value, str) else value
            return tuple(
                dict.fromkeys(_column(step, setting, n, columns) for n in _entries(step, setting, names))
            )
        case "choice" | "integer" | "decimal" | "boolean":
            return _as_knob(setting, setting.kind).parse(value)
        case "choices":
            given = [value] if isinstance(value, str) else value
            knob = _as_knob(setting, "choice")
            return tuple(dict.fromkeys(knob.parse(v) for v in _entries(step, setting, given)))
        case "numbers":
            number = Knob(name=setting.title, title=setting.title, kind="decimal", default=0.0, help="")
            given = value.replace(",", " ").split() if isinstance(value, str) else value
            return tuple(number.parse(v) for v in _entries(step, setting, given))
        case "words":
            given = [w.strip() for w in value.split(",")] if isinstance(value, str) else value
            return tuple(_text(step, setting, v) for v in _entries(step, setting, given))
        case "pairs":
            given = list(value.items()) if isinstance(value, Mapping) else value
            return tuple(_pair(step, setting, v, columns) for v in _entries(step, setting, given))
    return _text(step, setting, value)


def _as_knob(setting: Setting, kind: Any) -> Knob:
    return Knob(
        name=setting.title, title=setting.title, kind=kind, default=setting.default, help=setting.help,
        low=setting.low, high=setting.high, choices=setting.choices,
    )  # fmt: skip


def _column(step: str, setting: Setting, name: Any, columns: Sequence[Column]) -> str:
    found = next((c for c in columns if c.name == name), None)
    if found is None:
        shown = ", ".join(c.name for c in columns[:20]) + (", …" if len(columns) > 20 else "")
        raise BadInput("step_column", step=step, column=str(name)[:200], known=shown)
    if setting.kinds and found.kind not in setting.kinds:
        wanted = " or ".join(dict.fromkeys(_SAID.get(k, k) for k in setting.kinds))
        raise BadInput("step_kind", step=step, column=found.name, kind=found.kind, wanted=wanted)
    return found.name


_SAID = {"integer": "numbers", "decimal": "numbers", "category": "words", "text": "words", "date": "dates"}


def _entries(step: str, setting: Setting, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise BadInput("step_setting_type", step=step, setting=setting.title, value=str(value)[:60])
    low, high = setting.low or 1, min(setting.high or MOST_ENTRIES, MOST_ENTRIES)
    # bounds of a list of numbers are those of its length as well
    if not low <= len(value) <= (10_000 if setting.kind == "columns" else high):
        raise BadInput("step_setting_length", step=step, setting=setting.title, n=len(value), least=int(low))
    return list(value)


def _pair(step: str, setting: Setting, value: Any, columns: Sequence[Column]) -> tuple[str, str]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise BadInput("step_setting_type", step=step, setting=setting.title, value=str(value)[:60])
    first = (
        _column(step, setting, value[0], columns) if setting.asks_names else _text(step, setting, value[0])
    )
    return first, "" if value[1] is None else _text(step, setting, value[1])


def _text(step: str, setting: Setting, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int, float)) or len(str(value)) > MOST_CHARACTERS or "\0" in str(value):
        raise BadInput("step_setting_type", step=step, setting=setting.title, value=str(value)[:60])
    return str(value)
