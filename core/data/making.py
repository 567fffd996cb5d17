"""From a dataset and a recipe to the table the recipe makes, stored beside the one it starts from.

The first table is never touched: a result is a blob of its own, whose name follows from the table
at the start, the steps and what they learned. It can be thrown away and made again.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from core.codec import dumps
from core.data import blobs
from core.data.blob_files import FORMAT, load_description, read_reading, write_description, write_reading
from core.data.casting import SQL_TYPES
from core.data.catalog import RESULT, Catalog
from core.data.corrections import ROLES
from core.data.engines import Session
from core.data.engines.choice import engine_named
from core.data.engines.duckdb import identifier
from core.data.learning import Report, carry_out, named_step
from core.data.profile import profile
from core.data.recipe import START, Plan, plan, states_of
from core.data.recipe_history import RecipeHistory, load_history, save_history
from core.data.retyping import retyped
from core.data.roles import propose_roles
from core.data.steps import STEPS, State, other_name
from core.data.stored import WORDS, projection, stored_columns
from core.domain import ROW, Base, Column, Dataset, Kind, RecipeStep, StepOutcome
from core.errors import BadInput, UnknownName
from core.sentences import say

STORED = " as stored"  # behind the name of a table, whose cells are in its file's own types
STALE_S = 24 * 3600  # results that nobody refers to are kept so long: a run may be reading one


def base_of(dataset: Dataset, catalog: Catalog) -> Dataset:
    """The dataset as it is without its recipe."""
    base = dataset.base
    if base is None:
        return dataset
    return replace(
        dataset, blob=base.blob, columns=base.columns, n_rows=base.n_rows, target=base.target,
        location=str(catalog.home.blobs / base.blob), recipe=(), base=None, outcomes=(),
    )  # fmt: skip


def with_recipe(
    dataset: Dataset,
    recipe: Sequence[RecipeStep],
    catalog: Catalog,
    report: Report = lambda fraction, message: None,
) -> Dataset:
    """The dataset, stored, with another recipe in force; none gives back what the file held.

    The one before can be had back by `gone`. Roles, kinds and the target that somebody chose stay where their columns do.
    Raises BadInput or UnknownName naming the step that does not fit; the dataset is as before then.
    """
    history = load_history(dataset, catalog.home).followed_by(recipe)
    return _put_in_force(dataset, history, catalog, report)


def gone(
    dataset: Dataset, place: int, catalog: Catalog, report: Report = lambda fraction, message: None
) -> Dataset:
    """The dataset, stored, with the recipe at that place of its history: before its last change, or after it again.

    A place and no direction, so that a job that is done twice has gone once. Raises BadInput where there is none.
    """
    return _put_in_force(dataset, load_history(dataset, catalog.home).gone(place), catalog, report)


def _put_in_force(dataset: Dataset, history: RecipeHistory, catalog: Catalog, report: Report) -> Dataset:
    made = result_of(dataset, history.in_force, catalog, report)
    stored = catalog.update(_chosen_stays(dataset, made))
    save_history(history, dataset.id, catalog.home)
    catalog.put_away_results(STALE_S)
    report(1.0, say("stage.stored"))
    return stored


def result_of(
    dataset: Dataset,
    recipe: Sequence[RecipeStep],
    catalog: Catalog,
    report: Report = lambda fraction, message: None,
    states: Sequence[State] | None = None,
) -> Dataset:
    """The dataset with the recipe in force, its table made; the catalogue is not told.

    states: what the steps learned before, where the very same table is wanted again.
    """
    base = base_of(dataset, catalog)
    if not any(entry.on for entry in recipe):
        outcomes: tuple[StepOutcome | None, ...] = (None,) * len(recipe)
        return replace(base, recipe=tuple(recipe), base=_as_base(base) if recipe else None, outcomes=outcomes)

    def other(dataset_id: str) -> Dataset:
        return catalog.get(dataset_id, dataset.owner)

    _refuse_itself(dataset, recipe)
    with opened(base, recipe, other, temp=catalog.home.blobs.parent / "temp") as session:
        if states is None:
            known = _known(dataset, recipe, other)
            before = _settled(dataset, recipe)
            made, outcomes = carry_out(
                session, base.columns, recipe, known, before=before, other=other,
                report=lambda fraction, message: report(0.05 + 0.5 * fraction, message),
            )  # fmt: skip
        else:
            made = plan(base.columns, recipe, states)
            outcomes = tuple(None if not e.on else StepOutcome(state=s) for e, s in zip(recipe, states))
    blob = _blob_id(base, recipe, [None if o is None else o.state for o in outcomes])
    location = catalog.home.blobs / blob
    if not blobs.is_whole(location):
        report(0.6, say("stage.making_table"))
        _make_blob(base, recipe, made, other, location, catalog, report)
    with suppress(FileNotFoundError):
        os.utime(location / RESULT)  # somebody wants it still
    described = load_description(location)
    target = described.pop("target")
    return replace(
        base, blob=blob, location=str(location), recipe=tuple(recipe), base=_as_base(base), outcomes=outcomes,
        target=target, **described,
    )  # fmt: skip


@contextmanager
def opened(
    base: Dataset,
    recipe: Sequence[RecipeStep],
    other: Callable[[str], Dataset],
    *,
    temp: Path,
    writes: Path | None = None,
    more: Mapping[str, Path] | None = None,
    absent: Sequence[Column] = (),
    first: int | None = None,
) -> Iterator[Session]:
    """A session with the table `base` and those of the other datasets that the steps name.

    writes: the one folder that may be written into. more: further Parquet files by the names they go by.
    absent: columns that `base` has as well, missing throughout where the dataset lacks them. first: how many of its rows `base` has, if not all.
    """
    datasets = {START: base} | {other_name(i): other(i) for i in _others(recipe)}
    files = {f"{name}{STORED}": Path(d.location) / "table.parquet" for name, d in datasets.items()}
    views = {}
    for name, dataset in datasets.items():
        items = projection(dataset.columns, stored_columns(dataset))
        present = {c.name for c in dataset.columns}
        for column in absent if name == START else ():
            if column.name not in present:
                items += f", CAST(NULL AS {SQL_TYPES[column.kind]}) AS {identifier(column.name)}"
        some = f" WHERE {ROW} < {first}" if first is not None and name == START else ""
        views[name] = f"SELECT {items} FROM {identifier(name + STORED)}{some}"
    engine = engine_named(base.engine, temp, sum(len(d.columns) for d in datasets.values()))
    with engine.open({**files, **(more or {})}, views, writes) as session:
        yield session


def write_table(session: Session, made: Plan, out: Path) -> int:
    """Write the plan's result as Parquet, out of core; how many rows it has."""
    title = made.stages[-1].step.title if made.stages else ""
    with named_step(title):
        session.write(made.table(), out, len(made.columns))
    import pyarrow.parquet

    return pyarrow.parquet.read_metadata(out).num_rows


