"""The most telling charts for a target: which columns go together with it, and how. Draws nothing, trains nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.data.charting import ChartRequest
from core.data.charting._grouped import MOST_VALUES
from core.data.charting._points import sampled_rows
from core.data.charting.box import MOST_BOXES
from core.data.described import written
from core.data.engines.duckdb import identifier
from core.data.keys import commonest
from core.data.media import MEDIA
from core.data.profile import MAX_SHOWN
from core.data.stored import open_stored
from core.data.task import propose_task
from core.domain import NUMERIC_KINDS, Column, Dataset, Task
from core.errors import BadInput
from core.sentences import say

if TYPE_CHECKING:
    import pandas

SAMPLE_ROWS = 50_000  # of ten million they are found, and looked at, in less than a second
MOST_COLUMNS = 200
MOST_SHOWN = 5
WEAK = 0.02  # of an association: nobody would see it in a chart
BY_CHANCE = 3.0  # times 1/√n: about what independent columns reach now and then
MOST_GROUPS = 50  # of a column that is looked at by its values: no chart shows more
LEAST_ROWS = 30  # of a group that a sentence speaks of: a hundredth of the rows if that is less, but
LEAST_ROWS_OF_FEW = 10
FEW_ROWS = 100  # of a group whose number of rows is said
MAX_LETTERS = 40


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A chart of a column and the target. strength: of their association, 0 to 1: Cramér's V, the
    correlation ratio, or Spearman's correlation without its sign. code, parameters: of the reason."""

    request: ChartRequest
    column: str
    strength: float
    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return say(f"suggestion.{self.code}", **self.parameters)


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """The strongest first. n: rows they were found on, out of n_rows with a target."""

    found: tuple[Suggestion, ...]
    n: int
    n_rows: int


def suggest(dataset: Dataset) -> Suggestions:
    """The five most telling charts for the dataset's target; none when nothing goes together with it.

    Raises BadInput when there is no target, or it cannot be predicted.
    """
    if dataset.target is None:
        raise BadInput("suggest_no_target")
    task = propose_task(dataset, dataset.target)
    columns = [
        c for c in dataset.columns_with("feature") if c.name != task.target and c.kind not in ("text", *MEDIA)
    ]
    columns = columns[:MOST_COLUMNS]
    items = {str(i): _value_sql(c) for i, c in enumerate(columns)}
    items["target"] = _value_sql(dataset.column(task.target))
    with open_stored(dataset) as session:
        request = ChartRequest(kind="scatter")
        frame, n_rows = sampled_rows(session, dataset, request, items, SAMPLE_ROWS, (task.target,))
    target = frame["target"]
    least = max(WEAK, BY_CHANCE / max(len(frame), 1) ** 0.5)
    found = []
    for i, column in enumerate(columns):
        if not _is_number(column) and not _has_readable_groups(frame[str(i)]):
            continue
        strength = association(frame[str(i)], target, column, task)
        if strength >= least:
            found.append((strength, column, frame[str(i)]))
    found.sort(key=lambda f: (-f[0], f[1].name))
    suggestions = [
        _suggestion(strength, c, values, target, task, dataset.column(task.target))
        for strength, c, values in found[:MOST_SHOWN]
    ]
    return Suggestions(found=tuple(suggestions), n=len(frame), n_rows=n_rows)


def _has_readable_groups(values: "pandas.Series") -> bool:
    """Whether a column's values are few enough, and each common enough, to be spoken of one by one."""
    n_values, n = values.nunique(), int(values.notna().sum())
    return 0 < n_values <= MOST_GROUPS and n / n_values >= _least_rows(n)


def _least_rows(n: int) -> float:
    """Rows that a group needs, of n, before its figure says more than a few rows do."""
    return min(LEAST_ROWS, max(LEAST_ROWS_OF_FEW, n / 100))


def _value_sql(column: Column) -> str:
    name = identifier(column.name)
    if column.kind == "date":
        return f"CAST(epoch({name}) AS DOUBLE)"
    if column.kind in NUMERIC_KINDS:
        return f"CAST({name} AS DOUBLE)"
    return f"CAST({name} AS VARCHAR)"


