"""A recipe as one SELECT: steps put one after another over the table they start from. Runs nothing.

Every step that is switched on becomes one common table expression over the one before. The result
is a pure function of the columns at the start, the steps, and what the steps have learned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.codec import from_plain
from core.data.casting import SQL_TYPES
from core.data.engines.duckdb import identifier
from core.data.steps import STEPS, Applied, Columns, State, Step
from core.domain import ROW, Column, Dataset, RecipeStep
from core.errors import BadInput
from core.sentences import say

START = "base"  # what the table goes by that a recipe starts from
MOST_STEPS = 100


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step in its place. number: of the step in the recipe, from 0. before: the columns it finds."""

    number: int
    step: Step
    params: Mapping[str, Any]
    state: State
    before: Columns
    applied: Applied
    previous: str

    @property
    def name(self) -> str:
        return f"step_{self.number + 1}"

    @property
    def cte(self) -> str:
        return f"{self.name} AS ({self.applied.sql(self.previous)})"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A recipe over given columns. start: those columns; stages: the steps that are carried out."""

    start: Columns
    stages: tuple[Stage, ...] = ()

    @property
    def columns(self) -> Columns:
        return self.stages[-1].applied.columns if self.stages else self.start

    @property
    def result(self) -> str:
        """The name of the last table."""
        return self.stages[-1].name if self.stages else START

    @property
    def changes_rows(self) -> bool:
        return any(stage.applied.changes_rows for stage in self.stages)

    @property
    def keeps_order(self) -> bool:
        return all(stage.applied.keeps_order for stage in self.stages)

    def select(self, sql: str) -> str:
        """A SELECT over the plan's tables, with all it takes to run it over `base`."""
        if not self.stages:
            return sql
        return f"WITH {', '.join(stage.cte for stage in self.stages)} {sql}"

    def table(self) -> str:
        """The SELECT of the result: rows numbered from 0 in their order, every column in its type."""
        cells = "".join(
            f", CAST({identifier(c.name)} AS {SQL_TYPES[c.kind]}) AS {identifier(c.name)}"
            for c in self.columns
        )
        number = f"row_number() OVER (ORDER BY {ROW}) - 1" if self.changes_rows else ROW
        order = "" if self.keeps_order and not self.changes_rows else f" ORDER BY {ROW}"
        return self.select(f"SELECT {number} AS {ROW}{cells} FROM {self.result}{order}")

    def sources(self, names: Iterable[str]) -> tuple[str, ...]:
        """The columns at the start that the result's columns of those names are made from, in order."""
        needed = set(names)
        for stage in reversed(self.stages):
            needed = {
                read for item in stage.applied.items if item.column.name in needed for read in item.reads
            }
        return tuple(c.name for c in self.start if c.name in needed)

    def origins(self) -> dict[str, str]:
        """Name in the result → name at the start, of columns that only changed name or cells."""
        found = {c.name: c.name for c in self.start}
        for stage in self.stages:
            items = stage.applied.items
            found = {i.column.name: found[i.before] for i in items if i.before in found}
        return found

    def hidden(self) -> set[str]:
        """The columns at the start whose cells some step takes from view, by whatever name they go by then."""
        found: set[str] = set()
        for k, stage in enumerate(self.stages):
            if not stage.step.hides:
                continue
            names = {item.before for item in stage.applied.items if item.before and item.is_changed}
            for earlier in reversed(self.stages[:k]):
                made = [item for item in earlier.applied.items if item.column.name in names]
                names = {n for item in made for n in ((item.before,) if item.before else item.reads)}
            found |= names
        return found


def plan(
    start: Sequence[Column],
    recipe: Sequence[RecipeStep],
    states: Sequence[State],
    *,
    predicting: bool = False,
) -> Plan:
    """The recipe over columns that are known, with what its steps have learned.

    states: one a step of the recipe. predicting: for new rows, of which none may vanish.
    Raises BadInput naming the step that does not fit, UnknownName for one that does not exist.
    """
    made = Plan(start=tuple(start))
    for number, (entry, state) in enumerate(zip(recipe, states, strict=True)):
        if entry.on and not (predicting and STEPS[entry.step].at_prediction == "skip"):
            made = extended(made, number, entry, state)
    return made


def extended(before: Plan, number: int, entry: RecipeStep, state: State) -> Plan:
    """The plan with one step more."""
    step = STEPS[entry.step]
    columns = before.columns
    params = step.settle(entry.params, columns)
    applied = step.apply(columns, params, state)
    stage = Stage(
        number=number,
        step=step,
        params=params,
        state=state,
        before=columns,
        applied=applied,
        previous=before.result,
    )
    return Plan(start=before.start, stages=(*before.stages, stage))


def read_recipe(plain: Any) -> tuple[RecipeStep, ...]:
    """Steps from JSON, which a stranger may have written. Raises BadInput or UnknownName."""
    if isinstance(plain, Mapping) and "steps" in plain:
        plain = plain["steps"]
    recipe = from_plain(tuple[RecipeStep, ...], plain)
    if len(recipe) > MOST_STEPS:
        raise BadInput("recipe_too_long", n=len(recipe), most=MOST_STEPS)
    for entry in recipe:
        STEPS[entry.step]
    return recipe


def is_statistical(entry: RecipeStep) -> bool:
    """Whether a step, switched on, learns from values what it must learn from training rows alone."""
    step = STEPS[entry.step]
    if not entry.on or step.learn is None:
        return False
    defaults = {s.name: s.default for s in step.settings}
    return step.is_statistical({**defaults, **entry.params})


def states_of(dataset: Dataset) -> tuple[State, ...]:
    """What the steps of a dataset's recipe have learned, one each."""
    return tuple(None if outcome is None else outcome.state for outcome in dataset.outcomes)


def sentences(dataset: Dataset) -> tuple[str, ...]:
    """A sentence a step: what it does, and to how many rows or cells."""
    if dataset.base is None:
        return ()
    said, made = [], Plan(start=dataset.base.columns)
    for number, (entry, outcome) in enumerate(zip(dataset.recipe, dataset.outcomes, strict=True)):
        if not entry.on or outcome is None:
            said.append(say("step.off.says", title=STEPS[entry.step].title))
            continue
        made = extended(made, number, entry, outcome.state)
        code, parameters = made.stages[-1].step.says(made.stages[-1].params, outcome.state, outcome)
        said.append(say(f"step.{code}.says", **parameters))
    return tuple(said)
