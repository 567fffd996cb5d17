"""A dataset in tables for people: its columns, one column's figures. Measures nothing anew."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.data import dates, numbers
from core.data.corrections import shown_role
from core.domain import Column, Dataset

if TYPE_CHECKING:
    import pandas

FIGURES: Mapping[str, str] = {
    "min": "Smallest",
    "q05": "5 % are below",
    "q25": "25 % are below",
    "median": "Median",
    "q75": "75 % are below",
    "q95": "95 % are below",
    "max": "Largest",
    "mean": "Mean",
    "std": "Standard deviation",
    "mean_length": "Mean length",
    "max_length": "Greatest length",
    "date_format": "Written as",
    "number_format": "Written as",
}
LENGTHS = ("mean_length", "max_length")  # of free text; how long a category's name is says nothing


def describe_columns(dataset: Dataset, columns: Sequence[Column] | None = None) -> "pandas.DataFrame":
    """A row a column: name, kind, role, missing (share of rows), distinct, distribution, examples.

    columns: some of the dataset's, all if they are not given. distribution: lists of counts, of a histogram's bins or of the commonest values.
    """
    import pandas as pd

    columns = dataset.columns if columns is None else columns
    return pd.DataFrame(
        {
            "name": [c.name for c in columns],
            "kind": [c.kind for c in columns],
            "role": [shown_role(dataset, c) for c in columns],
            "missing": [missing_share(c, dataset.n_rows) for c in columns],
            "distinct": [c.n_unique for c in columns],
            "distribution": [distribution(c) for c in columns],
            "examples": [", ".join(map(written, c.statistics.get("examples", ()))) for c in columns],
        }
    )


def missing_share(column: Column, n_rows: int) -> float:
    return column.n_missing / n_rows if n_rows else 0.0


def missing_cells(dataset: Dataset) -> tuple[int, float]:
    """How many cells of the table have no value, and their share of all."""
    n = sum(c.n_missing for c in dataset.columns)
    n_cells = dataset.n_rows * len(dataset.columns)
    return n, n / n_cells if n_cells else 0.0


def distribution(column: Column) -> list[int]:
    """Counts in the order of the values for numbers and dates, by frequency for words."""
    if "histogram" in column.statistics:
        return list(column.statistics["histogram"]["counts"])
    return [n for _, n in column.statistics.get("top", ())]


def statistics_table(column: Column, n_rows: int) -> list[tuple[str, str]]:
    """What was measured of a column, a label and a value each, as text."""
    about = "about " if column.statistics.get("approximate") else ""
    rows = [
        ("Rows with a value", f"{n_rows - column.n_missing:,}"),
        ("Missing", f"{column.n_missing:,} ({missing_share(column, n_rows):.1%})"),
        ("Distinct values", f"{about}{column.n_unique:,}"),
    ]
    rows += facts_of_files(column, n_rows)
    rows += [
        (title, _figure(key, column.statistics[key]))
        for key, title in FIGURES.items()
        if column.statistics.get(key) is not None and not (key in LENGTHS and column.kind == "category")
    ]
    return rows


def facts_of_files(column: Column, n_rows: int) -> list[tuple[str, str]]:
    """What is known of a column's images or sounds as they came, a label and a value each; empty for plain cells."""
    if "pictures" in column.statistics:
        return _of_pictures(column.statistics["pictures"], n_rows - column.n_missing)
    if "clips" in column.statistics:
        return _of_clips(column.statistics["clips"], n_rows - column.n_missing)
    return []


def _of_pictures(pictures: Mapping[str, Any], n: int) -> list[tuple[str, str]]:
    """Sizes and colours, as text."""

    def spread(values: Sequence[int]) -> str:
        low, middle, high = values
        return f"{low:,} pixels" if low == high else f"{low:,} to {high:,} pixels, mostly about {middle:,}"

    n_grey = pictures["n_grey"]
    colours = (
        "grey" if n_grey == n else "colour" if not n_grey else f"{n_grey:,} grey, {n - n_grey:,} in colour"
    )
    return [
        ("Width", spread(pictures["widths"])),
        ("Height", spread(pictures["heights"])),
        ("Colours", colours),
    ]


def _of_clips(clips: Mapping[str, Any], n: int) -> list[tuple[str, str]]:
    """Lengths, samples a second and channels, as text; and what of each clip will be learned from."""
    low, middle, high = clips["seconds"]
    rate, n_samples = clips["reading"]
    lengths = f"{low:,.4g} s" if low == high else f"{low:,.4g} to {high:,.4g} s, mostly about {middle:,.4g} s"
    rates = ", ".join(f"{rate:,}" + (f" ({count:,})" if count < n else "") for rate, count in clips["rates"])
    n_mono = clips["n_mono"]
    channels = (
        "one" if n_mono == n else "several" if not n_mono else f"one in {n_mono:,}, several in {n - n_mono:,}"
    )
    return [
        ("Length", lengths),
        ("Samples a second", rates),
        ("Channels", channels),
        ("Learned from", f"the first {n_samples / rate:,.3g} s, at {rate:,} samples a second"),
    ]


def _figure(key: str, value: Any) -> str:
    if key == "date_format":
        return dates.spoken(value)
    return numbers.spoken(value) if key == "number_format" else written(value)


def describe_figures(dataset: Dataset) -> "pandas.DataFrame":
    """A row a column with every figure of it, for taking away."""
    table = describe_columns(dataset).drop(columns="distribution")
    for key in FIGURES:
        values = [c.statistics.get(key) for c in dataset.columns]
        if any(value is not None for value in values):
            table[key] = values
    return table


def bin_labels(edges: Sequence[float], kind: str) -> list[str]:
    """What each bin of a histogram spans, in words."""
    shown = [_date(e) for e in edges] if kind == "date" else [written(float(e)) for e in edges]
    if kind == "integer" and len(edges) > 1 and edges[1] - edges[0] == 1 and edges[0] % 1 == 0.5:
        return [written(int(low + 0.5)) for low in edges[:-1]]
    return [f"{low} – {high}" for low, high in zip(shown, shown[1:])]


def written(value: Any) -> str:
    """A value as people read it: thousands grouped, no digits nobody needs, dates without midnight."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if 1e5 <= abs(value) < 1e15 else f"{value:,.5g}"
    return str(value).removesuffix("T00:00:00")


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
