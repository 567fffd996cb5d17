"""Some images or sounds of a dataset to look at, by class or as a list of rows. Draws nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.data.catalog import Catalog
from core.data.engines.duckdb import identifier
from core.data.media import MEDIA
from core.data.split import shuffled
from core.data.task import class_label
from core.domain import ROW, Column, Dataset, Kind

MOST_GROUPS = 50


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One image or sound. row: its number; group: its class as text, None where it has none or none were asked for."""

    row: int
    group: str | None
    content: bytes


def media_columns(dataset: Dataset, *kinds: Kind) -> tuple[Column, ...]:
    """The columns whose cells are files of their own, or those of these kinds alone."""
    return tuple(c for c in dataset.columns if c.kind in (kinds or MEDIA))


def can_group(column: Column) -> bool:
    """Whether files can be laid out by the column's values."""
    return column.kind in ("category", "boolean", "integer") and 1 < column.n_unique <= MOST_GROUPS


def some_of(
    dataset: Dataset, catalog: Catalog, column: str, *, by: str | None, n_each: int, seed: int, only: str | None = None
) -> list[Shown]:  # fmt: skip
    """At most n_each files of each value of the column `by`, drawn by the seed, in the order of the values.

    only: the one value whose files are wanted, as text.
    """
    group = identifier(dataset.column(by).name) if by else "NULL"
    place = f"row_number() OVER (PARTITION BY {group} ORDER BY {shuffled(seed, ROW)}, {ROW})"
    present = f"{identifier(dataset.column(column).name)} IS NOT NULL"
    with catalog.open(dataset) as session:
        drawn = session.query(
            f"SELECT {ROW}, g FROM (SELECT {ROW}, {group} AS g, {place} AS place FROM data WHERE {present}) AS r "
            f"WHERE place <= {int(n_each)} ORDER BY g, place"
        )
    groups = [None if v is None else class_label(v) for v in drawn.column(1).to_pylist()]
    wanted = [(row, g) for row, g in zip(drawn.column(0).to_pylist(), groups) if only is None or g == only]
    contents = contents_of(dataset, catalog, column, [row for row, _ in wanted])
    return [Shown(row=row, group=g, content=contents[row]) for row, g in wanted]


def contents_of(dataset: Dataset, catalog: Catalog, column: str, rows: Sequence[int]) -> dict[int, bytes]:
    """The stored files of these rows, by number; rows without one are left out."""
    if not rows:
        return {}
    name = identifier(dataset.column(column).name)
    listed = ", ".join(str(int(row)) for row in rows)
    with catalog.open(dataset) as session:
        found = session.query(
            f"SELECT {ROW}, {name} FROM data WHERE {ROW} IN ({listed}) AND {name} IS NOT NULL"
        )
    return dict(zip(found.column(0).to_pylist(), found.column(1).to_pylist()))
