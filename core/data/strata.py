"""Which rows of each stratum judge, which choose and which teach: the first ones in a shuffled order. Knows no strategy.

Sorting ten million keys would take all the memory there is. So the keys are counted by how they begin, and
only those that begin like the last key of a part are put in order.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from core.data.engines import Session
from core.data.engines.duckdb import literal
from core.domain import ROW
from core.errors import BadInput

MIN_ROWS = 3
ALIKE = 1_000  # keys of a stratum that may begin alike
MOST_DIGITS = 4

Fractions = tuple[float, float, float]


def cut_strata(session: Session, *, stratum: str, key: str, where: str, fractions: Fractions) -> str:
    """SQL of `_row, part` for the rows of `data` that are `where`: by the key, then by the row's number.

    stratum, key: SQL of texts; a key begins with hexadecimal digits. fractions: for train, validation and test.
    Raises BadInput where there are too few rows.
    """
    sizes = dict(
        _counted(session, f"SELECT {stratum} AS s, count(*) AS n FROM data WHERE {where} GROUP BY 1")
    )
    if sum(sizes.values()) < MIN_ROWS:
        raise BadInput("split_few_rows", n=sum(sizes.values()), least=MIN_ROWS)
    names = sorted(sizes)
    counts = allocate([sizes[name] for name in names], fractions)
    rows = f"(SELECT {ROW}, {stratum} AS stratum, {key} AS k FROM data WHERE {where}) AS r"
    until_test = {name: test for name, (_, _, test) in zip(names, counts)}
    until_validation = {name: test + validation for name, (_, validation, test) in zip(names, counts)}
    last = _last_keys(session, rows, sizes, (until_test, until_validation))
    cuts = ", ".join(
        f"({literal(name)}, {literal(last[0][name][0])}, {last[0][name][1]}, {literal(last[1][name][0])}, {last[1][name][1]})"
        for name in names
    )
    return (
        f"SELECT {ROW}, CASE WHEN k < test_key OR (k = test_key AND {ROW} <= test_row) THEN 'test' "
        f"WHEN k < validation_key OR (k = validation_key AND {ROW} <= validation_row) THEN 'validation' ELSE 'train' END AS part "
        f"FROM {rows} JOIN (VALUES {cuts}) AS q (name, test_key, test_row, validation_key, validation_row) ON r.stratum = q.name"
    )


def _counted(session: Session, sql: str) -> Iterator[tuple]:
    return zip(*(column.to_pylist() for column in session.query(sql).columns))


def _last_keys(
    session: Session, rows: str, sizes: Mapping[str, int], places: Sequence[Mapping[str, int]]
) -> list[dict[str, tuple[str, int]]]:
    """Key and number of the row at that place of each stratum, from 1; before all keys for place 0.

    places: by stratum, one mapping a cut.
    """
    largest = max(sizes.values(), default=0)
    digits = min(MOST_DIGITS, int(math.log(max(1, largest / ALIKE), 16)))
    head = f"left(k, {digits})"
    starts: dict[
        str, list[tuple[str, int, int]]
    ] = {}  # stratum → beginning of keys, keys before, keys up to the last
    for name, begins, n in _counted(
        session, f"SELECT stratum, {head} AS h, count(*) AS n FROM {rows} GROUP BY 1, 2 ORDER BY 1, 2"
    ):
        before = starts[name][-1][2] if name in starts else 0
        starts.setdefault(name, []).append((begins, before, before + n))
    wanted = {
        (cut, name): next(
            (begins, place - before) for begins, before, until in starts[name] if place <= until
        )
        for cut, by_name in enumerate(places)
        for name, place in by_name.items()
        if place > 0
    }
    found = [dict.fromkeys(by_name, ("", -1)) for by_name in places]
    if not wanted:
        return found
    values = ", ".join(
        f"({cut}, {literal(name)}, {literal(h)}, {place})" for (cut, name), (h, place) in wanted.items()
    )
    heads = ", ".join(
        f"({literal(name)}, {literal(h)})" for name, h in {(n, h) for (_, n), (h, _) in wanted.items()}
    )
    near = (
        f"SELECT stratum, {head} AS h, k, {ROW}, row_number() OVER (PARTITION BY stratum, {head} ORDER BY k, {ROW}) AS place "
        f"FROM {rows} JOIN (VALUES {heads}) AS b (b_name, b_head) ON r.stratum = b_name AND {head} = b_head"
    )
    for cut, name, key, row in _counted(
        session,
        f"SELECT cut, name, k, {ROW} FROM ({near}) AS n JOIN (VALUES {values}) AS w (cut, name, w_head, w_place) "
        "ON n.stratum = name AND n.h = w_head AND n.place = w_place",
    ):
        found[cut][name] = (key, row)
    return found


def allocate(sizes: Sequence[int], fractions: Fractions) -> list[tuple[int, int, int]]:
    """Rows of each stratum for train, validation and test.

    Totals are the fractions of all rows, to a row; what is left after rounding down goes to the
    strata with the largest remainders. A stratum of three rows or more is then given at least
    one row in each part that has a fraction.
    """
    total = sum(sizes)
    wanted = [round(total * fraction) for fraction in fractions]
    test = _share_out(sizes, wanted[2], fractions[2])
    validation = _share_out(
        [size - t for size, t in zip(sizes, test)], wanted[1], fractions[1] / max(1 - fractions[2], 1e-9)
    )
    counts = []
    for size, v, t in zip(sizes, validation, test):
        if size >= sum(fraction > 0 for fraction in fractions):
            v = max(v, int(fractions[1] > 0))
            t = max(t, int(fractions[2] > 0))
            while v + t >= size and fractions[0] > 0:
                v, t = (v - 1, t) if v >= t and v > int(fractions[1] > 0) else (v, t - 1)
        counts.append((size - v - t, v, t))
    return counts


def _share_out(sizes: Sequence[int], wanted: int, fraction: float) -> list[int]:
    shares = [size * fraction for size in sizes]
    given = [min(int(share), size) for share, size in zip(shares, sizes)]
    by_remainder = sorted(range(len(sizes)), key=lambda i: (given[i] - shares[i], i))
    for i in by_remainder:
        if sum(given) >= wanted:
            break
        if given[i] < sizes[i]:
            given[i] += 1
    return given