def association(
    values: "pandas.Series", target: "pandas.Series", column: Column, task: Task
) -> float:  # fmt: skip
    """How closely a column goes together with the target, 0 to 1.

    Two numbers: Spearman's correlation without its sign; a number and words: the correlation ratio;
    words and words: Cramér's V. The last two are corrected for what chance alone would give to many
    values: Bergsma (2013), J. Korean Stat. Soc. 42, 323-328; Kelley (1935), PNAS 21, 554-559.
    """
    present = values.notna() & target.notna()
    values, target = values[present], target[present]
    if len(values) < 10 or values.nunique() < 2 or target.nunique() < 2:
        return 0.0
    if _is_number(column) and task.kind == "regression":
        correlation = values.rank().corr(target.rank())
        return 0.0 if correlation != correlation else abs(float(correlation))
    if task.kind == "regression":
        return _correlation_ratio(target.rank(), values)
    if _is_number(column):
        return _correlation_ratio(values.rank(), target)
    return _cramers_v(values, target)


def _correlation_ratio(numbers: "pandas.Series", groups: "pandas.Series") -> float:
    """Of ranks, so that a few giants decide nothing."""
    n, n_groups = len(numbers), groups.nunique()
    if n <= n_groups:
        return 0.0
    total = float(((numbers - numbers.mean()) ** 2).sum())
    means = numbers.groupby(groups.to_numpy()).transform("mean")
    within = float(((numbers - means) ** 2).sum())
    epsilon = 1 - (within / (n - n_groups)) / (total / (n - 1)) if total > 0 else 0.0
    return max(0.0, epsilon) ** 0.5


def _cramers_v(a: "pandas.Series", b: "pandas.Series") -> float:
    import pandas as pd

    counts = pd.crosstab(a.to_numpy(), b.to_numpy()).to_numpy(float)
    n = counts.sum()
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    phi = float(((counts - expected) ** 2 / expected).sum()) / n
    r, k = counts.shape
    corrected = max(0.0, phi - (r - 1) * (k - 1) / (n - 1))
    least = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
    return min(1.0, (corrected / least) ** 0.5) if least > 0 else 0.0


def _is_number(column: Column) -> bool:
    return column.kind in (*NUMERIC_KINDS, "date")


def _suggestion(
    strength: float,
    column: Column,
    values: "pandas.Series",
    target: "pandas.Series",
    task: Task,
    target_column: Column,
) -> Suggestion:
    make = {
        ("binary", True): _rate_along,
        ("binary", False): _rate_by,
        ("regression", True): _points_along,
        ("regression", False): _mean_by,
        ("multiclass", True): _by_class,
        ("multiclass", False): _cells,
    }[task.kind, _is_number(column)]
    by = target_column if _is_number(column) else column
    shown = _shown(by, MOST_VALUES if task.kind == "binary" else MOST_BOXES)
    request, code, parameters = make(column, values, target, task, shown)
    return Suggestion(
        request=request, column=column.name, strength=strength, code=code, parameters=parameters
    )


def _rate_by(column: Column, values, target, task: Task, shown):
    """Bars of the positive class's share, and its most and least frequent group."""
    request = ChartRequest(
        kind="bar", x=column.name, y=task.target, aggregate="share", value=task.positive_class
    )
    is_positive = (target == _as_found(task.positive_class, target)).astype(float)
    rates, sizes = _groups(is_positive, values, shown)
    if len(rates) < 2:
        return request, "goes_with", _names(column, task)
    high, low = rates.idxmax(), rates.idxmin()
    common = _names(column, task) | {"positive": task.positive_class, "high": _cut(high), "low": _cut(low)}
    common |= {"high_share": float(rates[high]), "low_share": float(rates[low])}
    common |= {"high_rows": _few("of_rows", sizes[high]), "low_rows": _few("of_rows", sizes[low])}
    if rates[low] <= 0 or rates[high] < 1.5 * rates[low]:
        return request, "rate_by", common
    times = rates[high] / rates[low]
    return request, "rate_by_times", common | {"times": f"{times:.0f}" if times >= 10 else f"{times:.1f}"}


