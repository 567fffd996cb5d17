"""Which rows teach, which choose, which judge: the same rows on every engine, whatever order they are read in.

A row's part follows from its number, the seed and the strategy alone. The SQL is DuckDB's dialect
in plain functions, over a table called `data`.
"""

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.data.catalog import Catalog
from core.data.engines import Session
from core.data.engines.duckdb import identifier, literal
from core.data.roles import shared_key, states_parts
from core.data.strata import cut_strata
from core.data.task import class_labels
from core.domain import CLASSIFICATION, NUMERIC_KINDS, PART_WORDS, ROW, Dataset, Part, Split, Task
from core.errors import BadInput

if TYPE_CHECKING:
    import pyarrow

BATCH_ROWS = 262_144
# beyond so many rows a judgement gets hardly surer (an accuracy is known to 0.2 %), and takes its memory
MOST_TEST, MOST_VALIDATION = 250_000, 187_500


def propose_split(dataset: Dataset, task: Task) -> Split:
    """By the column that states the parts, if there is one; by a key that rows share; else stratified by
    class, or random for regression. Of a large table more rows teach, and fewer judge."""
    fractions = _proposed_fractions(dataset.n_rows)
    stated = next((c for c in dataset.columns if states_parts(c) and c.name != task.target), None)
    if stated is not None:
        return Split(strategy="column", column=stated.name, fractions=fractions)
    shared = shared_key([c for c in dataset.columns if c.name != task.target], dataset.n_rows)
    if shared is not None:
        return Split(strategy="grouped", column=shared.name, fractions=fractions)
    return Split(strategy="stratified" if task.kind in CLASSIFICATION else "random", fractions=fractions)


def _proposed_fractions(n_rows: int) -> tuple[float, float, float]:
    """Those of any split, in whole percents fewer of the rows that choose and judge where these are very many."""
    _, validation, test = (round(100 * share) for share in Split().fractions)
    validation = min(validation, math.ceil(100 * MOST_VALIDATION / max(n_rows, 1)))
    test = min(test, math.ceil(100 * MOST_TEST / max(n_rows, 1)))
    return (100 - validation - test) / 100, validation / 100, test / 100


def assign(
    dataset: Dataset, task: Task, split: Split, catalog: Catalog, path: Path, judge: Dataset | None = None
) -> dict[Part, int]:
    """Write the Parquet file `path` with `_row` int64 and `part` str, in the order of `_row`.

    Rows without a target are not in it. Under "file" the rows of the test dataset follow, numbered
    on from this dataset's n_rows. Holds a byte a row. Returns the number of rows of each part.
    judge: that dataset, where it is not to be read as it is stored.
    Raises UnknownName for an unknown column, NotYours for a test dataset of somebody else, and
    BadInput when the rows or values do not allow the split; no file is left then.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    _check_fractions(split)
    counts: dict[Part, int] = dict.fromkeys(PART_WORDS, 0)
    schema = pa.schema([(ROW, pa.int64()), ("part", pa.string())])
    aside = path.with_name(f".{path.name}")
    try:
        with pq.ParquetWriter(aside, schema, compression="zstd") as writer:
            for batch in _batches(dataset, task, split, catalog, judge):
                for counted in pc.value_counts(batch.column("part")).to_pylist():
                    counts[counted["values"]] += counted["counts"]
                writer.write_batch(batch.cast(schema))
        _refuse_empty(counts, split)
        os.replace(aside, path)  # half a split never goes by its name
    finally:
        aside.unlink(missing_ok=True)
    return counts


def _batches(
    dataset: Dataset, task: Task, split: Split, catalog: Catalog, judge: Dataset | None
) -> "Iterator[pyarrow.RecordBatch]":
    target = identifier(dataset.column(task.target).name)
    with catalog.open(dataset) as session:
        match split.strategy:
            case "random" | "stratified":
                sql = _by_stratum(session, task, split, target)
            case "grouped":
                sql = _by_group(session, dataset, split, target)
            case "chronological":
                sql = _by_time(session, dataset, split, target)
            case "column":
                sql = _by_column(session, dataset, task, split, target)
            case "file":
                sql = _by_stratum(session, task, _without_test(split), target)
        yield from _in_order(
            session.batches(f"SELECT {ROW}, part FROM ({sql}) AS parts", BATCH_ROWS), dataset.n_rows
        )
    if split.strategy == "file":
        yield from _rows_of_test_file(dataset, task, split, catalog, judge)


def _in_order(batches: "Iterator[pyarrow.RecordBatch]", n_rows: int) -> "Iterator[pyarrow.RecordBatch]":
    """The same rows in the order of `_row`: put in their places, for which no engine needs to sort them."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = pa.array(list(PART_WORDS), pa.string())
    part_of = np.full(n_rows, -1, np.int8)
    for batch in batches:
        part_of[batch.column(ROW).to_numpy()] = pc.index_in(batch.column("part"), parts).to_numpy()
    for start in range(0, n_rows, BATCH_ROWS):
        codes = part_of[start : start + BATCH_ROWS]
        used = np.flatnonzero(codes >= 0)
        if len(used):
            yield pa.record_batch({ROW: used + start, "part": parts.take(pa.array(codes[used]))})


