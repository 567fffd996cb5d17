"""What every step must keep, run over every registered one; the last test asserts that they ran."""

import json
import runpy
import sys
from dataclasses import replace

import pandas as pd
import pytest
import sqlglot

from core import codec
from core.data.learning import carry_out
from core.data.recipe import Plan, plan, read_recipe
from core.data.recipe_export import DTYPES, SALT, as_pandas, as_sql
from core.data.steps import STEPS
from core.domain import ROW, Column, RecipeStep
from core.errors import BadInput, UnknownName
from core.sentences import say
from tests.core.data.steps.cases import CASES, OTHER, OTHER_DATASET, START, opened, rows

ALL = [(key, i) for key, cases in CASES.items() for i in range(len(cases))]
NAMES = [f"{key}-{i}" for key, i in ALL]
checked: dict[str, set[str]] = {}


def other(dataset_id):
    assert dataset_id == OTHER
    return OTHER_DATASET


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """One for all: a test of its own sees to it that no step touches it."""
    return opened(tmp_path_factory.mktemp("ledger"), rows())


@pytest.fixture(params=ALL, ids=NAMES)
def entry(request) -> RecipeStep:
    key, i = request.param
    checked.setdefault(request.node.originalname, set()).add(key)
    return RecipeStep(step=key, params=CASES[key][i])


def done(ledger, entry, before=()):
    return carry_out(ledger, START, [entry], before=before, other=other)


def result(ledger, made: Plan) -> pd.DataFrame:
    return ledger.query(made.table()).to_pandas()


def test_it_gives_what_it_declares_and_the_same_again(ledger, entry):
    made, (outcome,) = done(ledger, entry)
    first = ledger.query(made.table())
    assert first.column_names == [ROW, *(c.name for c in made.columns)] == [ROW, *outcome.columns]
    names = [c.lower() for c in first.column_names]
    assert len(set(names)) == len(names)
    again, outcomes = done(ledger, entry, before=(outcome.state,))
    assert ledger.query(again.table()).equals(first) and outcomes == (outcome,)
    assert first.column(ROW).to_pylist() == list(range(len(first)))
    assert outcome.rows_after == len(first)
    types = {f.name: str(f.type) for f in first.schema}
    arrow = {"integer": "int64", "decimal": "double", "boolean": "bool", "date": "timestamp[us]"}
    assert all(types[c.name] == arrow.get(c.kind, "string") for c in made.columns), types


def test_it_never_touches_the_table_it_starts_from(ledger, entry):
    before = ledger.query(f"SELECT * FROM base ORDER BY {ROW}")
    result(ledger, done(ledger, entry)[0])
    assert ledger.query(f"SELECT * FROM base ORDER BY {ROW}").equals(before)


def test_it_keeps_rows_where_it_says_so(ledger, entry):
    made, (outcome,) = done(ledger, entry)
    step = STEPS[entry.step]
    assert made.changes_rows == (step.rows == "changes")
    if step.rows == "keeps":
        assert outcome.rows_after == outcome.rows_before == len(rows())
    assert step.at_prediction == "apply" or step.rows == "changes"


def test_it_counts_the_cells_it_changes(ledger, entry):
    made, (outcome,) = done(ledger, entry)
    if made.changes_rows:
        return
    before, after = rows(), result(ledger, made)
    kinds = {c.name: c.kind for c in START}
    for item in made.stages[-1].applied.items:
        new = after[item.column.name]
        if item.before is None:
            expected = int(new.notna().sum())
        elif kinds[item.before] != item.column.kind:
            expected = int((new.notna() | before[item.before].notna().to_numpy()).sum())
        else:
            old = before[item.before]
            same = [a == b or (pd.isna(a) and pd.isna(b)) for a, b in zip(plain(old), plain(new))]
            expected = same.count(False)
        assert outcome.changed.get(item.column.name, 0) == expected, item.column.name


def plain(series: pd.Series) -> list:
    return [None if pd.isna(v) else v.item() if hasattr(v, "item") else v for v in series]


