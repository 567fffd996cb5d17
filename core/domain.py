"""The nouns everything is made of: frozen values, standard library only.

Two datasets, specs or scores are equal when their fields are equal; change one with
`dataclasses.replace`. How they become JSON is `core.codec`'s business, where they are
stored is `core.data.catalog`'s and `core.runs.store`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Kind = Literal["integer", "decimal", "boolean", "category", "date", "text", "image", "sound"]
Role = Literal["feature", "target", "identifier", "ignore"]
TaskKind = Literal["binary", "multiclass", "regression"]
Part = Literal["train", "validation", "test"]
SplitStrategy = Literal["random", "stratified", "grouped", "chronological", "column", "file"]
Family = Literal["deep", "classic", "ensemble", "trivial"]
Severity = Literal["info", "warning", "serious"]
RunState = Literal[
    "queued", "starting", "running", "pausing", "paused", "stopping", "stopped",
    "succeeded", "failed", "interrupted",
]  # fmt: skip

NUMERIC_KINDS: tuple[Kind, ...] = ("integer", "decimal")
CLASSIFICATION: tuple[TaskKind, ...] = ("binary", "multiclass")
# the words by which a column or a folder says which part of the rows it is
PART_WORDS: Mapping[Part, tuple[str, ...]] = {
    "train": ("train", "training", "tr", "learn", "fit"),
    "validation": ("validation", "valid", "val", "dev", "development", "eval"),
    "test": ("test", "testing", "holdout", "hold-out", "hold_out", "score"),
}
ROW = "_row"  # the row number every opened table carries, from 0, in file order


@dataclass(frozen=True, kw_only=True)
class Column:
    """What is known of one column of a dataset.

    n_missing, n_unique: counts over all rows; n_unique leaves missing values out.
    statistics: what `core.data.profile` measured: min, max, mean, std, quantiles,
        histogram, top values, examples, date_format, as the kind allows.
    """

    name: str
    kind: Kind
    role: Role = "feature"
    unit: str | None = None
    n_missing: int = 0
    n_unique: int = 0
    statistics: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RecipeStep:
    """One step of a recipe: a key of `core.data.steps.STEPS`, its settings, and whether it is carried out."""

    step: str
    params: Mapping[str, Any] = field(default_factory=dict)
    on: bool = True


@dataclass(frozen=True, kw_only=True)
class StepOutcome:
    """What one step did to the table of its dataset.

    state: what it learned or settled, None where it needs nothing.
    changed: cells of each column that hold another value than before, or, in a new column, any.
    lost: cells that held a value and hold none now. columns: names after the step.
    """

    state: Mapping[str, Any] | None = None
    rows_before: int = 0
    rows_after: int = 0
    changed: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Base:
    """The table a recipe starts from: its blob, and its columns as they had been corrected by then."""

    blob: str
    columns: tuple[Column, ...]
    n_rows: int
    target: str | None = None


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One owner's view of a stored table.

    id: random, so that knowing a file's content does not reveal who else has it.
    blob: sha256 of the file and its parse options; equal uploads share one blob.
    options: how the file was read: encoding, separator, header, sheet, date formats.
    location: folder of the blob, which holds table.parquet; its rows are numbered as `_row` when it is opened.
    target: the column most likely to be asked about, or None.
    n_rejected: rows of the file that could not be read and were kept aside.
    recipe: the cleaning steps in force; with one, `blob` is their result and `base` what they
        started from. outcomes: what each step did, None for one that is switched off.
    origin: where it can be fetched from again, as `core.data.origins` settled it; None for an upload.
    version, previous: the how manyth fetch it is, from 1, and the id of the dataset before it.
    """

    id: str
    owner: str
    name: str
    blob: str
    options: Mapping[str, Any]
    columns: tuple[Column, ...]
    n_rows: int
    location: str
    engine: str = "duckdb"
    target: str | None = None
    n_rejected: int = 0
    created_at: float = 0.0
    recipe: tuple[RecipeStep, ...] = ()
    base: Base | None = None
    outcomes: tuple[StepOutcome | None, ...] = ()
    origin: Mapping[str, Any] | None = None
    version: int = 1
    previous: str | None = None

    def column(self, name: str) -> Column:
        """The column of that name. Raises UnknownName, listing what exists."""
        if (column := self._by_name.get(name)) is not None:
            return column
        from core.errors import UnknownName

        raise UnknownName("column", name, [c.name for c in self.columns])

    @cached_property
    def _by_name(self) -> Mapping[str, Column]:
        # of thousands of columns each is asked for many times a run
        return {column.name: column for column in self.columns}

    def columns_with(self, role: Role) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.role == role)


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is to be predicted, from what, and how success is measured.

    classes: the target's values as text, in the order of every probability column;
        empty for regression. positive_class: one of them, for a binary task.
    metric: a key of `core.evaluation.metrics.METRICS`: the one that decides.
    """

    kind: TaskKind
    target: str
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    positive_class: str | None = None
    metric: str = ""
    costs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Split:
    """Which rows teach, which choose, which judge.

    strategy "column": `column` holds the words train, validation, test.
    strategy "file": the rows of `test_dataset` judge; this dataset's rows teach and choose.
    fractions: of train, validation, test; under "file" the test fraction is ignored.
    """

    strategy: SplitStrategy = "random"
    column: str | None = None
    test_dataset: str | None = None
    fractions: tuple[float, float, float] = (0.65, 0.15, 0.2)
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Start:
    """The weights that a network begins with: those kept by the model of that number of an earlier run."""

    run: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """One model to train: a registry key and the knobs that differ from their defaults.

    start: where its first weights come from; None for chance. most_s: seconds that a network may train
    in a run without a budget; None for as long as it takes.
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    start: Start | None = None
    most_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """Everything that decides a run's outcome: the same spec gives the same scores.

    recipe: the steps the dataset's rows have been through when the run was made.
    budget_s: seconds for the whole run, or None for as long as it takes.
    folds: how many parts the rows that do not judge are cut into, each left out once by every
        model; 0 for one part, the validation rows of the split. repeats: how often they are cut.
    selects: whether columns that tell no more than chance are left out.
    condenses: a key of `core.condensing.CONDENSERS`, by which many columns are made few; "" for not at all.
    """

    dataset: str
    task: Task
    split: Split
    models: tuple[ModelSpec, ...]
    recipe: tuple[RecipeStep, ...] = ()
    budget_s: float | None = None
    seed: int = 0
    folds: int = 0
    repeats: int = 1
    selects: bool = False
    condenses: str = ""


