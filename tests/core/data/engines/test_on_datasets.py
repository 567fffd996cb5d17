"""Profiles, groups, splits and recipes over one dataset: whichever engine it names, the same comes out."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.data import original
from core.data.aggregate import FUNCTIONS, GroupBy, all_groups, group_rows
from core.data.filters import Filter
from core.data.ingest import ingest
from core.data.keys import STEPS as DATE_STEPS
from core.data.keys import Key
from core.data.learning import carry_out
from core.data.making import result_of
from core.data.profile import profile
from core.data.recipe_export import as_sql
from core.data.relations import relations
from core.data.row_sample import sampled
from core.data.steps import STEPS, other_name
from core.data.stored import open_stored
from core.data.task import propose_task
from core.domain import RecipeStep, Split
from core.home import Home
from tests.core.data.engines.conftest import close
from tests.core.data.splits import assigned
from tests.core.data.steps.cases import CASES, OTHER, OTHER_DATASET, START, rows
from tests.core.data.steps.cases import opened as ledger_of

N = 600
EVIL = 'a"; DROP VIEW `data`; --'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One for all: nothing here changes a dataset."""
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def dataset(home, tmp_path_factory):
    rng = np.random.default_rng(3)
    sales = rng.lognormal(3, 1, N).round(2)
    frame = pd.DataFrame(
        {
            "region": rng.choice(["north", "south", "it's", "Ünter"], N),
            "shop": [f"s{i}" for i in rng.zipf(1.6, N) % 40],
            "day": pd.Timestamp("2019-12-29 22:30") + pd.to_timedelta(rng.integers(0, 9_000, N), "h"),
            "units": rng.integers(0, 9, N),
            "sales": np.where(rng.random(N) < 0.1, np.nan, sales),
            "back": rng.random(N) < 0.3,
            EVIL: rng.integers(-3, 3, N),
            "use": rng.choice(["Training", "valid", "HOLDOUT"], N, p=[0.7, 0.1, 0.2]),
        }
    )
    path = tmp_path_factory.mktemp("file") / "table.csv"
    frame.to_csv(path, index=False)
    return ingest(path, name="table.csv", owner="ada", home=home)


def both(dataset, key):
    return replace(dataset, engine="duckdb"), replace(dataset, engine=key)


@pytest.mark.parametrize("exact", [True, False], ids=["exact", "estimated"])
def test_a_profile_is_the_same(dataset, key, exact):
    n_rows = dataset.n_rows
    measured = []
    for each in both(dataset, key):
        with open_stored(each) as session, pytest.MonkeyPatch.context() as patched:
            if not exact:
                patched.setattr("core.data.profile.EXACT_ROWS", 0)
            measured.append(profile(session, each.columns, n_rows))
    for theirs, mine in zip(*measured, strict=True):
        if exact:
            assert mine.statistics.keys() == theirs.statistics.keys() and mine.kind == theirs.kind
            assert (mine.n_missing, mine.n_unique) == (theirs.n_missing, theirs.n_unique)
            assert close(mine.statistics, theirs.statistics, 1e-9), mine.name
        else:  # one engine's estimates lie between values, the other's on them
            assert abs(mine.n_unique - theirs.n_unique) <= max(2, 0.1 * theirs.n_unique)
            for name in ("q05", "q25", "median", "q75", "q95"):
                if name in theirs.statistics:
                    span = theirs.statistics["q95"] - theirs.statistics["q05"]
                    assert abs(mine.statistics[name] - theirs.statistics[name]) <= max(
                        0.05 * span, theirs.kind == "integer"
                    )


GROUPS = (
    GroupBy(keys=(Key(column="region"),), measures=("sales", "units", "back", "day", "shop"), functions=tuple(FUNCTIONS)),
    GroupBy(
        keys=(Key(column="shop", most=3), Key(column="sales", bins=6)), measures=(EVIL,), functions=("sum", "q95"),
        sort="sum " + EVIL,
    ),
    GroupBy(keys=(Key(column="back"),), filters=(Filter(column="day", test="at_least", values=("2020-03-01",)),)),
    GroupBy(
        keys=(Key(column="units"),), measures=("sales",), functions=("mean",),
        filters=(
            Filter(column="region", test="is_not", values=("it's", "north")), Filter(column="shop", test="contains", values=("S1",)),
            Filter(column="sales", test="present"),
        ),
    ),
    *(GroupBy(keys=(Key(column="day", step=step),), measures=("sales",), functions=("count",)) for step in DATE_STEPS),
)  # fmt: skip


