"""Which kind each column of text is, judged by every one of its cells. Casts nothing, counts no values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.data import casting, dates, numbers
from core.data.engines import Session
from core.data.engines.duckdb import DISTINCT_AT_ONCE, column_by_column
from core.data.long_cells import is_wide, laid_out
from core.domain import Finding, Kind

if TYPE_CHECKING:
    import pyarrow

CHUNK = 100  # columns a query: thousands of expressions in one SELECT take longer to plan than to run
WIDE_CHUNK = 1_000  # where a query has one expression for all of them
SAMPLE_VALUES = 200
MIXED_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class Inferred:
    """A column's kind ("text" stands for any words) and how its values are written.

    unit: the one currency or the percent sign its numbers are written with. other: the reading under
    which the same cells are other dates or numbers, where there is one. is_empty: no cell has a value,
    so that nothing speaks for the kind.
    """

    kind: Kind
    statistics: Mapping[str, Any] = field(default_factory=dict)
    unit: str | None = None
    soft_missing: bool = False
    other: "Inferred | None" = None
    is_empty: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Counts:
    """How many of a column's present cells are of each form."""

    n_present: int
    n_soft: int
    n_number: int
    n_digits: int
    n_whole: int
    n_code: int
    n_boolean: int


def infer(
    session: Session,
    names: Sequence[str],
    n_rows: int,
    options: Mapping[str, Any] | None = None,
    known: Mapping[int, Inferred] | None = None,
) -> list[Inferred]:
    """The kinds of the columns c0, c1, … of the table `cells`, in their order.

    options: `kinds`, `date_formats` and `number_formats`, by name, where somebody said what a column is.
    known: by position, what has been found already; those columns are not looked at.
    Raises BadInput for a word on a column that is not there, or that fits none of its cells.
    """
    from core.data.agreement import agreed
    from core.data.asked import as_asked, check_asked
    from core.data.unkept import told

    asked = check_asked(options or {}, names)
    inferred = dict(known or {})
    inferred |= {i: as_asked(session, i, asked[name]) for i, name in enumerate(names) if name in asked}
    inferred |= read_alone(session, names, [i for i in range(len(names)) if i not in inferred], n_rows)
    found = _with_units(session, agreed([inferred[i] for i in range(len(names))], names))
    read_here = {i: f for i, f in enumerate(found) if i not in (known or {})}
    for i, findings in told(session, names, read_here, n_rows).items():
        found[i] = replace(found[i], findings=(*found[i].findings, *findings))
    return found


def read_alone(
    session: Session, names: Sequence[str], positions: Sequence[int], n_rows: int
) -> dict[int, Inferred]:
    """The columns at these positions, each judged by its own cells; a doubt stays in `other`."""
    found: dict[int, Inferred] = {}
    step = WIDE_CHUNK if is_wide(min(WIDE_CHUNK, len(positions)), n_rows) else CHUNK
    for start in range(0, len(positions), step):
        found |= _found(session, names, positions[start : start + step], n_rows)
    return found


def _found(
    session: Session, names: Sequence[str], positions: Sequence[int], n_rows: int
) -> dict[int, Inferred]:
    counts = _count_forms(session, positions, n_rows)
    settled = {i: _settled(counts[i]) for i in positions}
    open_ones = [i for i in positions if settled[i] is None or settled[i].kind in ("integer", "decimal")]
    samples = sample_values(session, open_ones, n_rows)
    forms = {i: _forms(settled[i], samples[i], counts[i], names[i]) for i in open_ones}
    fits = _count_fits(session, forms, n_rows)
    found = {}
    for i in positions:
        kind = settled[i]
        if kind is None:
            kind = _first_fitting(counts[i], forms[i], fits.get(i, ()))
        elif i in fits and fits[i][0] == counts[i].n_present - counts[i].n_soft:
            if kind.kind == "integer":  # whole numbers that are dates
                kind = replace(forms[i][0], soft_missing=kind.soft_missing)
            else:
                kind = replace(kind, other=forms[i][0])
        found[i] = kind or Inferred(kind="text", findings=_mixed_types(session, names[i], i, counts[i]))
    return found


def _form_counts() -> str:
    """How many of the cells `p` are of each form."""
    digits = f"regexp_full_match(p, '{casting.WHOLE_PATTERN}')"
    return (
        f"count(p) AS n_present, "
        f"count(CASE WHEN {casting.is_soft_missing('p')} THEN 1 END) AS n_soft, "
        f"count({casting.number('p', 'plain')}) AS n_number, "
        f"count(CASE WHEN {digits} THEN 1 END) AS n_digits, "
        f"count(CASE WHEN {digits} THEN try_cast(p AS BIGINT) END) AS n_whole, "
        f"count(CASE WHEN regexp_full_match(p, '{casting.CODE_PATTERN}') THEN 1 END) AS n_code, "
        f"count({casting.boolean('p')}) AS n_boolean"
    )


