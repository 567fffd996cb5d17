"""What predicting a column means: its task, classes and metric, and a column's values as classes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from core.data.engines.duckdb import identifier
from core.data.stored import open_stored
from core.domain import NUMERIC_KINDS, Column, Dataset, Task, TaskKind
from core.errors import BadInput

if TYPE_CHECKING:
    import numpy
    import pandas

MIN_ROWS = 10
MAX_NUMBER_CLASSES = 12
MIN_ROWS_A_CLASS = 20  # on average, before a column of whole numbers is taken for classes
MAX_CLASSES = 1_000
POSITIVE_WORDS = (
    "yes",
    "true",
    "1",
    "y",
    "t",
    "positive",
    "bad",
    "churn",
    "churned",
    "default",
    "fraud",
    "spam",
    "left",
)
METRICS: dict[TaskKind, str] = {"binary": "auc", "multiclass": "accuracy", "regression": "rmse"}


def class_label(value: Any) -> str:
    """A class as text: 'true', '1' (also for 1.0, which a missing neighbour makes of 1), 'yes'."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def propose_task(
    dataset: Dataset,
    target: str,
    kind: TaskKind | Literal["auto"] = "auto",
    features: Sequence[str] | None = None,
) -> Task:
    """The task of predicting `target`; all columns with role "feature" are its features by default.

    Two distinct values are binary, words and few whole numbers are classes, other numbers are
    regression. Raises UnknownName for an unknown column and BadInput when the column cannot be
    predicted: all missing, one class, a class of one row, too few rows, no feature left.
    """
    column = dataset.column(target)
    chosen = _features(dataset, target, features)
    n_usable = dataset.n_rows - column.n_missing
    if n_usable == 0:
        raise BadInput("target_all_missing", target=target)
    if n_usable < MIN_ROWS:
        raise BadInput("target_few_rows", target=target, n=n_usable, least=MIN_ROWS)
    settled = natural_kind(column, n_usable) if kind == "auto" else kind
    if settled == "regression":
        _refuse_regression(column)
        return Task(kind="regression", target=target, features=chosen, metric=METRICS["regression"])
    counts = class_counts(dataset, target)
    _refuse_classes(column, counts, settled, n_usable)
    classes = tuple(counts)
    return Task(
        kind=settled,
        target=target,
        features=chosen,
        classes=classes,
        positive_class=_positive(counts) if settled == "binary" else None,
        metric=METRICS[settled],
    )


def class_counts(dataset: Dataset, target: str) -> dict[str, int]:
    """Rows of every class, in the order of classes: by number, else by text."""
    name = identifier(target)
    with open_stored(dataset) as session:
        table = session.query(
            f"SELECT {name} AS value, count(*) AS n FROM data WHERE {name} IS NOT NULL GROUP BY {name} "
            f"ORDER BY 1 LIMIT {MAX_CLASSES + 1}"
        )
    return {class_label(v): n for v, n in zip(table.column(0).to_pylist(), table.column(1).to_pylist())}


def class_labels(series: "pandas.Series", task: Task) -> "numpy.ndarray":
    """A target column's values as the task's classes: objects, shape (n,); None where it is none of them.

    A label that differs only in case or by a full stop at its end is taken for the class it
    resembles, when there is one such class alone: files of one source do differ so.
    """
    import numpy as np
    import pandas as pd

    codes, values = pd.factorize(series, use_na_sentinel=True)
    known = [match_class(class_label(_scalar(value)), task.classes) for value in values]
    return np.array([*known, None], dtype=object)[codes]  # (n,): code -1, missing, takes the last


def match_class(label: str, classes: Sequence[str]) -> str | None:
    """The class that the label means, or None."""
    if label in classes:
        return label
    alike = [name for name in classes if _bare(name) == _bare(label)]
    return alike[0] if len(alike) == 1 else None


def _bare(label: str) -> str:
    return label.strip().rstrip(".").casefold()


def _scalar(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _features(dataset: Dataset, target: str, features: Sequence[str] | None) -> tuple[str, ...]:
    if features is None:
        chosen = tuple(c.name for c in dataset.columns_with("feature") if c.name != target)
    else:
        chosen = tuple(dataset.column(name).name for name in dict.fromkeys(features) if name != target)
    if not chosen:
        raise BadInput("no_feature", target=target)
    return chosen


def natural_kind(column: Column, n_usable: int) -> TaskKind:
    """What predicting the column amounts to, when nobody says otherwise.

    n_usable: rows with a value in it.
    """
    if column.n_unique == 2 or column.kind == "boolean":
        return "binary"
    if column.kind == "integer":
        few = column.n_unique <= MAX_NUMBER_CLASSES and n_usable >= MIN_ROWS_A_CLASS * column.n_unique
        return "multiclass" if few else "regression"
    return "regression" if column.kind == "decimal" else "multiclass"


def _refuse_regression(column: Column) -> None:
    if column.kind not in NUMERIC_KINDS:
        raise BadInput("target_not_numeric", target=column.name, kind=column.kind)
    if column.n_unique < 2:
        raise BadInput("target_constant", target=column.name)


def _refuse_classes(column: Column, counts: dict[str, int], kind: TaskKind, n_usable: int) -> None:
    if column.kind == "date":
        raise BadInput("target_is_date", target=column.name)
    if len(counts) > MAX_CLASSES or (len(counts) > 2 and len(counts) > n_usable / 2):
        raise BadInput("too_many_classes", target=column.name, n=column.n_unique, most=MAX_CLASSES)
    if len(counts) == 1:
        raise BadInput("target_one_class", target=column.name, value=next(iter(counts))[:60])
    if kind == "binary" and len(counts) != 2:
        raise BadInput("target_not_binary", target=column.name, n=len(counts))
    for name, n in counts.items():
        if n == 1:
            raise BadInput("class_of_one_row", target=column.name, value=name[:60])


def _positive(counts: dict[str, int]) -> str:
    """The class that people ask about: by its word, else the rarer one."""
    by_word = {name.strip().casefold(): name for name in counts}
    for word in POSITIVE_WORDS:
        if word in by_word:
            return by_word[word]
    return min(counts, key=lambda name: (counts[name], -list(counts).index(name)))