def test_a_file_becomes_the_same_dataset(dataset, key, tmp_path):
    """Typed, stored, measured and checked by the engine."""
    original.unpack(Path(dataset.location), tmp_path / "table.csv")
    made = ingest(
        tmp_path / "table.csv", name="table.csv", owner="ada", home=Home(tmp_path / "home"), engine=key
    )
    assert (made.engine, made.blob, made.n_rows) == (key, dataset.blob, dataset.n_rows)
    expected, found = (pq.read_table(Path(d.location) / "table.parquet") for d in (dataset, made))
    assert found.schema.types == expected.schema.types and found.to_pylist() == expected.to_pylist()
    for mine, theirs in zip(made.columns, dataset.columns, strict=True):
        assert close(mine.statistics, theirs.statistics, 1e-9)
        assert replace(mine, statistics={}) == replace(theirs, statistics={})
    problems = [(Path(d.location) / "findings.json").read_text() for d in (dataset, made)]
    assert problems[0] == problems[1]


@pytest.mark.parametrize("asked", GROUPS, ids=[f"{i}" for i in range(len(GROUPS))])
def test_groups_and_their_figures_are_the_same(dataset, key, asked):
    expected, found = (group_rows(each, asked) for each in both(dataset, key))
    assert found.n_groups == expected.n_groups == len(found.table) > 0
    pd.testing.assert_frame_equal(found.table, expected.table, rtol=1e-9)


def test_all_groups_come_in_batches(dataset, key):
    with all_groups(replace(dataset, engine=key), GROUPS[0]) as frames:
        found = pd.concat(frames)
    assert len(found) == 4


def test_a_seeded_sample_holds_the_same_rows(dataset, key):
    found = []
    for each in both(dataset, key):
        with open_stored(each) as session:
            sql = f"SELECT _row FROM data WHERE {sampled(N, 100, seed=5)} ORDER BY _row"
            found.append(session.query(sql).column(0).to_pylist())
    assert found[0] == found[1] and 60 < len(found[0]) < 140


SPLITS = (
    Split(strategy="random", seed=7), Split(strategy="stratified", seed=1), Split(strategy="grouped", column="shop", seed=2),
    Split(strategy="chronological", column="day"), Split(strategy="column", column="use"),
    Split(strategy="stratified", seed=3, fractions=(0.8, 0.2, 0.0)),
)  # fmt: skip


@pytest.mark.parametrize("split", SPLITS, ids=[f"{s.strategy}-{s.seed}" for s in SPLITS])
def test_every_part_has_the_same_rows(dataset, key, catalog, split):
    """What teaches, chooses and judges follows from seed and row number, not from who counts."""
    task = propose_task(dataset, "region")
    expected, found = (assigned(each, task, split, catalog) for each in both(dataset, key))
    pd.testing.assert_frame_equal(found, expected)
    assert len(found) == N


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    return ledger_of(tmp_path_factory.mktemp("ledger"), rows())


@pytest.fixture
def tables(ledger):
    return {"base": ledger.folder / "base.parquet", other_name(OTHER): ledger.folder / "other.parquet"}


@pytest.mark.parametrize("step", CASES)
def test_every_step_makes_the_same_cells(key, ledger, tables, opened, step):
    """Each step with each of its settings, learned by DuckDB and carried out by the engine."""
    with opened(key, tables) as session:
        for params in CASES[step]:
            made, _ = carry_out(
                ledger, START, [RecipeStep(step=step, params=params)], other=lambda _: OTHER_DATASET
            )
            expected, found = ledger.query(made.table()), session.query(made.table())
            assert found.schema.names == expected.schema.names
            assert found.schema.types == expected.schema.types, params
            assert close(found.to_pylist(), expected.to_pylist(), 1e-9), params


