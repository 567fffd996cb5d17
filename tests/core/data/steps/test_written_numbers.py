"""A number is the same whether SQL or the pandas that is taken away reads it, however it is written."""

import numpy as np
import pandas as pd
import pytest

from core.data import casting, numbers
from core.data.engines.duckdb import in_memory
from core.data.steps._pandas import HELPERS

TEXTS = [
    "1,234.5", "1.234,5", "1 234,5", "1'234.5", "12,34,567", "(1,234)", "-3", "12.5 %", "12,5%", "$ 5", "5 €", "USD 1,000",
    "1.2k", "3M", "2bn", "1.2万", "3亿", "11,50万元", "−7.25", "words", "", "1e5", "0", None,
]  # fmt: skip


@pytest.mark.parametrize("key", numbers.FORMS)
def test_pandas_and_sql_read_the_same_number(key):
    form, scope = numbers.FORMS[key], {"pd": pd, "np": np}
    exec(HELPERS["number"], scope)  # noqa: S102 - the script as its reader will run it
    scales = {"powers": dict(numbers.SCALES), "currencies": numbers.CURRENCIES} if form.scaled else {}
    found = scope["number"](pd.Series(TEXTS, dtype="str"), form.pattern, decimal=form.decimal, **scales)
    with in_memory() as connection:
        connection.register("cells", pd.DataFrame({"i": range(len(TEXTS)), "t": TEXTS}))
        sql = f"SELECT {casting.number('t', key)} AS v FROM cells ORDER BY i"
        expected = connection.sql(sql).to_arrow_table()["v"].to_pandas().astype("float64")
    assert np.allclose(found, expected, equal_nan=True), list(zip(TEXTS, found, expected))
    assert expected.notna().any()
