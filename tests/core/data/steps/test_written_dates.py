"""A date is the same whether SQL or the pandas that is taken away reads it, with a month's name or in digits alone."""

import numpy as np
import pandas as pd
import pytest

from core.data import casting, dates, months
from core.data.engines.duckdb import in_memory
from core.data.steps._pandas import HELPERS
from core.data.steps.convert import step
from core.domain import Column

TEXTS = [
    "5. März 2024", "12 de agosto de 2023", "1er janvier 2024", "3 févr. 2024 14:05", "dic 2022", "15-dez-2023",
    "31. Februar 2024", "5 Smarch 2024", "20240305", "", None,
]  # fmt: skip
DAYS = [20240305, 20231231, 20240231, 7, None]


@pytest.fixture
def scope():
    names = {"pd": pd, "np": np}
    for helper in ("text", "worded_date"):
        exec(HELPERS[helper], names)  # noqa: S102 - the script as its reader will run it
    return names


def read(cells: pd.Series, sql: str) -> list:
    with in_memory() as connection:
        connection.register("previous", pd.DataFrame({"i": range(len(cells)), "d": cells}))
        return connection.sql(f"SELECT {sql} AS v FROM previous ORDER BY i").fetchall()


def same(found: pd.Series, expected: list) -> list:
    assert [None if pd.isna(v) else v.to_pydatetime() for v in found] == [row[0] for row in expected]
    return [row[0] is not None for row in expected]


def test_pandas_and_sql_read_the_same_dates_with_names_of_months(scope):
    cells = pd.Series(TEXTS, dtype="str")
    found = scope["worded_date"](cells, months.PATTERN, months.NAMES)
    assert same(found, read(cells, casting.date("d", dates.WORDS))) == [True] * 6 + [False] * 5


def test_a_column_of_whole_numbers_converts_to_dates(scope):
    columns = (Column(name="d", kind="integer"),)
    params, state = (
        {"columns": ["d"], "kind": "date", "date_format": None},
        {"written": {"d": {"date_format": "%Y%m%d"}}},
    )
    (item,) = step.apply(columns, params, state).items
    scope["table"] = pd.DataFrame({"d": pd.array(DAYS, dtype="Int64")})
    exec("\n".join(step.pandas(columns, params, state)), scope)  # noqa: S102
    expected = read(pd.array(DAYS, dtype="Int64"), item.sql)
    assert same(scope["table"]["d"], expected) == [True, True, False, False, False]