RECIPE = (
    RecipeStep(step="tidy_text", params={"columns": [START[2].name], "width": True}),
    RecipeStep(step="convert", params={"columns": [START[3].name], "kind": "decimal"}),
    RecipeStep(step="fill", params={"columns": [START[0].name], "method": "median", "by": [START[2].name]}),
    RecipeStep(step="clip", params={"columns": [START[0].name, START[1].name]}),
    RecipeStep(step="deduplicate", params={"columns": [START[2].name, START[5].name]}),
    RecipeStep(step="bin", params={"column": START[1].name, "method": "equal width", "bins": 3}),
)


def test_a_recipe_learns_and_does_the_same(key, ledger, tables, opened):
    made, outcomes = carry_out(ledger, START, RECIPE, other=lambda _: OTHER_DATASET)
    with opened(key, tables) as session:
        again, found = carry_out(session, START, RECIPE, other=lambda _: OTHER_DATASET)
        for mine, theirs in zip(found, outcomes, strict=True):
            assert close(mine.state, theirs.state, 1e-9) and replace(mine, state=None) == replace(
                theirs, state=None
            )
        assert close(session.query(again.table()).to_pylist(), ledger.query(made.table()).to_pylist(), 1e-9)


def test_a_recipe_makes_the_same_table(dataset, key, catalog):
    """Made, measured and described by the engine that the dataset names."""
    recipe = (
        RecipeStep(step="fill", params={"columns": ["sales"], "method": "median", "by": ["region"]}),
        RecipeStep(step="date_parts", params={"column": "day", "parts": ["year", "weekday"], "keep": True}),
        RecipeStep(step="filter", params={"column": "units", "comparison": "greater than", "value": "2"}),
    )
    made = []
    for one in both(dataset, key):
        result = result_of(one, recipe, catalog)
        table = pq.read_table(Path(result.location) / "table.parquet")
        made.append((table, result))
        shutil.rmtree(result.location)  # both go by one name: so the other engine makes it as well
    (expected, by_duckdb), (found, result) = made
    assert found.schema.names == expected.schema.names and found.schema.types == expected.schema.types
    assert close(found.to_pylist(), expected.to_pylist(), 1e-9)
    assert result.n_rows == len(found) == by_duckdb.n_rows < dataset.n_rows
    for mine, theirs in zip(result.columns, by_duckdb.columns, strict=True):
        assert close(mine.statistics, theirs.statistics, 1e-9)
        assert replace(mine, statistics={}) == replace(theirs, statistics={})


def test_columns_go_together_alike(dataset, key):
    expected, found = (relations(one) for one in both(dataset, key) if forgotten(one))
    assert found.names == expected.names and found.n_rows == expected.n_rows
    assert close(found.tables, expected.tables, 1e-6)


def forgotten(dataset) -> bool:
    """Whatever was measured of how columns go together is measured anew."""
    for file in Path(dataset.location).glob("relations.*"):
        file.unlink()
    return True


def test_the_sql_for_spark_that_is_taken_away_runs_in_spark(spark, ledger, tables, opened):
    """All but the steps that want another table, with nothing but what the export says."""
    made, _ = carry_out(ledger, START, RECIPE, other=lambda _: OTHER_DATASET)
    with opened("spark", tables) as session:
        found = session.spark.sql(as_sql(made, "spark").removesuffix(";\n")).toArrow()
    assert close(found.to_pylist(), ledger.query(made.table()).to_pylist(), 1e-9)


def test_the_sql_for_spark_mends_only_what_may_hold_fractions(ledger):
    """Spark prints fractions otherwise; words are words there, too, and read so."""
    renamed = RecipeStep(step="rename", params={"names": [[START[2].name, "town"]]})
    made, _ = carry_out(ledger, START, [renamed], other=lambda _: OTHER_DATASET)
    said = as_sql(made, "spark")
    assert f"CAST(`{START[3].name}` AS STRING)" in said and "rint" not in said
    # its name was given to another column, of which nothing is known
    swapped = RecipeStep(
        step="rename", params={"names": [[START[1].name, "town"], [START[2].name, START[1].name]]}
    )
    made, _ = carry_out(ledger, START, [swapped], other=lambda _: OTHER_DATASET)
    assert "typeof" in as_sql(made, "spark")


def test_every_step_was_tried():
    assert set(CASES) == set(STEPS)