def test_what_is_learned_from_some_rows_applies_to_all(ledger, entry, tmp_path):
    """Learned on part and applied to part is learned on part and applied to all, looked at in part."""
    step = STEPS[entry.step]
    if step.rows == "changes" or entry.params.get("method") == "the one above":
        return
    (tmp_path / "part").mkdir()
    part = opened(tmp_path / "part", rows().iloc[:10])
    made, (outcome,) = done(part, entry)
    alone = result(part, made)
    among = result(ledger, plan(START, [entry], [outcome.state])).iloc[:10]
    pd.testing.assert_frame_equal(alone, among)


def test_its_settings_and_state_survive_json(ledger, entry):
    _, (outcome,) = done(ledger, entry)
    assert json.loads(json.dumps(codec.to_plain(outcome.state), allow_nan=False)) == outcome.state
    (again,) = read_recipe(json.loads(codec.dumps([entry])))
    state = json.loads(codec.dumps(outcome.state))
    assert plan(START, [again], [state]).table() == plan(START, [entry], [outcome.state]).table()


def test_it_says_what_it_did(ledger, entry):
    made, (outcome,) = done(ledger, entry)
    code, parameters = STEPS[entry.step].says(made.stages[-1].params, outcome.state, outcome)
    assert code in (entry.step, *(c for c in codes(entry.step)))
    said = say(f"step.{code}.says", **parameters)
    assert said.endswith(".") and len(said) > 10
    assert (outcome.state or {}).get("salt", "no salt") not in said


def codes(key: str) -> list[str]:
    from core.sentences import catalogue

    found = [
        k.removeprefix("step.").removesuffix(".says") for k in catalogue() if k.startswith(f"step.{key}_")
    ]
    return found


def test_a_column_that_is_gone_is_named_in_a_sentence(ledger, entry):
    if STEPS[entry.step].key in ("union",) or not entry.params:
        return
    for column in START:
        left = [c for c in START if c.name != column.name]
        try:
            plan(left, [entry], [None])
        except (BadInput, UnknownName) as error:
            assert STEPS[entry.step].title in str(error)


@pytest.mark.parametrize("emptied", ["no rows", "no values"])
def test_it_works_where_there_is_nothing(entry, tmp_path, emptied):
    base = rows().iloc[:0] if emptied == "no rows" else rows()
    if emptied == "no values":
        for column in START:
            base[column.name] = pd.Series([None] * len(base), dtype=DTYPES[column.kind])
    empty = opened(tmp_path, base)
    made, (outcome,) = done(empty, entry)
    assert len(result(empty, made)) == outcome.rows_after
    if entry.step != "union":
        assert outcome.rows_after <= len(base) * 3


def test_its_sql_taken_away_does_the_same(ledger, entry):
    made, (outcome,) = done(ledger, entry)
    mine = ledger.query(made.table())
    assert ledger.query(as_sql(made)).equals(mine)
    assert sqlglot.parse_one(as_sql(made, "spark"), read="spark").find(sqlglot.exp.Select)


def test_its_pandas_taken_away_does_the_same(ledger, entry, monkeypatch):
    salt = {"salt": SALT}
    made, _ = done(ledger, entry, before=(salt,))
    script, out = ledger.folder / "clean.py", ledger.folder / "clean.parquet"
    script.write_text(as_pandas(made), encoding="utf-8")
    tables = [ledger.folder / "base.parquet", out, ledger.folder / "other.parquet"]
    monkeypatch.setattr(sys, "argv", [str(script), *map(str, tables)])
    runpy.run_path(str(script))
    theirs, mine = pd.read_parquet(out), result(ledger, made).drop(columns=ROW)
    assert list(theirs) == list(mine)
    for column in made.columns:
        assert alike(theirs[column.name], mine[column.name], column), column.name


def alike(a: pd.Series, b: pd.Series, column: Column) -> bool:
    pairs = list(zip(plain(a), plain(b), strict=True))
    if column.kind == "decimal":
        return all(x is y or (x is not None and y is not None and abs(x - y) < 1e-9) for x, y in pairs)
    return all(x == y for x, y in pairs)


def test_switched_off_it_does_nothing(ledger, entry):
    made, outcomes = carry_out(ledger, START, [replace(entry, on=False)], other=other)
    assert outcomes == (None,) and made.columns == START and not made.stages


def test_every_check_ran_over_every_step():
    assert set(CASES) == set(STEPS)
    if len(checked) > 5:  # not when a single test is run
        assert all(keys == set(STEPS) for keys in checked.values()), checked
