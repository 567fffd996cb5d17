"""A dataset's recipe as text to take away: SQL for DuckDB or Spark, and a pandas script. Runs nothing.

What a hash is salted with is nobody's to read: a script carries a placeholder in its place.
"""

import re
from collections.abc import Sequence
from typing import Literal

from core.data.engines.spark_sql import translated
from core.data.recipe import Plan, plan, states_of
from core.data.steps import State
from core.data.steps._pandas import HELPERS
from core.domain import ROW, Dataset, Kind
from core.errors import NotApplicable

SALT = "put-your-own-salt-here"
HEADS = {
    "duckdb": f"""\
-- Reads a table `base`: the uncleaned rows, numbered from 0 in their order in a column `{ROW}`. One way to make it:
-- CREATE TABLE base AS SELECT row_number() OVER () - 1 AS {ROW}, * FROM 'TABLE.parquet';
""",
    "spark": f"""\
-- Reads a table `base`: the uncleaned rows, numbered from 0 in their order in a column `{ROW}`.
""",
}
DTYPES: dict[Kind, str] = {
    "integer": "Int64",
    "decimal": "float64",
    "boolean": "boolean",
    "date": "datetime64[us]",
    "category": "str",
    "text": "str",
}


def exported_plan(dataset: Dataset) -> Plan:
    """The recipe in force as a plan without its secrets. Raises NotApplicable where there is none."""
    if dataset.base is None or not any(entry.on for entry in dataset.recipe):
        raise NotApplicable("recipe_none", dataset=dataset.name)
    return plan(dataset.base.columns, dataset.recipe, [_without_salt(s) for s in states_of(dataset)])


def as_sql(made: Plan, dialect: Literal["duckdb", "spark"] = "duckdb") -> str:
    """One SELECT over a table `base` with a column `_row`. dialect: "duckdb" or "spark", from 4 on."""
    import sqlglot

    if dialect == "spark":
        # of another dataset's columns nothing is known here
        alone = not any(stage.step.datasets(stage.params) for stage in made.stages)
        known = [c.name for c in made.start if c.kind != "decimal"] if alone else []
        return f"{HEADS[dialect]}{translated(made.table(), no_decimals=known, pretty=True)};\n"
    (text,) = sqlglot.transpile(made.table(), read="duckdb", write=dialect, pretty=True)
    return f"{HEADS[dialect]}{text};\n"


def as_pandas(made: Plan) -> str:
    """A script that reads the uncleaned table and writes the clean one. Each step's lines below its name."""
    others = dict.fromkeys(i for stage in made.stages for i in stage.step.datasets(stage.params))
    body: list[str] = []
    for stage in made.stages:
        body += [f"# {stage.step.title}", *stage.step.pandas(stage.before, stage.params, stage.state), ""]
    lines = "\n".join(body)
    helpers = _needed(lines)
    kinds = {c.name: DTYPES[c.kind] for c in made.start}
    head = [
        '"""Clean a table as its recipe in Fathom does. Usage: python clean.py TABLE.parquet CLEAN.parquet [OTHER.parquet …]"""',
        "",
        *(["import hashlib"] if "hashlib" in lines else []),
        "import sys",
        "",
        "import numpy as np",
        "import pandas as pd",
        *helpers,
        "",
        "table = pd.read_parquet(sys.argv[1])",
        f"table = table.astype({kinds!r})[{list(kinds)!r}]",
    ]
    if others:
        head.append(f"others = dict(zip({list(others)!r}, map(pd.read_parquet, sys.argv[3:])))")
    return "\n".join([*head, "", lines, "table.to_parquet(sys.argv[2], index=False)", ""])


def _needed(lines: str) -> Sequence[str]:
    """The helpers that the lines call, and those that these call."""
    text, found = lines, set()
    while True:
        more = {name for name in HELPERS if name not in found and re.search(rf"\b{name}\(", text)}
        if not more:
            return [f"\n{HELPERS[name]}" for name in HELPERS if name in found]
        found |= more
        text = "".join(HELPERS[name] for name in more)


def _without_salt(state: State) -> State:
    return {**state, "salt": SALT} if state and "salt" in state else state
