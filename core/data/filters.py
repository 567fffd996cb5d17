"""Which rows are looked at: conditions on single columns, checked, and as SQL. Changes no table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from core.data.engines.duckdb import identifier, literal
from core.domain import NUMERIC_KINDS, Column, Dataset
from core.errors import BadInput

Test = Literal["is", "is_not", "at_least", "at_most", "contains", "missing", "present"]
TESTS: tuple[Test, ...] = get_args(Test)
TITLES: dict[Test, str] = {
    "is": "is", "is_not": "is not", "at_least": "is at least", "at_most": "is at most", "contains": "contains",
    "missing": "has no value", "present": "has a value",
}  # fmt: skip
MAX_FILTERS = 20
MAX_VALUES = 200


@dataclass(frozen=True, kw_only=True)
class Filter:
    """values: as text; "is" and "is_not" take several, at_least, at_most and contains one, the others none."""

    column: str
    test: Test
    values: tuple[str, ...] = ()


def tests_for(column: Column) -> tuple[Test, ...]:
    """The tests that mean something for a column of its kind."""
    if column.kind in (*NUMERIC_KINDS, "date"):
        return ("at_least", "at_most", "is", "is_not", "present", "missing")
    if column.kind == "boolean":
        return ("is", "is_not", "present", "missing")
    return ("is", "is_not", "contains", "present", "missing")


def condition(filters: Sequence[Filter], dataset: Dataset) -> str:
    """SQL that is true for the rows that pass every filter.

    Raises UnknownName for a column the dataset does not have, BadInput for a value that is none
    of the column's kind.
    """
    if len(filters) > MAX_FILTERS:
        raise BadInput("filter_count", n=len(filters), most=MAX_FILTERS)
    return " AND ".join(f"({_one(f, dataset.column(f.column))})" for f in filters) or "TRUE"


def _one(asked: Filter, column: Column) -> str:
    name = identifier(column.name)
    if asked.test not in tests_for(column):
        raise BadInput("filter_test", column=column.name, test=TITLES[asked.test], kind=column.kind)
    if asked.test in ("missing", "present"):
        return f"{name} IS {'NULL' if asked.test == 'missing' else 'NOT NULL'}"
    n_most = MAX_VALUES if asked.test in ("is", "is_not") else 1
    if not 1 <= len(asked.values) <= n_most:
        raise BadInput("filter_values", column=column.name, n=len(asked.values), most=n_most)
    if asked.test == "contains":
        return f"contains(lower({name}), {literal(asked.values[0].lower())})"
    values = [constant(value, column) for value in asked.values]
    match asked.test:
        case "at_least":
            return f"{name} >= {values[0]}"
        case "at_most":
            return f"{name} <= {values[0]}"
        case "is":
            return f"{name} IN ({', '.join(values)})"
    return f"{name} IS NULL OR {name} NOT IN ({', '.join(values)})"


def constant(value: Any, column: Column) -> str:
    """SQL of a value, given as text, in the column's kind. Raises BadInput when it is none of that kind."""
    text = str(value).strip()
    try:
        match column.kind:
            case "integer" | "decimal":
                number = float(text)
                if number != number or abs(number) == float("inf"):
                    raise ValueError
                return repr(number) if number != int(number) or abs(number) > 2**53 else str(int(number))
            case "boolean":
                return {"true": "TRUE", "false": "FALSE"}[text.lower()]
            case "date":
                return (
                    f"TIMESTAMP {literal(datetime.fromisoformat(text).replace(tzinfo=None).isoformat(' '))}"
                )
    except (ValueError, KeyError, OverflowError):
        raise BadInput("filter_value", column=column.name, value=text[:80], kind=column.kind) from None
    return literal(str(value))
