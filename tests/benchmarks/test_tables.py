"""The tables benchmark measures nothing twice, and its comparisons are fair to what failed."""

import argparse
import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import tables
from benchmarks.tabular.report import Result, append_to_log, comparisons, told
from benchmarks.tabular.sets import Table, rows_of

SETS = {
    "small": Table(
        name="small", kind="binary", target="y", dropped=("id",),
        read=lambda: pd.DataFrame({"id": range(80), "x": range(80), "y": [0, 1] * 40}),
    )
}  # fmt: skip


def result(system, value, table="small", seed=0, metric="auc", **more):
    return Result(
        asked=system, system=system, table=table, seed=seed, budget_s=60.0, metric=metric, value=value, **more
    )


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "RESULTS", tmp_path / "results.jsonl")
    monkeypatch.setattr(tables, "TABLES", SETS)
    return tmp_path


def measure(monkeypatch, place, values, systems=("flaml", "h2o"), seeds=2):
    """What is asked of the systems in one run of the benchmark."""
    asked = []

    def results(system, table, rows, seed, budget_s, folder):
        asked.append((system, seed))
        assert rows.train.exists() and rows.test.exists()
        return [result(system, values[system], seed=seed, error="" if values[system] else "no luck")]

    monkeypatch.setattr(tables, "_results", results)
    stored = tables._stored((), failed=False)
    options = argparse.Namespace(tables=["small"], systems=systems, seeds=seeds, budget=60.0)
    tables._measure(options, stored)
    return asked


def test_the_systems_take_turns_and_nothing_is_measured_twice(monkeypatch, place):
    asked = measure(monkeypatch, place, {"flaml": 0.8, "h2o": 0.7})
    assert asked == [("flaml", 0), ("h2o", 0), ("h2o", 1), ("flaml", 1)]
    assert len((place / "results.jsonl").read_text().splitlines()) == 4
    assert measure(monkeypatch, place, {}) == []


def test_what_failed_is_tried_again_and_what_is_to_be_redone_is_forgotten(monkeypatch, place):
    measure(monkeypatch, place, {"flaml": 0.8, "h2o": None}, seeds=1)
    assert len(tables._stored((), failed=True)) == 2
    assert measure(monkeypatch, place, {"h2o": 0.7}, seeds=1) == [("h2o", 0)]
    assert [r.system for r in tables._stored(("flaml",), failed=False)] == ["h2o"]
    assert len((place / "results.jsonl").read_text().splitlines()) == 1


def test_three_quarters_teach_with_classes_in_proportion_and_nothing_left_out_is_there(tmp_path):
    rows = rows_of(SETS["small"], 0, tmp_path)
    train, test = pd.read_csv(rows.train), pd.read_csv(rows.test)
    assert (len(train), len(test)) == (60, 20) and list(train) == ["x", "y"]
    assert not set(train["x"]) & set(test["x"])
    assert test["y"].value_counts().to_dict() == {"is 0": 10, "is 1": 10}


def test_what_has_no_answer_ranks_last_and_says_why():
    results = [result("recommended", 0.8), result("flaml", 0.7), result("h2o", None, error="no luck")]
    said = "\n".join(comparisons(results))
    assert "Mean rank of recommended among 2: 1.00" in said and "h2o" not in said
    several = [*results, *(result(s, 0.6, seed=1) for s in ("recommended", "flaml", "h2o"))]
    said = "\n".join(comparisons(several))
    assert "Mean rank of h2o among 3: 2.50" in said, "last, and then one of three equals"
    assert (
        "recommended against h2o: ahead on 75% (50% to 100%) of 2; relative gain +0.00% (+0.00% to +0.00%) of 1"
        in said
    )
    assert "h2o: no luck" in told(results)


def test_smaller_errors_are_better():
    results = [
        result("realmlp", 90.0, metric="rmse", fit_s=10.0), result("realmlp_td", 100.0, metric="rmse", fit_s=20.0),
    ]  # fmt: skip
    (said,) = comparisons(results)
    assert "ahead on 100% (100% to 100%) of 1; relative gain +10.00%" in said
    assert "0.50 (0.50 to 0.50) times as long to fit" in said


def test_the_log_has_the_newest_first(tmp_path):
    log = Path(tmp_path / "LOG.md")
    log.write_text(
        "# What was tried\n\nOne dated paragraph each, the newest first, failures included.\n\n**Old.** x\n"
    )
    append_to_log(log, "**New.** y")
    assert log.read_text().index("**New.** y") < log.read_text().index("**Old.** x")
    assert json.dumps(log.read_text()).count("newest first") == 1