def _make_blob(
    base: Dataset,
    recipe: Sequence[RecipeStep],
    made: Plan,
    other: Callable[[str], Dataset],
    location: Path,
    catalog: Catalog,
    report: Report,
) -> None:
    with blobs.made_aside(lambda: location, catalog.home, base.name) as aside:
        with opened(base, recipe, other, temp=aside / "temp", writes=aside) as session:
            n_rows = write_table(session, made, aside / "table.parquet")
        if n_rows == 0:
            raise BadInput("recipe_no_rows", step=made.stages[-1].step.title)
        report(0.8, say("stage.measuring"))
        columns, target = _measured(aside, made.columns, n_rows, base, _stated_words(recipe))
        _describe(aside, base, columns, n_rows, target)


def _measured(
    aside: Path, columns: Sequence[Column], n_rows: int, base: Dataset, stated: Mapping[str, Kind]
) -> tuple[tuple[Column, ...], str | None]:
    """stated: what somebody called words, category or text; that stands, whatever their values look like."""
    engine = engine_named(base.engine, aside / "temp", len(columns))
    with engine.open({"data": aside / "table.parquet"}) as session:
        measured = profile(session, columns, n_rows)
    measured = tuple(replace(c, kind=stated.get(c.name, c.kind)) for c in measured)
    return propose_roles(measured, n_rows, has_header=base.options.get("header", True))


def _stated_words(recipe: Sequence[RecipeStep]) -> dict[str, Kind]:
    """Columns that a step reads as words, by name, with the kind it was asked for."""
    return {
        name: entry.params["kind"]
        for entry in recipe
        if entry.on and entry.step == "convert" and entry.params.get("kind") in WORDS
        for name in entry.params.get("columns", ())
    }