def _count_forms(session: Session, positions: Sequence[int], n_rows: int) -> dict[int, _Counts]:
    names = [f"c{i}" for i in positions]
    if is_wide(len(names), n_rows):
        present = f"SELECT i, {casting.present('v')} AS p FROM cells"
        with laid_out(session, positions, names, "cells") as long:
            counted = long.query(f"SELECT i, {_form_counts()} FROM ({present}) GROUP BY i")
    else:
        counts = (
            f"SELECT {i} AS i, {_form_counts()} FROM (SELECT {casting.present(f'c{i}')} AS p FROM part)"
            for i in positions
        )
        counted = session.query(column_by_column(names, counts, "cells", n_rows))
    return {row.pop("i"): _Counts(**row) for row in counted.to_pylist()}


def _settled(counts: _Counts) -> Inferred | None:
    """What the counts alone decide: numbers, truth values and columns without any value."""
    if counts.n_present == 0:
        return Inferred(kind="category", is_empty=True)
    if counts.n_boolean == counts.n_present:
        return Inferred(kind="boolean")
    if counts.n_number == 0 or counts.n_number + counts.n_soft < counts.n_present or counts.n_code:
        return None
    if counts.n_digits > counts.n_whole:  # longer than any integer: a code, whose digits must not be rounded
        return None
    kind: Kind = "integer" if counts.n_whole == counts.n_number else "decimal"
    return Inferred(kind=kind, soft_missing=counts.n_soft > 0)


def sample_values(session: Session, positions: Sequence[int], n_rows: int) -> dict[int, list[str]]:
    """Different values near the beginning of each column, without those that may stand for missing ones."""
    if not positions:
        return {}
    if is_wide(len(positions), n_rows):
        head = f"(SELECT * FROM cells LIMIT {SAMPLE_VALUES})"
        sql = (
            f"SELECT DISTINCT i, p FROM (SELECT i, {casting.present('v')} AS p FROM cells) "
            f"WHERE p IS NOT NULL AND NOT {casting.is_soft_missing('p')}"
        )
        with laid_out(session, positions, [f"c{i}" for i in positions], head) as long:
            return _by_position(long.query(sql), positions)
    samples = {}
    for start in range(0, len(positions), DISTINCT_AT_ONCE):
        part = positions[start : start + DISTINCT_AT_ONCE]
        branches = (
            f"SELECT DISTINCT {i} AS i, p FROM (SELECT p FROM (SELECT {casting.present(f'c{i}')} AS p FROM part) "
            f"WHERE p IS NOT NULL AND NOT {casting.is_soft_missing('p')} LIMIT {SAMPLE_VALUES})"
            for i in part
        )
        sql = column_by_column([f"c{i}" for i in part], branches, "cells", n_rows)
        samples |= _by_position(session.query(sql), part)
    return samples


def _by_position(table: "pyarrow.Table", positions: Sequence[int]) -> dict[int, list[str]]:
    samples: dict[int, list[str]] = {i: [] for i in positions}
    for i, text in zip(table.column(0).to_pylist(), table.column(1).to_pylist()):
        samples[i].append(text)
    return samples


def _forms(settled: Inferred | None, sample: Sequence[str], counts: _Counts, name: str) -> list[Inferred]:
    """What else than settled the column may be."""
    if settled is None:
        return _candidates(sample, counts)
    return _twins(sample) if settled.kind == "decimal" else _compact_dates(sample, name)


def _candidates(sample: Sequence[str], counts: _Counts) -> list[Inferred]:
    """Forms that fit the sample and are worth trying on the whole column, in order of preference."""
    if not sample:
        return []
    forms = [Inferred(kind="date", statistics={"date_format": f}) for f in dates.fitting_formats(sample)]
    if counts.n_code or counts.n_digits > counts.n_whole:  # codes: see _settled
        return forms
    return forms + [
        Inferred(kind="decimal", statistics={"number_format": key})
        for key, form in numbers.FORMS.items()
        if form.fits_all(sample)
    ]


def _compact_dates(sample: Sequence[str], name: str) -> list[Inferred]:
    """Whole numbers as dates, where they are written as 20240305 and convince as such."""
    if not sample or not dates.are_convincing(sample, name):
        return []
    return [Inferred(kind="date", statistics={"date_format": f}) for f in dates.fitting_formats(sample)]


def _twins(sample: Sequence[str]) -> list[Inferred]:
    """How plain decimals may be meant besides: 1.613 is a thousand and more where points group digits."""
    form = numbers.FORMS[numbers.TWINS["plain"]]
    if sample and any("." in text for text in sample) and form.fits_all(sample):
        return [Inferred(kind="decimal", statistics={"number_format": form.key})]
    return []


def _count_fits(
    session: Session, candidates: Mapping[int, Sequence[Inferred]], n_rows: int
) -> dict[int, list[int]]:
    """For every column, how many cells each of its candidates fits."""
    tried = {i: forms for i, forms in candidates.items() if forms}
    if not tried:
        return {}
    if is_wide(len(tried), n_rows):
        return _count_fits_of_many(session, tried)
    cells = ", ".join(f"{casting.present(f'c{i}')} AS p{i}" for i in tried)
    counts = ", ".join(
        f"count({casting.value(f'p{i}', form.kind, form.statistics)})"
        for i, forms in tried.items()
        for form in forms
    )
    table = session.query(f"SELECT {counts} FROM (SELECT {cells} FROM cells)")
    row = iter([column[0].as_py() for column in table.columns])
    return {i: [next(row) for _ in forms] for i, forms in tried.items()}


