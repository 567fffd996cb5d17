"""Values that stand for a missing one: 999, -1, unknown, a zero where none can be. Reads no empty cell."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.data.naming import words_of
from core.domain import NUMERIC_KINDS, Column, Dataset, Finding, RecipeStep

MIN_ROWS = 50
MIN_SHARE, MAX_SHARE = 0.005, 0.6
FAR = 2.0  # times the span of the middle nine tenths, between the value and all others
SENTINELS = frozenset(
    sign * number for sign in (1, -1) for number in (99, 999, 9999, 99999, 999999, 888, 8888, 88888)
) | {-1, -9, -7777}
WORDS = frozenset(
    ("unknown", "unk", "missing", "not available", "not applicable", "n.a.", "n.a", "not known", "undefined",
     "unspecified", "not specified", "tbd", "tba", "xxx", "nil", "blank", "empty", "no data", "#ref!", "__",
     "---", "??", "???", "unbekannt", "keine angabe", "k.a.", "inconnu", "desconocido",
     "未知", "不详", "无", "暂无", "空", "缺失", "未填写")
)  # fmt: skip
# measures that are above zero for whatever exists
NEVER_ZERO = frozenset(
    ("age", "weight", "height", "bmi", "glucose", "pressure", "bp", "pulse", "insulin", "cholesterol", "area", "sqft",
     "price", "salary", "wage", "latitude", "longitude", "lat", "lon", "lng", "year", "年龄", "身高", "体重", "价格", "面积")
)  # fmt: skip


def run(subject: CheckSubject) -> Iterable[Finding]:
    if subject.dataset.n_rows < MIN_ROWS:
        return
    for column in subject.dataset.columns:
        if column.kind in ("category", "text"):
            yield from _words(column, subject.dataset.n_rows)
    for column in subject.sampled(NUMERIC_KINDS):
        yield from _numbers(column, subject)


def _words(column: Column, n_rows: int) -> Iterable[Finding]:
    for value, n in column.statistics.get("top", ()):
        if str(value).strip().casefold() in WORDS and n < n_rows - column.n_missing:
            yield Finding(
                code="disguised_missing", severity="warning", subject=column.name,
                parameters={"value": str(value)[:30], "share": n / n_rows},
            )  # fmt: skip


def _numbers(column: Column, subject: CheckSubject) -> Iterable[Finding]:
    import numpy as np

    low, high = column.statistics.get("min"), column.statistics.get("max")
    ends = {low, high} & SENTINELS
    may_be_zero = not (words_of(column.name) & NEVER_ZERO)
    if low is None or not (ends or (low == 0 and not may_be_zero)):
        return
    values = subject.sample.column(column.name).drop_null().to_numpy().astype(float)
    if len(values) < MIN_ROWS:
        return
    for value in sorted(ends):
        others = values[values != value]
        share = 1 - len(others) / len(values)
        if not MIN_SHARE <= share <= MAX_SHARE:
            continue
        near, far = np.quantile(others, [0.05, 0.95])
        gap = others.min() - value if value < others.min() else value - others.max()
        negative = value < 0 <= others.min()
        if negative or gap > FAR * max(far - near, 1e-9):
            yield Finding(
                code="disguised_missing", severity="warning", subject=column.name,
                parameters={"value": f"{value:g}", "share": float(share)},
            )  # fmt: skip
    share = float((values == 0).mean())
    if low == 0 and not may_be_zero and MIN_SHARE <= share <= MAX_SHARE:
        others = values[values != 0]
        # a zero that the other values lead up to may be meant
        if others.min() > max(0.1 * float(np.median(others)), 5 * (column.kind == "integer")):
            parameters = {"share": share}
            yield Finding(
                code="impossible_zero", severity="warning", subject=column.name, parameters=parameters
            )


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    if finding.code not in ("disguised_missing", "impossible_zero"):
        return None
    value = finding.parameters.get("value", "0")
    return RecipeStep(step="map_values", params={"column": finding.subject, "values": [[value, ""]]})


check = Check(code="disguised_missing", severity="warning", run=run, cure=cure, order=12)
