"""What a cleaning step is: settings, one SELECT over the table before it, and a sentence. Runs no SQL.

A step is a pure function from columns, settings and what it learned to a SELECT. The table before it
goes by the name `previous`; every column is written as `ref` writes it, so that no stranger's name
can be taken for something else.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from core.data.engines.duckdb import identifier
from core.data.steps._settings import Setting, settle_settings
from core.domain import ROW, Column, Dataset, StepOutcome
from core.registry import Registry

__all__ = ["STEPS", "Applied", "Ground", "Item", "Setting", "Step", "ref"]

Columns = tuple[Column, ...]
Params = Mapping[str, Any]
State = Mapping[str, Any] | None


def ref(name: str) -> str:
    """A column of the table before, as SQL writes it."""
    return f"previous.{identifier(name)}"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One column of a step's result.

    sql: its cells, over `previous`. before: the column whose cells these are, changed or not; None
    for a new column. reads: the columns of `previous` that decide its cells.
    """

    column: Column
    sql: str
    before: str | None = None
    reads: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        return self.before is None or self.sql != ref(self.before)


@dataclass(frozen=True, kw_only=True)
class Applied:
    """A step over given columns, as SQL.

    joins, where, qualify: what follows FROM previous. select: the whole SELECT where a step gives the
    table another shape; `{previous}` stands for the table before, and items then name its columns.
    keeps_order: whether rows come out as they went in without being sorted.
    """

    items: tuple[Item, ...]
    joins: str = ""
    where: str = ""
    qualify: str = ""
    select: str | None = None
    keeps_order: bool = True

    @property
    def columns(self) -> Columns:
        return tuple(item.column for item in self.items)

    @property
    def changes_rows(self) -> bool:
        return bool(self.where or self.qualify or self.select)

    def sql(self, previous: str) -> str:
        """The SELECT of `_row` and the columns over the table called `previous`."""
        if self.select is not None:
            return self.select.replace("{previous}", previous)
        cells = "".join(f", {item.sql} AS {identifier(item.column.name)}" for item in self.items)
        return f"SELECT previous.{ROW}{cells} {self.source(previous)}{self.where}{self.qualify}"

    def source(self, previous: str) -> str:
        return f"FROM {previous} AS previous{self.joins}"


@dataclass(frozen=True)
class Ground:
    """What a step may look at when it learns.

    ask(select): the rows of a SELECT over `previous`, as mappings. other(id): another dataset of
    the owner, whose table goes by `other_name(id)`. before: what the step had learned or settled last time.
    """

    ask: Callable[[str], list[dict[str, Any]]]
    other: Callable[[str], Dataset]
    before: State = None


def never(params: Params) -> bool:
    return False


def unread(column: Column, params: Params, state: State) -> Column | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One way to change a table.

    title: what a list offers; icon: a Material symbol; summary: what it is good for.
    apply(columns, params, state) → Applied. Raises BadInput where columns or settings do not fit.
    learn(ground, columns, params) → state, plain JSON; None where the settings say it all.
    is_statistical(params): whether what it learns depends on values in a way that must not see the
        rows a model is judged by; a salt, a format or a list of names is settled once instead.
    rows: whether the number of rows stays. at_prediction: what becomes of it for new rows: applied;
        skipped, since no row that is asked about may vanish; or "shape": new rows come as it left them.
    invents: whether it writes values that nobody observed, which a target must not have.
    hides: whether it takes from cells what nobody is to see, so that what they held before is not shown either.
    says(params, state, outcome) → code and parameters of its sentence, `step.<code>.says`.
    pandas(columns, params, state): lines of Python that do the same to a frame called `table`.
    reads_as(column, params, state): the column of words in the kind it is read as, with how its texts
        are written; None where the step does anything else to it.
    """

    key: str
    title: str
    icon: str
    summary: str
    settings: tuple[Setting, ...]
    apply: Callable[[Columns, Params, State], Applied]
    says: Callable[[Params, State, StepOutcome], tuple[str, dict[str, Any]]]
    pandas: Callable[[Columns, Params, State], list[str]]
    learn: Callable[[Ground, Columns, Params], Mapping[str, Any]] | None = None
    is_statistical: Callable[[Params], bool] = field(default=never)
    rows: Literal["keeps", "changes"] = "keeps"
    at_prediction: Literal["apply", "skip", "shape"] = "apply"
    invents: bool = False
    hides: bool = False
    reads_as: Callable[[Column, Params, State], Column | None] = field(default=unread)
    order: int = 50

    def settle(self, params: Params, columns: Sequence[Column]) -> dict[str, Any]:
        """Every setting's value, checked against the columns. Raises BadInput naming step and setting."""
        return settle_settings(self.title, self.settings, params, columns)

    def datasets(self, params: Params) -> tuple[str, ...]:
        """Ids of the other datasets it takes from."""
        return tuple(params[s.name] for s in self.settings if s.kind == "dataset" and params.get(s.name))


def other_name(dataset_id: str) -> str:
    """What another dataset's table is called in a recipe's SQL."""
    return f"other_{dataset_id}"


STEPS: Registry[Step] = Registry(sys.modules[__name__], "step")
