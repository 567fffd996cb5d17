"""A target that changes over time or down the file, so that yesterday's rows tell little of tomorrow's."""

from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.data.media import MEDIA
from core.data.task import MAX_CLASSES, natural_kind
from core.domain import Column, Finding

MIN_ROWS = 200
N_BLOCKS = 5
MIN_CHANGE = 0.15  # of a class's share, or of the target's mean in standard deviations × 0.3
MIN_Z = 5.0


def run(subject: CheckSubject) -> Iterable[Finding]:
    import numpy as np

    target = subject.target_column
    n_usable = subject.dataset.n_rows - (target.n_missing if target else 0)
    if target is None or target.kind in ("date", "text") or n_usable < MIN_ROWS or target.n_unique < 2:
        return
    kind = natural_kind(target, n_usable)
    if kind != "regression" and target.n_unique > MAX_CLASSES:
        return
    present = subject.sample.column(target.name).is_valid().to_numpy()
    values = subject.sample.column(target.name).to_pandas()[present]
    # rows of images or sounds stand in the order of an archive, whose folders are the classes
    in_file = () if any(c.kind in MEDIA for c in subject.dataset.columns) else (None,)
    for place in (*_times(subject), *in_file):
        order = np.arange(len(values)) if place is None else _order(subject, place, present)
        if order is None:
            continue
        rows = values.to_numpy()[order]
        first, last = np.array_split(rows, N_BLOCKS)[0], np.array_split(rows, N_BLOCKS)[-1]
        found = _means(first, last, rows) if kind == "regression" else _shares(first, last, rows)
        if found is not None:
            yield _finding(target, place, found)
            return


def _times(subject: CheckSubject) -> list[Column]:
    return [c for c in subject.sampled(["date"]) if c.name != subject.target and c.n_unique >= N_BLOCKS][:2]


def _order(subject: CheckSubject, place: Column, present):
    times = subject.sample.column(place.name).to_pandas()[present]
    return times.argsort(kind="stable").to_numpy() if times.notna().mean() > 0.9 else None


def _means(first, last, rows) -> tuple[str | None, float, float] | None:
    import numpy as np

    first, last, rows = (values.astype(float) for values in (first, last, rows))
    spread = float(np.std(rows))
    change = abs(float(first.mean()) - float(last.mean()))
    if spread == 0 or change / spread < MIN_CHANGE / 0.3:
        return None
    z = change / (spread * (1 / len(first) + 1 / len(last)) ** 0.5)
    return (None, float(first.mean()), float(last.mean())) if z >= MIN_Z else None


def _shares(first, last, rows) -> tuple[str | None, float, float] | None:
    import pandas as pd

    best = None
    for value, share in pd.Series(rows).value_counts(normalize=True).head(20).items():
        before, after = float((first == value).mean()), float((last == value).mean())
        error = (share * (1 - share) * (1 / len(first) + 1 / len(last))) ** 0.5
        if abs(before - after) < MIN_CHANGE or abs(before - after) < MIN_Z * error:
            continue
        if best is None or abs(before - after) > abs(best[1] - best[2]):
            best = (str(value)[:60], before, after)
    return best


def _finding(target: Column, place: Column | None, found: tuple[str | None, float, float]) -> Finding:
    value, before, after = found
    if value is None:
        figures = {"before": f"{before:,.5g}", "after": f"{after:,.5g}"}
        if place is None:
            return Finding(
                code="target_mean_shift_file", severity="warning", subject=target.name,
                parameters={"before": figures["before"], "after": figures["after"]},
            )  # fmt: skip
        return Finding(
            code="target_mean_shift_time", severity="warning", subject=target.name,
            parameters={"before": figures["before"], "after": figures["after"], "column": place.name},
        )  # fmt: skip
    if place is None:
        return Finding(
            code="target_shift_file", severity="warning", subject=target.name,
            parameters={"value": value, "before": before, "after": after},
        )  # fmt: skip
    return Finding(
        code="target_shift_time", severity="warning", subject=target.name,
        parameters={"value": value, "before": before, "after": after, "column": place.name},
    )  # fmt: skip


check = Check(code="target_shift", severity="warning", run=run, order=15)