def _rate_along(column: Column, values, target, task: Task, shown):
    """The positive class's share along a number: in its lowest and highest quarter."""
    is_date = column.kind == "date"
    request = ChartRequest(
        kind="line" if is_date else "bar", x=column.name, y=task.target, aggregate="share", value=task.positive_class,
        bins=15,
    )  # fmt: skip
    rate = (target == _as_found(task.positive_class, target)).astype(float)
    first, last = values.quantile(0.25), values.quantile(0.75)
    low, high = rate[values <= first].mean(), rate[values >= last].mean()
    return request, "rate_along", _names(column, task) | {
        "positive": task.positive_class, "low_share": float(low), "high_share": float(high),
        "first": _end(first, column), "last": _end(last, column),
    }  # fmt: skip


def _points_along(column: Column, values, target, task: Task, shown):
    kind = "line" if column.kind == "date" else "scatter"
    request = (
        ChartRequest(kind=kind, x=column.name, y=task.target, aggregate="mean")
        if kind == "line"
        else ChartRequest(kind=kind, x=column.name, y=task.target, is_overview=True)
    )
    present = values.notna()
    falls = values[present].rank().corr(target[present].rank()) < 0
    first, last = values.quantile(0.25), values.quantile(0.75)
    return request, "falls_with" if falls else "rises_with", _names(column, task) | {
        "low": written(float(target[values <= first].median())),
        "high": written(float(target[values >= last].median())),
    }  # fmt: skip


def _mean_by(column: Column, values, target, task: Task, shown):
    request = ChartRequest(kind="box", x=column.name, y=task.target)
    return request, *_medians("median_by", target, values, shown, _names(column, task))


def _by_class(column: Column, values, target, task: Task, shown):
    if column.kind == "date":
        return ChartRequest(kind="area", x=column.name, colour=task.target), "goes_with", _names(column, task)
    request = ChartRequest(kind="box", x=task.target, y=column.name)
    return request, *_medians("class_median", values, target, shown, _names(column, task))


def _medians(code: str, numbers, groups, shown, names: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The groups of the highest and the lowest median."""
    medians, sizes = _groups(numbers, groups, shown, "median")
    if len(medians) < 2:
        return "goes_with", names
    high, low = medians.idxmax(), medians.idxmin()
    return code, names | {
        "high": _cut(high), "low": _cut(low), "high_median": written(float(medians[high])),
        "low_median": written(float(medians[low])), "high_rows": _few("rows", sizes[high]),
        "low_rows": _few("rows", sizes[low]),
    }  # fmt: skip


def _cells(column: Column, values, target, task: Task, shown):
    return (
        ChartRequest(kind="heatmap", x=column.name, y=task.target),
        "goes_with",
        _names(column, task),
    )


def _shown(column: Column, most: int) -> Collection[str] | None:
    """The values that have a mark of their own in a chart along the column; None for all of them."""
    if column.kind in NUMERIC_KINDS:
        is_binned = column.kind == "decimal" or column.n_unique > most
        return () if is_binned else None  # bins are no values
    return commonest(column, most)


def _groups(numbers, groups, shown: Collection[str] | None, figure: str = "mean"):
    """A figure of each group that the chart shows and that is large enough to speak of; their rows."""
    by = numbers.groupby(groups.to_numpy())
    sizes = by.size()
    sizes = sizes[sizes >= _least_rows(len(numbers))]
    if shown is not None:
        sizes = sizes[[str(value)[:MAX_SHOWN] in shown for value in sizes.index]]
    found = by.agg(figure).dropna()
    return found[found.index.isin(sizes.index)], sizes


def _few(code: str, n: int) -> str:
    """How many rows a small group has, to put behind its name; of a large one nothing."""
    return f" {say(f'suggestion.{code}', n=int(n))}" if n < FEW_ROWS else ""


def _as_found(positive: str | None, target):
    """The positive class as the sample writes it: classes are text, and 1 and 1.0 are both called "1"."""
    if target.dtype.kind == "f":
        return float(positive or "nan")
    return positive


def _names(column: Column, task: Task) -> dict[str, Any]:
    return {"column": column.name, "target": task.target}


def _cut(value: object) -> str:
    text = written(value) if isinstance(value, float) else str(value)
    return text if len(text) <= MAX_LETTERS else f"{text[: MAX_LETTERS - 1]}…"


def _end(value: float, column: Column) -> str:
    if column.kind == "date":
        from datetime import UTC, datetime

        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d")
    return written(int(value) if value == int(value) else float(value))