def _describe(aside: Path, base: Dataset, columns: Sequence[Column], n_rows: int, target: str | None) -> None:
    names = {c.name for c in columns}
    start = Path(base.location)
    # what was noticed of a column when the file was read is over where the column is gone
    write_reading(aside, [f for f in read_reading(start) if f.subject is None or f.subject in names])
    if (start / "rejects.csv").exists():
        os.link(start / "rejects.csv", aside / "rejects.csv")
    (aside / RESULT).touch()
    write_description(
        aside, columns=columns, n_rows=n_rows, n_rejected=base.n_rejected, target=target, options=base.options
    )


def _others(recipe: Sequence[RecipeStep]) -> dict[str, None]:
    return dict.fromkeys(i for e in recipe if e.on for i in STEPS[e.step].datasets(e.params))


def _refuse_itself(dataset: Dataset, recipe: Sequence[RecipeStep]) -> None:
    """A dataset that took from itself would change whenever it changed."""
    for entry in recipe:
        if entry.on and dataset.id in STEPS[entry.step].datasets(entry.params):
            raise BadInput("step_takes_itself", step=STEPS[entry.step].title, dataset=dataset.name)


def _as_base(base: Dataset) -> Base:
    return Base(blob=base.blob, columns=base.columns, n_rows=base.n_rows, target=base.target)


def _blob_id(base: Dataset, recipe: Sequence[RecipeStep], states: Sequence[State]) -> str:
    kinds = [
        (c.name, c.kind, c.statistics.get("date_format"), c.statistics.get("number_format"))
        for c in base.columns
    ]
    steps = [(e.step, e.params, s) for e, s in zip(recipe, states) if e.on]
    return hashlib.sha256(dumps(["recipe", FORMAT, base.blob, kinds, steps]).encode()).hexdigest()


def _known(
    dataset: Dataset, recipe: Sequence[RecipeStep], other: Callable[[str], Dataset]
) -> list[StepOutcome | None]:
    """Outcomes of the first steps, as far as these are what they were and look into the same tables."""
    known: list[StepOutcome | None] = []
    for old, new, outcome in zip(dataset.recipe, recipe, dataset.outcomes):
        taken = STEPS[old.step].datasets(old.params) if old.on else ()
        if old != new or any(other(i).blob != (outcome.state or {}).get("blob") for i in taken):
            break
        known.append(outcome)
    return known


def _settled(dataset: Dataset, recipe: Sequence[RecipeStep]) -> list[State]:
    """What each step had settled when it, or one of its kind, was carried out before: a salt stays."""
    left = [(e, s) for e, s in zip(dataset.recipe, states_of(dataset)) if s is not None]
    found: list[State] = []
    for entry in recipe:
        alike = [pair for pair in left if pair[0] == entry] or [p for p in left if p[0].step == entry.step]
        found.append(alike[0][1] if alike else None)
        if alike:
            left.remove(alike[0])
    return found


def _chosen_stays(before: Dataset, made: Dataset) -> Dataset:
    """The new table with the roles, kinds and target that somebody had chosen for the old one."""
    proposed = {c.name: c for c in stored_columns(before)}
    stored = {c.name: c for c in stored_columns(made)}
    columns, kinds = list(made.columns), {}
    for place, column in enumerate(columns):
        old = next((c for c in before.columns if c.name == column.name), None)
        if old is None or old.name not in proposed:
            continue
        if old.role != proposed[old.name].role and old.role in ROLES:
            columns[place] = replace(column, role=old.role)
        if old.kind != proposed[old.name].kind and stored[column.name].kind == proposed[old.name].kind:
            kinds[column.name] = old.kind
    made = replace(made, columns=tuple(columns), target=_target(before, made))
    try:
        return retyped(made, kinds) if made.base is not None else made
    except (BadInput, UnknownName):
        return made  # the cells are others now, and their own kind says what they are


def _target(before: Dataset, made: Dataset) -> str | None:
    """The column that was asked about, by whatever name it goes now; else what is proposed."""
    names = {c.name for c in made.columns}
    if before.target is None or before.target in names:
        return before.target
    origin = _origins(before).get(before.target, before.target)
    return next((new for new, old in _origins(made).items() if old == origin and new in names), made.target)


def _origins(dataset: Dataset) -> dict[str, str]:
    if dataset.base is None:
        return {c.name: c.name for c in dataset.columns}
    return plan(dataset.base.columns, dataset.recipe, states_of(dataset)).origins()