def shuffled(seed: int, key: str) -> str:
    """SQL of a text that orders keys at random: MD5, since every engine computes it alike.

    key: SQL of an integer or a text; never of a float, which engines print differently. Twelve of its
    characters, which DuckDB sorts without looking them up elsewhere; what is equal in these is for
    the caller to order.
    """
    return f"left(md5(concat({literal(str(seed))}, ':', CAST({key} AS VARCHAR))), 12)"


def _stratum(task: Task, split: Split, target: str) -> str:
    if split.strategy != "random" and task.kind in CLASSIFICATION:
        return f"CAST({target} AS VARCHAR)"
    return "''"


def _by_stratum(session: Session, task: Task, split: Split, target: str, where: str = "TRUE") -> str:
    """SQL: the first rows of each stratum in shuffled order are for the test, the next for validation."""
    return cut_strata(
        session,
        stratum=_stratum(task, split, target),
        key=shuffled(split.seed, ROW),
        where=f"{target} IS NOT NULL AND {where}",
        fractions=split.fractions,
    )


def _by_group(session: Session, dataset: Dataset, split: Split, target: str) -> str:
    """SQL: whole groups, in shuffled order of their keys; a row without a key is a group of its own."""
    column = dataset.column(_needed(split))
    if column.kind == "decimal":
        raise BadInput("group_is_decimal", column=column.name)
    name = identifier(column.name)
    key = f"CASE WHEN {name} IS NULL THEN concat('r', CAST({ROW} AS VARCHAR)) ELSE concat('k', CAST({name} AS VARCHAR)) END"
    return _by_ordered_key(session, split, target, key=key, order=shuffled(split.seed, "k"), test_first=True)


def _by_time(session: Session, dataset: Dataset, split: Split, target: str) -> str:
    """SQL: the latest rows judge; rows of one moment stay together; those without a date teach."""
    column = dataset.column(_needed(split))
    if column.kind != "date" and column.kind not in NUMERIC_KINDS:
        raise BadInput("not_a_date", column=column.name, kind=column.kind)
    key = identifier(column.name)
    return _by_ordered_key(session, split, target, key=key, order="k", test_first=False)


def _by_ordered_key(
    session: Session, split: Split, target: str, *, key: str, order: str, test_first: bool
) -> str:
    """SQL that cuts the keys, in that order, where the rows so far come nearest to the fractions.

    Keys in order fall into three stretches, so a rank and two cuts say everything.
    """
    direction = "ASC" if test_first else "DESC"
    table = session.query(
        f"SELECT k, count(*) AS n FROM (SELECT {key} AS k FROM data WHERE {target} IS NOT NULL) "
        f"WHERE k IS NOT NULL GROUP BY k ORDER BY {order} {direction}, k"
    )
    sizes = table.column("n").to_pylist()
    n_parts = sum(fraction > 0 for fraction in split.fractions)
    if len(sizes) < n_parts:
        raise BadInput("split_few_groups", column=split.column, n=len(sizes), least=n_parts)
    until_test, until_validation = _cuts(sizes, split.fractions)
    rank = f"dense_rank() OVER (ORDER BY {order} {direction} NULLS LAST, k)"
    return (
        f"SELECT {ROW}, CASE WHEN k IS NULL THEN 'train' WHEN place <= {until_test} THEN 'test' "
        f"WHEN place <= {until_validation} THEN 'validation' ELSE 'train' END AS part "
        f"FROM (SELECT {ROW}, k, {rank} AS place FROM "
        f"(SELECT {ROW}, {key} AS k FROM data WHERE {target} IS NOT NULL))"
    )


