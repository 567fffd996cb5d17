"""Raw new rows through the recipe of a run, so that they look like what its models learned from. Learns nothing.

Steps that would make rows vanish are left out: every row that is asked about gets an answer. After a
step that gives the table another shape, new rows are expected as it left them. A column of words that
the recipe reads as numbers, dates or truth values before it does anything else to it is asked for as
such: that is what a person types, and a cell that cannot be read is told of.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import codec
from core.data.engines.duckdb import in_memory
from core.data.frames import exact_frame
from core.data.learning import named_step
from core.data.recipe import START, Plan, plan
from core.data.steps import STEPS, State, other_name
from core.data.stored import projection
from core.domain import ROW, Base, Column, RecipeStep
from core.errors import BadInput

if TYPE_CHECKING:
    import pandas
    import pyarrow

FORMAT = 1
FILE = "recipe.json"
LOOKUPS = "lookups"  # folder of the tables that steps look values up in, as they were


@dataclass(frozen=True, kw_only=True)
class RunRecipe:
    """What a run keeps of the recipe its rows went through.

    states: learned from the training rows, one a step; shown: from all rows, which make the very
    table again that the run's rows are numbered in. columns: of the clean table, in the kinds the run read them.
    read_as: columns of raw rows that are asked for in another kind than they are stored in.
    """

    base: Base
    steps: tuple[RecipeStep, ...]
    states: tuple[Any, ...]
    shown: tuple[Any, ...]
    columns: tuple[Column, ...]
    read_as: tuple[Column, ...] = ()
    format: int = FORMAT

    @property
    def n_shaping(self) -> int:
        """How many steps there are up to the last that gives the table another shape."""
        shaping = [i for i, e in enumerate(self.steps) if e.on and STEPS[e.step].at_prediction == "shape"]
        return shaping[-1] + 1 if shaping else 0

    @cached_property
    def entry(self) -> Plan:
        """From the uncleaned table to the one whose rows are asked about."""
        return plan(self.base.columns, self.steps[: self.n_shaping], self.states[: self.n_shaping])

    @cached_property
    def asked(self) -> tuple[Column, ...]:
        """The columns of rows that are asked about, in the kinds they are asked for."""
        read_as = {c.name: c for c in self.read_as}
        return tuple(read_as.get(c.name, c) for c in self.entry.columns)

    @cached_property
    def rest(self) -> Plan:
        """From rows that are asked about to those that models take."""
        left_out: list[State] = list(self.states[self.n_shaping :])
        return plan(self.asked, self.steps[self.n_shaping :], left_out, predicting=True)

    def raw_columns(self, features: Sequence[str]) -> tuple[Column, ...]:
        """What of a raw row decides the features."""
        needed = set(self.rest.sources(features))
        return tuple(c for c in self.asked if c.name in needed)

    def asked_rows(self, names: Sequence[str], where: str) -> str:
        """The SELECT of the uncleaned table's rows, with columns as they are asked for."""
        wanted = [c for c in self.asked if c.name in set(names)]
        cells = projection(wanted, self.entry.columns)
        return self.entry.select(f"SELECT {cells} FROM {self.entry.result} WHERE {where} ORDER BY {ROW}")


@dataclass(frozen=True)
class RawRows:
    """Turns raw rows into a run's features. lookups: tables of other datasets, by the names they go by."""

    recipe: RunRecipe
    features: tuple[str, ...]
    lookups: "dict[str, pyarrow.Table]"

    def clean(self, frame: "pandas.DataFrame") -> "pandas.DataFrame":
        """frame: typed raw rows with what `raw_columns` names. Returns the features, row by row, same index."""
        made, kinds = self.recipe.rest, {c.name: c for c in self.recipe.columns}
        wanted = [kinds[name] for name in self.features]
        clean = f"SELECT {projection(wanted, made.columns)} FROM {made.result} ORDER BY {ROW}"
        with in_memory() as connection, named_step(made.stages[-1].step.title if made.stages else ""):
            connection.register(START, as_table(frame, made.start))
            for name, table in self.lookups.items():
                connection.register(name, table)
            result = connection.sql(made.select(clean)).to_arrow_table()
        return exact_frame(result.drop_columns([ROW])).set_axis(frame.index, axis=0)


def reading(recipe: RunRecipe) -> RunRecipe:
    """The recipe with what it reads as another kind before it does anything else to it."""
    found = (_first_reading(column, recipe.rest) for column in recipe.entry.columns)
    return replace(recipe, read_as=tuple(filter(None, found)))


def _first_reading(column: Column, made: Plan) -> Column | None:
    name = column.name
    for stage in made.stages:
        readers = [item for item in stage.applied.items if name in item.reads]
        if len(readers) != 1 or readers[0].before != name:
            return None
        if readers[0].is_changed:
            found = stage.step.reads_as(replace(column, name=name), stage.params, stage.state)
            return found and replace(found, name=column.name)
        name = readers[0].column.name
    return None


def as_table(frame: "pandas.DataFrame", columns: Sequence[Column]) -> "pyarrow.Table":
    """Rows as the engine takes them, numbered from 0; columns that the frame lacks are missing throughout."""
    import pyarrow as pa

    types = {
        "integer": pa.int64(),
        "decimal": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.timestamp("us"),
    }
    arrays = [pa.array(range(len(frame)), pa.int64())]
    for column in columns:
        kind = types.get(column.kind, pa.string())
        if column.name not in frame:
            arrays.append(pa.nulls(len(frame), kind))
        else:
            arrays.append(pa.Array.from_pandas(frame[column.name], type=kind, safe=False))
    return pa.Table.from_arrays(arrays, [ROW, *(c.name for c in columns)])


def save_recipe(recipe: RunRecipe) -> str:
    """The recipe as JSON, for the run's folder."""
    return codec.dumps(recipe, indent=1)


def load_recipe(run_folder: Path) -> RunRecipe | None:
    """The run's recipe; None where its rows went through none. Raises BadInput for another version's."""
    path = run_folder / FILE
    if not path.exists():
        return None
    plain = json.loads(path.read_text(encoding="utf-8"))
    if plain.get("format") != FORMAT:
        raise BadInput("recipe_format", found=plain.get("format"), expected=FORMAT)
    return codec.from_plain(RunRecipe, plain)


def load_raw_rows(run_folder: Path, features: tuple[str, ...]) -> RawRows | None:
    recipe = load_recipe(run_folder)
    if recipe is None:
        return None
    import pyarrow.parquet

    files = sorted((run_folder / LOOKUPS).glob("*.parquet")) if (run_folder / LOOKUPS).is_dir() else []
    lookups = {other_name(file.stem): pyarrow.parquet.read_table(file) for file in files}
    return RawRows(recipe, features, lookups)
