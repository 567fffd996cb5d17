"""The clean table of a run: what its steps learn comes from the training rows alone. Trains nothing.

Which rows there are, their targets and their parts are those of the dataset as people saw it; a
recipe by which these would depend on what is learned is refused with a sentence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core import codec
from core.data.catalog import Catalog
from core.data.engines import Session
from core.data.frames import exact_frame
from core.data.learning import CHOSEN, learned
from core.data.making import base_of, opened, result_of, write_table
from core.data.recipe import Plan, extended, is_statistical, plan, states_of
from core.data.retyping import retyped
from core.data.steps import STEPS, State, other_name
from core.domain import ROW, Column, Dataset, RecipeStep, RunSpec
from core.errors import BadInput
from core.home import write_whole
from core.prediction.raw import FILE, LOOKUPS, RunRecipe, load_recipe, reading, save_recipe


@dataclass(frozen=True, kw_only=True)
class Cleaned:
    """dataset: read it for the run's rows. raw: training rows as they come in, with what decides the
    features; entry: the dataset whose columns these are."""

    dataset: Dataset
    entry: Dataset
    raw: pd.DataFrame


def seen_by(spec: RunSpec, dataset: Dataset, catalog: Catalog, run_folder: Path) -> Dataset:
    """The dataset as it was when the run was made, whatever its recipe is by now."""
    kept = load_recipe(run_folder)
    if kept is not None:
        before = replace(dataset, base=kept.base)
        return result_of(before, kept.steps, catalog, states=kept.shown)
    if spec.recipe == dataset.recipe:
        return dataset
    return result_of(dataset, spec.recipe, catalog)


def is_cleaned(spec: RunSpec) -> bool:
    return any(entry.on for entry in spec.recipe)


def clean(
    spec: RunSpec,
    shown: Dataset,
    train: np.ndarray,
    describing: np.ndarray,
    catalog: Catalog,
    run_folder: Path,
) -> Cleaned:
    """Learn from the training rows, make the table with it, and keep with the run what prediction needs.

    train: numbers of the training rows in the dataset as it was shown, sorted. describing: (len(train),)
    bool: which of them are to describe what raw rows look like.
    Raises BadInput where rows or target would depend on what is learned.
    """
    base, kept = base_of(shown, catalog), load_recipe(run_folder)

    def other(dataset_id: str) -> Dataset:
        return catalog.get(dataset_id, shown.owner)

    made = plan(base.columns, spec.recipe, states_of(shown))
    scratch = run_folder / "scratch"
    table = scratch / "clean" / "table"
    (scratch / "chosen").mkdir(parents=True, exist_ok=True)
    table.mkdir(parents=True, exist_ok=True)
    is_learning = any(is_statistical(entry) for entry in spec.recipe)
    if is_learning:
        _refuse_learning_what_counts(made, spec)
    with opened(base, spec.recipe, other, temp=scratch / "temp") as session:
        ids = _ids(session, made)
    chosen = scratch / "chosen" / f"{CHOSEN}.parquet"
    pd.DataFrame({ROW: ids[train], "describes": describing}).to_parquet(chosen, index=False)
    with opened(
        base, spec.recipe, other, temp=scratch / "temp", writes=scratch / "clean", more={CHOSEN: chosen}
    ) as session:
        states: Sequence[State] = states_of(shown)
        if kept is not None:
            states = kept.states
        elif is_learning:
            states = _learned_again(session, base.columns, spec.recipe, states_of(shown), other)
        taught = plan(base.columns, spec.recipe, states)
        if is_learning:
            if not np.array_equal(_ids(session, taught), ids):
                raise BadInput("recipe_rows_learned", steps=_titles(spec.recipe))
            write_table(session, taught, table / "table.parquet")
            write_whole(table / "columns.json", codec.dumps(taught.columns))
        recipe = kept or reading(RunRecipe(
            base=shown.base, steps=spec.recipe, states=tuple(states), shown=states_of(shown), columns=shown.columns
        ))  # fmt: skip
        raw = _raw(session, recipe, spec.task.features)
        if kept is None:
            _save_lookups(session, recipe, run_folder)
    if kept is None:
        write_whole(run_folder / FILE, save_recipe(recipe))
    entry = replace(base, columns=recipe.asked)
    return Cleaned(
        dataset=replace(shown, location=str(table)) if is_learning else shown, entry=entry, raw=raw
    )


def judge_through(
    judge: Dataset, spec: RunSpec, shown: Dataset, states: Sequence[State], catalog: Catalog, folder: Path
) -> Dataset:
    """The rows of a second file through the recipe, as new rows go; they judge, so none vanishes.

    folder: where the table is written. Raises BadInput where a value does not fit its column's kind.
    """
    raw, base = base_of(judge, catalog), base_of(shown, catalog)
    if raw.blob == base.blob:
        raise BadInput("judge_is_training", name=judge.name)

    def other(dataset_id: str) -> Dataset:
        return catalog.get(dataset_id, shown.owner)

    made = plan(base.columns, spec.recipe, states, predicting=True)
    present = {c.name for c in raw.columns}
    for name in made.sources([*spec.task.features, spec.task.target]):
        raw.column(name)
    kinds = {c.name: c.kind for c in base.columns if c.name in present}
    raw = retyped(raw, {n: k for n, k in kinds.items() if raw.column(n).kind != k})
    raw = replace(raw, columns=tuple(raw.column(n) for n in kinds))
    folder.mkdir(parents=True, exist_ok=True)
    temp = folder.parent / "temp"
    with opened(raw, spec.recipe, other, temp=temp, writes=folder, absent=base.columns) as session:
        n_rows = write_table(session, made, folder / "table.parquet")
    write_whole(folder / "columns.json", codec.dumps(made.columns))
    names = {c.name for c in made.columns}
    columns = tuple(c for c in shown.columns if c.name in names)
    return replace(judge, location=str(folder), columns=columns, n_rows=n_rows, blob=raw.blob)


def _ids(session: Session, made: Plan) -> np.ndarray:
    """The number, in the chain, of every row of the result, in its order."""
    table = session.query(made.select(f"SELECT {ROW} FROM {made.result} ORDER BY {ROW}"))
    return table.column(0).to_numpy()


def _learned_again(
    session: Session,
    start: Sequence[Column],
    recipe: Sequence[RecipeStep],
    shown: Sequence[State],
    other: Callable[[str], Dataset],
) -> list[State]:
    made, states = Plan(start=tuple(start)), []
    for number, (entry, state) in enumerate(zip(recipe, shown, strict=True)):
        if is_statistical(entry):
            state = learned(session, made, entry, other=other, before=state, chosen=True)
        states.append(state)
        if entry.on:
            made = extended(made, number, entry, state)
    return states


def _refuse_learning_what_counts(made: Plan, spec: RunSpec) -> None:
    """Neither the target nor the number of rows may come from what a step learns."""
    lineage, itself = {spec.task.target}, {spec.task.target}
    for stage in reversed(made.stages):
        entry, before, same = spec.recipe[stage.number], set(), set()
        for item in stage.applied.items:
            if item.column.name not in lineage:
                continue
            own = item.column.name in itself
            if item.is_changed and (is_statistical(entry) or (stage.step.invents and own)):
                raise BadInput("recipe_target", step=stage.step.title, target=spec.task.target)
            before.update(item.reads)
            if own and item.before is not None:
                same.add(item.before)
        lineage, itself = before, same
    shaped = [s.number for s in made.stages if s.step.at_prediction == "shape"]
    for stage in made.stages:
        if shaped and stage.number < shaped[-1] and is_statistical(spec.recipe[stage.number]):
            shape = next(s.step.title for s in made.stages if s.number == shaped[-1])
            raise BadInput("recipe_learns_before_shape", step=stage.step.title, shape=shape)


def _raw(session: Session, recipe: RunRecipe, features: Sequence[str]) -> pd.DataFrame:
    """Training rows as they came in: of the table whose rows are asked about."""
    names = [c.name for c in recipe.raw_columns(features)]
    where = f"{ROW} IN (SELECT {ROW} FROM {CHOSEN} WHERE describes)"
    return exact_frame(session.query(recipe.asked_rows(names, where)))


def _save_lookups(session: Session, recipe: RunRecipe, run_folder: Path) -> None:
    """What steps look up in other datasets, as it is now: these may change or go."""
    import pyarrow.parquet

    applied = [s for s in recipe.rest.stages if s.step.at_prediction == "apply"]
    for dataset_id in dict.fromkeys(i for s in applied for i in s.step.datasets(s.params)):
        (run_folder / LOOKUPS).mkdir(exist_ok=True)
        table = session.query(f"SELECT * FROM {other_name(dataset_id)} ORDER BY {ROW}")
        pyarrow.parquet.write_table(table, run_folder / LOOKUPS / f"{dataset_id}.parquet")


def raw_row(run_folder: Path, shown: Dataset, number: int, catalog: Catalog) -> dict | None:
    """The raw row that a row of the clean table came from, as it is asked for; None where no single one did."""
    recipe = load_recipe(run_folder)

    def other(dataset_id: str) -> Dataset:
        return catalog.get(dataset_id, shown.owner)

    base = base_of(shown, catalog)
    made = plan(base.columns, recipe.steps, recipe.shown)
    with opened(base, recipe.steps, other, temp=catalog.home.root / "temp") as session:
        numbered = f"SELECT {ROW} AS id, row_number() OVER (ORDER BY {ROW}) - 1 AS n FROM {made.result}"
        found = session.query(made.select(f"SELECT id FROM ({numbered}) AS numbered WHERE n = {int(number)}"))
        if not len(found):
            return None
        names, row = [c.name for c in recipe.asked], int(found.column(0)[0].as_py())
        frame = session.query(recipe.asked_rows(names, f"{ROW} = {row}")).to_pandas()
    # one by one: a row as a whole would turn 5 into 5.0
    return {name: frame[name].iloc[0] for name in frame} if len(frame) else None


def _titles(recipe: Sequence[RecipeStep]) -> str:
    return ", ".join(dict.fromkeys(STEPS[e.step].title for e in recipe if is_statistical(e)))
