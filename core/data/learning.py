"""What the steps of a recipe learn from a table, and what they do to it, counted. Stores nothing."""

from collections.abc import Callable, Sequence
from typing import Any

from core.data.engines import Session
from core.data.recipe import Plan, Stage, extended
from core.data.steps import STEPS, Ground, State, ref
from core.domain import ROW, Column, Dataset, RecipeStep, StepOutcome
from core.errors import BadInput

CHOSEN = "chosen"  # the table of the numbers of the rows that may be learned from
Report = Callable[[float, str], None]


def carry_out(
    session: Session,
    start: Sequence[Column],
    recipe: Sequence[RecipeStep],
    known: Sequence[StepOutcome | None] = (),
    *,
    before: Sequence[State] = (),
    other: Callable[[str], Dataset],
    report: Report = lambda fraction, message: None,
) -> tuple[Plan, tuple[StepOutcome | None, ...]]:
    """Learn what the steps have to learn, and count what each does to the table `base`.

    known: outcomes of the first steps, where these were carried out over the same table before.
    before: what steps had settled earlier, one each, such as a salt. other(id): a dataset of the owner.
    Raises BadInput naming the step that does not fit.
    """
    made, outcomes = Plan(start=tuple(start)), list[StepOutcome | None]()
    for number, entry in enumerate(recipe):
        report(number / max(len(recipe), 1), STEPS[entry.step].title)
        if not entry.on:
            outcomes.append(None)
            continue
        if number < len(known) and known[number] is not None:
            outcome = known[number]
            made = extended(made, number, entry, outcome.state)
        else:
            settled = before[number] if number < len(before) else None
            state = learned(session, made, entry, other=other, before=settled)
            made = extended(made, number, entry, state)
            with named(made.stages[-1]):
                outcome = counted(session, made, outcomes)
        outcomes.append(outcome)
    return made, tuple(outcomes)


def learned(
    session: Session,
    made: Plan,
    entry: RecipeStep,
    *,
    other: Callable[[str], Dataset],
    before: State = None,
    chosen: bool = False,
) -> State:
    """What the next step learns from the table that the plan makes.

    chosen: from the rows alone whose numbers are in the table `chosen`.
    """
    step = STEPS[entry.step]
    if step.learn is None:
        return None
    params = step.settle(entry.params, made.columns)
    rows = f"SELECT * FROM {made.result}"
    if chosen:
        rows += f" WHERE {ROW} IN (SELECT {ROW} FROM {CHOSEN})"

    def ask(select: str) -> list[dict[str, Any]]:
        ctes = ", ".join([*(stage.cte for stage in made.stages), f"previous AS ({rows})"])
        with named_step(step.title):
            return session.query(f"WITH {ctes} {select}").to_pylist()

    return step.learn(Ground(ask, other, before), made.columns, params)


def counted(session: Session, made: Plan, earlier: Sequence[StepOutcome | None]) -> StepOutcome:
    """What the plan's last step does: rows before and after, cells changed and lost."""
    stage = made.stages[-1]
    known = [outcome for outcome in earlier if outcome is not None]
    n_before = known[-1].rows_after if known else _count(session, made, stage.previous)
    n_after = _count(session, made, stage.name) if stage.applied.changes_rows else n_before
    changed, lost = ({}, {}) if stage.applied.select else _changes(session, made)
    return StepOutcome(
        state=stage.state, rows_before=n_before, rows_after=n_after, changed=changed, lost=lost,
        columns=tuple(c.name for c in stage.applied.columns),
    )  # fmt: skip


def _count(session: Session, made: Plan, name: str) -> int:
    return session.query(made.select(f"SELECT count(*) AS n FROM {name}")).column(0)[0].as_py()


def compared(stage: Stage) -> str:
    """SELECT of `_row`, and of each changed column the old cell o<i> and the new one n<i>, i as in the items."""
    cells = "".join(
        f", {'NULL' if item.before is None else ref(item.before)} AS o{i}, {item.sql} AS n{i}"
        for i, item in enumerate(stage.applied.items)
        if item.is_changed
    )
    return f"SELECT previous.{ROW}{cells} {stage.applied.source(stage.previous)}"


def differs(stage: Stage, i: int) -> str:
    """Whether the i-th item's new cell says something else than the old one."""
    item = stage.applied.items[i]
    kinds = {c.name: c.kind for c in stage.before}
    if item.before is None:
        return f"n{i} IS NOT NULL"
    if kinds[item.before] == item.column.kind:
        return f"n{i} IS DISTINCT FROM o{i}"
    # of another type: what is there in both was read as that type
    return f"(n{i} IS NOT NULL OR o{i} IS NOT NULL)"


def _changes(session: Session, made: Plan) -> tuple[dict[str, int], dict[str, int]]:
    stage = made.stages[-1]
    changed = [i for i, item in enumerate(stage.applied.items) if item.is_changed]
    if not changed:
        return {}, {}
    counts = ", ".join(
        f"count(CASE WHEN {differs(stage, i)} THEN 1 END) AS c{i}, "
        f"count(CASE WHEN o{i} IS NOT NULL AND n{i} IS NULL THEN 1 END) AS l{i}"
        for i in changed
    )
    row = session.query(made.select(f"SELECT {counts} FROM ({compared(stage)}) AS compared")).to_pylist()[0]
    names = {i: stage.applied.items[i].column.name for i in changed}
    lost = {name: row[f"l{i}"] for i, name in names.items() if row[f"l{i}"]}
    return {name: row[f"c{i}"] for i, name in names.items() if row[f"c{i}"]}, lost


class named_step:
    """What the engine refuses inside is said as the refusal of the step, so that the recipe before it stays."""

    def __init__(self, title: str):
        self.title = title

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        import duckdb

        if isinstance(error, duckdb.Error) and not isinstance(error, duckdb.OutOfMemoryException):
            detail = str(error).split("\n")[0].split(": ", 1)[-1][:300]
            raise BadInput("step_failed", step=self.title, detail=detail) from error


def named(stage: Stage) -> named_step:
    return named_step(stage.step.title)
