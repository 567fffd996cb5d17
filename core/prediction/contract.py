"""What new rows must look like: columns, kinds, choices and ranges, as the training rows had them.

The contract travels with the run. A form is drawn from it, a file is matched against it, and
each row is held against it to say what of it the model has never seen. Predicts nothing.
"""

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core import codec
from core.data.clips import length_of
from core.data.drawings import dark_paper
from core.data.media import MEDIA
from core.data.pixels import WHITE
from core.data.spectrograms import chosen_reading
from core.data.task import class_labels
from core.domain import NUMERIC_KINDS, Column, Dataset, Kind, Task
from core.errors import BadInput
from core.prediction.middle import middle_row, personal

FORMAT = 1
CONTRACT = "contract.json"  # in the run's folder
RANGE_COLUMNS = ("low", "high")  # between which a number's truth mostly lies
LOOKED_AT = 100  # images by which it is told what they are drawn on
MOST_CHOICES = 1_000  # what a form can offer; further values are known by their number only


@dataclass(frozen=True, kw_only=True)
class Field:
    """One feature as the training rows had it.

    choices: the most frequent values of a category or boolean, most frequent first.
    n_choices: how many there were, those left out of `choices` included.
    low, high, typical: numbers, or ISO dates as text; typical is the median or the most frequent.
    may_miss: whether training rows lacked it, so that the model has learned what that means.
    has_time: whether any date carried a time of day.
    date_format, number_format: how a file writes its values.
    dark_paper: of images that are all grey, whether what they show stands bright on dark; None for others.
    heard_s: of sounds, the seconds that are looked at; None for others.
    white: of images that were columns of pixels, the value that white had there; None for others.
    hidden: nobody is to see what it held: no choices, no range, nothing typical.
    """

    name: str
    kind: Kind
    unit: str | None = None
    choices: tuple[str, ...] = ()
    n_choices: int = 0
    low: Any = None
    high: Any = None
    typical: Any = None
    may_miss: bool = False
    has_time: bool = False
    date_format: str | None = None
    number_format: str | None = None
    dark_paper: bool | None = None
    heard_s: float | None = None
    white: float | None = None
    hidden: bool = False

    @property
    def knows_all_choices(self) -> bool:
        """Whether a value that is no choice was never seen in training."""
        return 0 < self.n_choices == len(self.choices)

    def as_column(self, *, plain: bool) -> Column:
        """For casting text: as the training file wrote it, or plain as programs write numbers and dates."""
        written = {} if plain else {"date_format": self.date_format, "number_format": self.number_format}
        return Column(name=self.name, kind=self.kind, statistics={k: v for k, v in written.items() if v})


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The target as the training rows had it: what an answer is held against.

    shares: of each class, in the task's order; low, median, high: of a number.
    """

    shares: tuple[float, ...] = ()
    low: float | None = None
    median: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Contract:
    """headerless: the training file had no names. file_columns: all its columns, in its order.

    middle: the values of the training row in the middle, by name; images, sounds and what tells of a person, are
    left out. outcome and middle: None in the contract of a run that is older than this knowledge.
    """

    task: Task
    fields: tuple[Field, ...]
    headerless: bool = False
    file_columns: tuple[str, ...] = ()
    outcome: Outcome | None = None
    middle: Mapping[str, Any] | None = None
    format: int = FORMAT

    @property
    def names(self) -> list[str]:
        return [f.name for f in self.fields]


def make_contract(
    frame: pd.DataFrame,
    dataset: Dataset,
    task: Task,
    *,
    target: pd.Series | None = None,
    names: Sequence[str] | None = None,
    protected: Collection[str] = (),
) -> Contract:
    """Read the contract off the training rows.

    frame: training rows with the task's features, or with the columns `names` of the dataset where
    the features are made from these. target: of training rows, where the frame does not hold it. protected: columns whose
    values nobody is to see.
    """
    columns = [dataset.column(name) for name in names or task.features]
    return Contract(
        task=task,
        fields=tuple(
            _field(frame[column.name], column, dataset, hidden=column.name in protected) for column in columns
        ),
        headerless=not dataset.options.get("header", True),
        file_columns=tuple(c.name for c in dataset.columns),
        outcome=_outcome(frame[task.target] if target is None else target, task),
        middle=_middle(frame, columns, protected),
    )


def load_contract(run_folder: Path) -> Contract:
    """Raises BadInput for the contract of another version of Fathom."""
    plain = json.loads((run_folder / CONTRACT).read_text(encoding="utf-8"))
    if plain.get("format") != FORMAT:
        raise BadInput("contract_format", found=plain.get("format"), expected=FORMAT)
    return codec.from_plain(Contract, plain)


def answer_columns(task: Task) -> tuple[str, ...]:
    """What an answer consists of: prediction, p_<class> in class order or a number's low and high, trust."""
    return ("prediction", *(probability_columns(task) or RANGE_COLUMNS), "trust")


