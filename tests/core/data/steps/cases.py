"""A small table with everything in it, and for every step settings that do something to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.data.casting import SQL_TYPES
from core.data.engines.duckdb import identifier
from core.data.steps import other_name
from core.domain import ROW, Column, Dataset

OTHER = "0" * 20
# strangers' names: quotes, a newline, SQL, a dot
AGE, FARE, TOWN, CODE, DAY, WELL = 'a"ge', "fa\nre", "to'wn", 'x"; DROP TABLE base; --', "d.ay", "previous"
START = (
    Column(name=AGE, kind="integer"),
    Column(name=FARE, kind="decimal"),
    Column(name=TOWN, kind="category"),
    Column(name=CODE, kind="text"),
    Column(name=DAY, kind="date"),
    Column(name=WELL, kind="boolean"),
)
N = 24
TOWNS = ["Bonn", " Köln ", "ＢＯＮＮ", "Bonn", None, "Aachen  West", "Köln", "Bonn"]
CODES = ["1,234.5", "17", "x-y-z", "a-b", None, "0.5", "1_0", "'; --"]


def rows() -> pd.DataFrame:
    """The table `base`, deterministic, with gaps, twins and extremes."""
    return pd.DataFrame(
        {
            ROW: pd.array(range(N), dtype="int64"),
            AGE: pd.array([None if i % 5 == 2 else (i * 7) % 40 if i != 20 else 900 for i in range(N)], dtype="Int64"),
            FARE: [None if i % 6 == 3 else ((i * 13) % 17) / 4 - 1 for i in range(N)],
            TOWN: pd.array([TOWNS[i % 8] for i in range(N)], dtype="str"),
            CODE: pd.array([CODES[(i * 3) % 8] for i in range(N)], dtype="str"),
            DAY: pd.array([None if i % 7 == 4 else pd.Timestamp("2021-12-30 23:05") + pd.Timedelta(days=i % 6) for i in range(N)], dtype="datetime64[us]"),
            WELL: pd.array([None if i % 4 == 1 else i % 3 == 0 for i in range(N)], dtype="boolean"),
        }
    )  # fmt: skip


def other_rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            ROW: pd.array(range(4), dtype="int64"),
            "place": pd.array(["Bonn", "Köln", "Bonn", None], dtype="str"),
            "people": pd.array([330_000, 1_080_000, 7, 8], dtype="Int64"),
            TOWN: pd.array(["Ulm", None, "Bonn", "Ulm"], dtype="str"),
            AGE: pd.array([1, 2, None, 4], dtype="Int64"),
        }
    )


OTHER_DATASET = Dataset(
    id=OTHER, owner="ada", name="places", blob="b" * 64, options={}, n_rows=4, location="",
    columns=(
        Column(name="place", kind="category"), Column(name="people", kind="integer"),
        Column(name=TOWN, kind="category"), Column(name=AGE, kind="integer"),
    ),
)  # fmt: skip

CASES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "fill": [
        {"columns": [AGE]},
        {"columns": [AGE, FARE], "method": "mean"},
        {"columns": [TOWN, WELL, DAY], "method": "most frequent"},
        {"columns": [AGE], "method": "median", "by": [TOWN, WELL]},
        {"columns": [FARE], "method": "mean", "by": [DAY]},
        {"columns": [TOWN], "method": "most frequent", "by": [AGE]},
        {"columns": [DAY], "method": "a value", "value": "2020-02-29"},
        {"columns": [TOWN], "method": "a value", "value": "'); DROP"},
        {"columns": [AGE, TOWN, WELL, DAY, FARE], "method": "the one above"},
    ],
    "drop": [{"columns": [CODE, WELL]}],
    "rename": [{"names": [[AGE, 'new "name"'], [WELL, AGE]]}],
    "convert": [
        {"columns": [CODE], "kind": "decimal"},
        {"columns": [CODE, FARE], "kind": "integer"},
        {"columns": [AGE, DAY, WELL, FARE], "kind": "text"},
        {"columns": [CODE], "kind": "boolean"},
        {"columns": [CODE], "kind": "date", "date_format": "%d/%m/%Y"},
        {"columns": [WELL], "kind": "integer"},
        {"columns": [AGE], "kind": "date"},
    ],
    "tidy_text": [
        {"columns": [TOWN, CODE]},
        {"columns": [TOWN], "width": True, "case": "lower"},
        {"columns": [TOWN], "trim": False, "blanks": False, "case": "upper"},
    ],
    "deduplicate": [{}, {"columns": [TOWN]}, {"columns": [TOWN, WELL], "keep": "last"}],
    "filter": [
        {"column": AGE, "comparison": "greater than", "value": "10"},
        {"column": TOWN, "comparison": "is", "value": "Bonn"},
        {"column": TOWN, "comparison": "is not", "value": "Bonn"},
        {"column": TOWN, "comparison": "less than", "value": "C"},
        {"column": CODE, "comparison": "contains", "value": "'"},
        {"column": AGE, "comparison": "begins with", "value": "1"},
        {"column": DAY, "comparison": "at least", "value": "2022-01-01"},
        {"column": WELL, "comparison": "is", "value": "true"},
        {"column": TOWN, "comparison": "is one of", "values": ["Bonn", "Ulm"]},
        {"column": FARE, "comparison": "is missing"},
        {"column": FARE, "comparison": "is there"},
    ],
    "clip": [
        {"columns": [AGE, FARE]},
        {"columns": [FARE], "method": "quantiles", "low": 0.1, "high": 0.8, "action": "take for missing"},
    ],
    "date_parts": [
        {"column": DAY},
        {"column": DAY, "parts": ["quarter", "week", "day", "hour", "minute", "day of year"], "keep": False},
    ],
    "combine": [{"columns": [TOWN, AGE, DAY], "separator": " / "}, {"columns": [WELL, TOWN], "name": "both", "keep": False}],
    "split_column": [{"column": CODE, "separator": "-"}, {"column": CODE, "separator": "-", "parts": 3, "keep": False}],
    "map_values": [
        {"column": TOWN, "values": [["Bonn", "Bad Bonn"], [" Köln ", ""]]},
        {"column": AGE, "values": [["7", "70"], ["14", ""]], "others": "become missing"},
        {"column": WELL, "values": [["true", "yes, well"]]},
        {"column": AGE, "values": {"7": "seven"}},
    ],
    "formula": [
        {"name": "sum", "expression": f"{identifier(AGE)} * 2 + {identifier(FARE)} / 3"},
        {"name": "ratio", "expression": f"round({identifier(FARE)} / {identifier(AGE)}, 2)"},
        {"name": "log", "expression": f"ln({identifier(FARE)})"},
        {"name": "label", "expression": f"case when {identifier(AGE)} > 20 then upper({identifier(TOWN)}) else 'young' end"},
        {"name": "whole", "expression": f"coalesce({identifier(AGE)}, 0) % 7"},
        {"name": "short", "expression": f"left({identifier(TOWN)}, 2) || '-' || length({identifier(TOWN)})"},
        {"name": "days", "expression": f"date_diff('day', cast('2021-01-01' as timestamp), {identifier(DAY)}) + year({identifier(DAY)})"},
        {"name": "most", "expression": f"greatest({identifier(AGE)}, {identifier(FARE)}, 3)"},
    ],
    "bin": [
        {"column": AGE},
        {"column": FARE, "method": "equal width", "bins": 3},
        {"column": AGE, "method": "edges of mine", "edges": [10, 20.5], "keep": False},
    ],
    "protect": [
        {"columns": [TOWN, AGE, DAY]},
        {"columns": [TOWN, AGE], "method": "mask", "shown": 1},
        {"columns": [TOWN, AGE, FARE, DAY], "method": "generalise", "period": "month"},
    ],
    "pivot": [
        {"keys": [WELL], "names": TOWN, "values": AGE},
        {"keys": [TOWN, WELL], "names": DAY, "values": FARE, "aggregate": "mean"},
        {"keys": [TOWN], "names": AGE, "values": CODE, "aggregate": "count"},
    ],
    "melt": [{"columns": [AGE, FARE], "names": "what", "values": "value"}, {"columns": [AGE, TOWN, WELL]}],
    "join": [
        {"dataset": OTHER, "keys": [[TOWN, "place"]]},
        {"dataset": OTHER, "keys": [[TOWN, "place"], [AGE, AGE]], "columns": ["people"]},
    ],
    "union": [{"dataset": OTHER}],
}  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """A folder with the tables as Parquet, and a connection in which they go by their names."""

    folder: Path
    connection: Any

    def query(self, sql: str):
        return self.connection.sql(sql).to_arrow_table()


def write_tables(folder: Path, base: pd.DataFrame) -> None:
    base.to_parquet(folder / "base.parquet", index=False)
    other_rows().to_parquet(folder / "other.parquet", index=False)


def opened(folder: Path, base: pd.DataFrame):
    """A session with `base` and the other table."""
    import duckdb

    write_tables(folder, base)
    connection = duckdb.connect()
    cells = ", ".join(
        f"CAST({identifier(c.name)} AS {SQL_TYPES[c.kind]}) AS {identifier(c.name)}" for c in START
    )
    connection.execute(
        f"CREATE TABLE base AS SELECT {ROW}, {cells} FROM read_parquet('{folder}/base.parquet')"
    )
    connection.execute(
        f"CREATE TABLE {other_name(OTHER)} AS SELECT * FROM read_parquet('{folder}/other.parquet')"
    )
    return Ledger(folder, connection)