def _cuts(sizes: Sequence[int], fractions: tuple[float, float, float]) -> tuple[int, int]:
    """After how many keys the test rows end, and after how many the validation rows."""
    train, validation, test = fractions
    total, so_far, until_test, until_validation = sum(sizes), 0, 0, 0
    for place, size in enumerate(sizes, start=1):
        middle = (so_far + size / 2) / total
        if middle <= test:
            until_test = place
        if middle <= test + validation:
            until_validation = place
        so_far += size
    last = len(sizes) - int(train > 0)
    until_test = min(max(until_test, int(test > 0)), last - int(validation > 0))
    return until_test, min(max(until_validation, until_test + int(validation > 0)), last)


def _by_column(session: Session, dataset: Dataset, task: Task, split: Split, target: str) -> str:
    """SQL: the parts that the file itself states; validation is taken from train where it states none."""
    column = dataset.column(_needed(split))
    word = f"lower(trim(CAST({identifier(column.name)} AS VARCHAR)))"
    known = ", ".join(literal(w) for words in PART_WORDS.values() for w in words)
    strange = session.query(
        f"SELECT CAST({identifier(column.name)} AS VARCHAR) AS value, {ROW} FROM data "
        f"WHERE {word} IS NULL OR {word} NOT IN ({known}) ORDER BY {ROW} LIMIT 1"
    ).to_pylist()
    if strange:
        shown = (strange[0]["value"] or "")[:60]
        raise BadInput("split_word_unknown", column=column.name, value=shown, row=strange[0][ROW] + 1)
    cases = " ".join(
        f"WHEN {word} IN ({', '.join(map(literal, words))}) THEN {literal(part)}"
        for part, words in PART_WORDS.items()
    )
    stated = f"SELECT {ROW}, CASE {cases} END AS part FROM data WHERE {target} IS NOT NULL"
    found = set(session.query(f"SELECT DISTINCT part FROM ({stated}) AS stated").column(0).to_pylist())
    if "validation" in found or split.fractions[1] == 0 or "train" not in found:
        return stated
    words = ", ".join(map(literal, PART_WORDS["train"]))
    teaching = _by_stratum(session, task, _without_test(split), target, where=f"{word} IN ({words})")
    return f"({teaching}) UNION ALL (SELECT * FROM ({stated}) AS stated WHERE part = 'test')"


def _rows_of_test_file(
    dataset: Dataset, task: Task, split: Split, catalog: Catalog, judge: Dataset | None
) -> "Iterator[pyarrow.RecordBatch]":
    import pyarrow as pa

    if split.test_dataset is None:
        raise BadInput("split_needs_file")
    judge = judge or catalog.get(split.test_dataset, dataset.owner)
    column = judge.column(task.target)
    if task.kind not in CLASSIFICATION and column.kind not in NUMERIC_KINDS:
        raise BadInput("target_not_numeric", target=column.name, kind=column.kind)
    n_usable, shown = 0, ""
    for values in catalog.batches(judge, [task.target]):
        if task.kind in CLASSIFICATION:
            usable = [label is not None for label in class_labels(values[task.target], task)]
        else:
            usable = values[task.target].notna()
        shown = shown or str(next(iter(values[task.target].dropna()), ""))[:60]
        rows = values.loc[usable, ROW].to_numpy() + dataset.n_rows
        n_usable += len(rows)
        yield pa.record_batch({ROW: rows, "part": pa.array(["test"] * len(rows), pa.string())})
    if not n_usable and task.kind in CLASSIFICATION:
        raise BadInput(
            "test_classes_unknown", target=task.target, file=judge.name, value=shown,
            known=", ".join(task.classes[:10]),
        )  # fmt: skip


def _without_test(split: Split) -> Split:
    train, validation, _ = split.fractions
    return replace(split, fractions=(train / (train + validation), validation / (train + validation), 0.0))


def _needed(split: Split) -> str:
    if not split.column:
        raise BadInput("split_needs_column", strategy=split.strategy)
    return split.column


def _check_fractions(split: Split) -> None:
    if (
        any(not 0 <= f <= 1 for f in split.fractions)
        or abs(sum(split.fractions) - 1) > 1e-6
        or split.fractions[0] <= 0
    ):
        raise BadInput("split_fractions", fractions=", ".join(f"{f:g}" for f in split.fractions))


def _refuse_empty(counts: Mapping[Part, int], split: Split) -> None:
    for part, fraction in zip(("train", "validation", "test"), split.fractions):
        needed = fraction > 0 or (part == "test" and split.strategy in ("column", "file"))
        if needed and not counts[part]:
            raise BadInput("split_part_empty", part=part, strategy=split.strategy)