def probability_columns(task: Task) -> tuple[str, ...]:
    return tuple(f"p_{name}" for name in task.classes)


def as_word(value: object) -> str:
    """A category or truth value as the contract writes it: true and false in small letters."""
    text = str(value)
    return text.lower() if text in ("True", "False") and not isinstance(value, str) else text


def plain_value(value: Any, kind: Kind) -> Any:
    """A cell as JSON and a form hold it: None where missing; numbers, words, or ISO dates; images and sounds in base64."""
    if value is None or (kind not in MEDIA and pd.isna(value)):
        return None
    match kind:
        case "integer":
            return int(value)
        case "decimal":
            return float(value)
        case "date":
            return pd.Timestamp(value).isoformat()
        case "image" | "sound":
            return base64.b64encode(value).decode("ascii")
    return as_word(value)


def _middle(frame: pd.DataFrame, columns: Sequence[Column], protected: Collection[str]) -> dict[str, Any]:
    shown = [c for c in columns if c.kind not in MEDIA]
    if frame.empty:
        return {}
    place, hidden = middle_row(frame, shown), {*personal(frame, shown), *protected}
    # one by one: a row as a whole would turn 5 into 5.0
    values = {c.name: plain_value(frame[c.name].iloc[place], c.kind) for c in shown if c.name not in hidden}
    return {
        name: float(f"{v:.7g}") if isinstance(v, float) else v for name, v in values.items()
    }  # to be read


def _outcome(target: pd.Series, task: Task) -> Outcome:
    if task.classes:
        labels = pd.Series(class_labels(target, task), dtype=object)
        counts = labels.value_counts().reindex(list(task.classes), fill_value=0)
        return Outcome(shares=tuple((counts / max(counts.sum(), 1)).tolist()))
    values = pd.to_numeric(target, errors="coerce").dropna()
    if values.empty:
        return Outcome()
    return Outcome(low=float(values.min()), median=float(values.median()), high=float(values.max()))


def _field(series: pd.Series, column: Column, dataset: Dataset, *, hidden: bool) -> Field:
    present = series.dropna()
    common: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "unit": column.unit,
        "may_miss": len(present) < len(series),
        "date_format": column.statistics.get("date_format"),
        "number_format": column.statistics.get("number_format"),
    }
    if present.empty or hidden:
        return Field(**common, hidden=hidden)
    if column.kind == "sound":
        return Field(**common, heard_s=chosen_reading(*zip(*map(length_of, present))).seconds)
    if column.kind == "image":
        paper = dark_paper(present.iloc[:LOOKED_AT].tolist())
        return Field(**common, dark_paper=paper, white=dataset.options.get(WHITE))
    if column.kind in NUMERIC_KINDS:
        # an integer column that lacks values arrives as floats
        number = int if column.kind == "integer" else float
        median = float(present.median())
        typical = round(median) if column.kind == "integer" else float(f"{median:.7g}")  # to be read
        return Field(**common, low=number(present.min()), high=number(present.max()), typical=typical)
    if column.kind == "date":
        ordered = pd.to_datetime(present).sort_values()
        low, typical, high = (ordered.iloc[i].isoformat() for i in (0, len(ordered) // 2, -1))
        has_time = bool((ordered != ordered.dt.normalize()).any())
        return Field(**common, low=low, high=high, typical=typical, has_time=has_time)
    counts = present.value_counts()
    words = tuple(as_word(value) for value in counts.index[:MOST_CHOICES])
    if column.kind == "text":
        return Field(**common, typical=words[0])
    return Field(**common, choices=words, n_choices=len(counts), typical=words[0])
