"""What a step would do, shown on the first rows before anybody decides. Stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.data.catalog import Catalog
from core.data.engines import Session
from core.data.engines.duckdb import identifier
from core.data.frames import exact_frame
from core.data.learning import carry_out, compared, differs, named
from core.data.making import base_of, opened
from core.data.recipe import Plan, plan, states_of
from core.data.steps import Columns
from core.domain import ROW, Column, Dataset, RecipeStep, StepOutcome

if TYPE_CHECKING:
    import pandas

FIRST_ROWS = 50_000
MOST_SHOWN = 8
MOST_COLUMNS = 6


@dataclass(frozen=True, kw_only=True)
class Preview:
    """said: the sentence of the step over the first rows; outcome: its counts there.

    before, after: at most MOST_SHOWN rows each, the first that change, with `row` from 1. Where rows
    go, `before` holds those that go and `after` is empty; where the table takes another shape, both
    are its first rows. columns: of the table after the step. is_whole: whether all rows were looked at.
    """

    outcome: StepOutcome
    before: "pandas.DataFrame"
    after: "pandas.DataFrame"
    columns: tuple[Column, ...]
    is_whole: bool


def columns_before(dataset: Dataset, number: int) -> Columns:
    """The columns that a step in that place of the dataset's recipe finds."""
    if dataset.base is None:
        return dataset.columns
    return plan(dataset.base.columns, dataset.recipe[:number], states_of(dataset)[:number]).columns


def preview(dataset: Dataset, recipe: Sequence[RecipeStep], number: int, catalog: Catalog) -> Preview:
    """What the step of that number in the recipe does. Raises BadInput as carrying it out would."""
    base = base_of(dataset, catalog)

    def other(dataset_id: str) -> Dataset:
        return catalog.get(dataset_id, dataset.owner)

    steps = recipe[: number + 1]
    with opened(base, steps, other, temp=catalog.home.root / "temp", first=FIRST_ROWS) as session:
        made, outcomes = carry_out(session, base.columns, steps, other=other)
        with named(made.stages[-1]):
            before, after = _rows(session, made)
    return Preview(
        outcome=outcomes[-1], before=before, after=after, columns=made.columns, is_whole=base.n_rows <= FIRST_ROWS
    )  # fmt: skip


def _rows(session: Session, made: Plan) -> "tuple[pandas.DataFrame, pandas.DataFrame]":
    stage = made.stages[-1]
    if stage.applied.select is not None:
        return _first(session, made, stage.previous), _first(session, made, stage.name)
    if stage.applied.changes_rows:
        gone = f"WHERE {ROW} NOT IN (SELECT {ROW} FROM {stage.name})"
        return _first(session, made, stage.previous, gone), _first(session, made, stage.name, "WHERE FALSE")
    changed = [i for i, item in enumerate(stage.applied.items) if item.is_changed][:MOST_COLUMNS]
    if not changed:
        return _first(session, made, stage.previous), _first(session, made, stage.name)
    items = stage.applied.items
    # beside a new column, what it is made from says more than nothing
    reads = dict.fromkeys(r for i in changed if items[i].before is None for r in items[i].reads)
    old = [f"o{i} AS {identifier(items[i].before)}" for i in changed if items[i].before is not None]
    new = ", ".join(f"n{i} AS {identifier(items[i].column.name)}" for i in changed)
    where = " OR ".join(differs(stage, i) for i in changed)
    rows = f"FROM ({compared(stage)}) AS compared WHERE {where} ORDER BY {ROW} LIMIT {MOST_SHOWN}"
    after = session.query(made.select(f"SELECT {ROW} + 1 AS row, {new} {rows}"))
    if old:
        before = session.query(made.select(f"SELECT {ROW} + 1 AS row, {', '.join(old)} {rows}"))
    else:
        read = "".join(f", {identifier(name)}" for name in list(reads)[:MOST_COLUMNS])
        before = session.query(
            made.select(
                f"SELECT {ROW} + 1 AS row{read} FROM {stage.previous} WHERE {ROW} IN (SELECT {ROW} {rows}) ORDER BY {ROW}"
            )
        )
    return exact_frame(before), exact_frame(after)


def _first(session: Session, made: Plan, name: str, where: str = "") -> "pandas.DataFrame":
    table = session.query(made.select(f"SELECT * FROM {name} {where} ORDER BY {ROW} LIMIT {MOST_SHOWN}"))
    return exact_frame(table.drop_columns([ROW]))