@dataclass(frozen=True, kw_only=True)
class Model:
    """One network or classic model of a run. number: its place in the run, from 0.

    fold: in which it is being trained, from 1; None without folds.
    """

    run: str
    number: int
    key: str
    family: Family
    params: Mapping[str, Any] = field(default_factory=dict)
    fold: int | None = None
    state: str = "waiting"

    @property
    def folder(self) -> str:
        return f"{self.number}-{self.key}"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something a model in training had to say.

    batch is None at the end of an epoch; epoch counts from 1. elapsed_s: seconds of
    training so far, pauses left out. values: loss, val_loss, val_<metric>, rows_per_s, …
    """

    run: str
    model: int
    attempt: int
    seq: int
    epoch: int
    batch: int | None
    elapsed_s: float
    values: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Run:
    id: str
    owner: str
    name: str
    spec: RunSpec
    state: RunState = "queued"
    attempt: int = 1
    created_at: float = 0.0
    started_at: float | None = None
    ended_at: float | None = None
    error: str | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Score:
    """One model's result on one part of the rows.

    low, high: 95 % bootstrap interval of value; n: rows scored; fit_s: seconds to fit;
    predict_us_per_row: microseconds a row when predicting in bulk; size_bytes: on disk;
    metrics: every other metric of the task. reason: why there is no value, if there is none.
    folds: of validation rows, the value on those that each fold left out.
    """

    model: str
    number: int
    family: Family
    part: Part
    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    fit_s: float = 0.0
    predict_us_per_row: float = 0.0
    size_bytes: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    reason: str | None = None
    folds: tuple[float | None, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something worth knowing about data or a model, with what to do about it.

    code: stable, also the key of its sentences: `finding.<code>.explanation` and
    `finding.<code>.remedy`. subject: the column it is about, or None for the table.
    """

    code: str
    severity: Severity
    subject: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def explanation(self) -> str:
        return self._say("explanation")

    @property
    def remedy(self) -> str:
        return self._say("remedy")

    def _say(self, part: str) -> str:
        from core.sentences import say

        return say(f"finding.{self.code}.{part}", subject=self.subject, **self.parameters)