def _count_fits_of_many(session: Session, tried: Mapping[int, Sequence[Inferred]]) -> dict[int, list[int]]:
    """The same with a query for all columns that have the same candidates, as nearly all of a wide table have."""
    alike: dict[str, list[int]] = {}
    for i, forms in tried.items():
        alike.setdefault(repr([(form.kind, form.statistics) for form in forms]), []).append(i)
    fits = {}
    for positions in alike.values():
        forms = tried[positions[0]]
        counts = ", ".join(
            f"count({casting.value('p', form.kind, form.statistics)}) AS n{k}" for k, form in enumerate(forms)
        )
        sql = f"SELECT i, {counts} FROM (SELECT i, {casting.present('v')} AS p FROM cells) GROUP BY i"
        with laid_out(session, positions, [f"c{i}" for i in positions], "cells") as long:
            fits |= {row.pop("i"): list(row.values()) for row in long.query(sql).to_pylist()}
    return fits


def _first_fitting(counts: _Counts, forms: Sequence[Inferred], fits: Sequence[int]) -> Inferred | None:
    """The preferred form among those that fit every cell, with the other one that reads them otherwise."""
    n_values = counts.n_present - counts.n_soft
    fitting = [form for form, n in zip(forms, fits) if n == n_values and n_values > 0]
    if not fitting:
        return None
    others = (form for form in fitting[1:] if _is_twin(fitting[0], form))
    return replace(fitting[0], soft_missing=counts.n_soft > 0, other=next(others, None))


def _is_twin(a: Inferred, b: Inferred) -> bool:
    if a.kind == b.kind == "date":
        return dates.is_day_month_twin(a.statistics["date_format"], b.statistics["date_format"])
    return (
        a.kind == b.kind and numbers.TWINS.get(a.statistics["number_format"]) == b.statistics["number_format"]
    )


def _with_units(session: Session, inferred: Sequence[Inferred]) -> list[Inferred]:
    """The same, with the unit where all amounts of a column carry one and the same sign, or none."""
    units: dict[int, str] = {}
    written = [
        i for i, found in enumerate(inferred) if found.statistics.get("number_format", "plain") != "plain"
    ]
    for start in range(0, len(written), CHUNK):
        part = written[start : start + CHUNK]
        signs = ", ".join(f"list(DISTINCT {casting.currency(casting.present(f'c{i}'))})" for i in part)
        table = session.query(f"SELECT {signs} FROM cells")
        for i, column in zip(part, table.columns):
            found = [sign for sign in column[0].as_py() or () if sign]
            if numbers.FORMS[inferred[i].statistics["number_format"]].percent:
                units[i] = "%"
            elif len(found) == 1:
                units[i] = found[0]
    return [replace(found, unit=units.get(i)) for i, found in enumerate(inferred)]


def mixed_types(session: Session, names: Mapping[int, str], n_rows: int) -> list[Finding]:
    """The findings that `infer` would have had about columns of words it was told of, by position.

    Their cells, as values, are in the table `cells`.
    """
    # a number begins with something that comes before the colon
    numbers = ", ".join(f"count(CASE WHEN c{i} < ':' THEN try_cast(c{i} AS DOUBLE) END)" for i in names)
    row = [column[0].as_py() for column in session.query(f"SELECT {numbers} FROM cells").columns]
    suspects = [i for i, n_numbers in zip(names, row) if n_numbers > 0]
    if not suspects:
        return []
    counts = _count_forms(session, suspects, n_rows)
    return [finding for i in suspects for finding in _mixed_types(session, names[i], i, counts[i])]


def _mixed_types(session: Session, name: str, i: int, counts: _Counts) -> tuple[Finding, ...]:
    """A finding when most values are numbers and a few are not: the few decide, but not in silence."""
    n_numbers, n_values = counts.n_number, counts.n_present - counts.n_soft
    if counts.n_code or n_numbers == n_values or n_numbers < MIXED_SHARE * n_values:
        return ()
    p = casting.present(f"c{i}")
    offending = (
        f"p IS NOT NULL AND NOT {casting.is_soft_missing('p')} AND {casting.number('p', 'plain')} IS NULL"
    )
    first = session.query(
        f"SELECT p, _row FROM (SELECT {p} AS p, _row FROM cells) WHERE {offending} ORDER BY _row LIMIT 1"
    ).to_pylist()[0]
    return (
        Finding(
            code="mixed_types",
            severity="warning",
            subject=name,
            parameters={
                "n_numbers": n_numbers,
                "n_texts": n_values - n_numbers,
                "value": str(first["p"])[:60],
                "row": first["_row"] + 1,
            },
        ),
    )
