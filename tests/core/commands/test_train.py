import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.home import Home
from core.runs.predictions import load_predictions
from core.runs.store import RunStore
from tests.core.training.toys import toy_frame

ROOT = Path(__file__).resolve().parents[3]
QUICK = ("--model", "mlp,logistic,dummy", "--param", "epochs=3", "--param", "units=4")


@pytest.fixture(scope="module")
def trained(terminal, table):
    said = terminal("train", table, "--target", "y", *QUICK, "--seed", "3", "--json")
    assert said.status == 0, said.err
    return said


def test_the_answer_is_one_json_object_and_nothing_else_on_standard_output(trained):
    assert len(trained.out.splitlines()) == 1
    answer = trained.json
    assert set(answer) == {
        "run", "task", "metric", "recommended", "rows", "scores", "findings", "verdict",
    }  # fmt: skip
    assert (answer["task"], answer["metric"]) == ("binary", "auc")
    assert answer["rows"] == {"train": 130, "validation": 30, "test": 40}
    assert answer["recommended"] in ("mlp", "logistic", "dummy") and answer["verdict"].endswith(".")
    assert [s["model"] for s in answer["scores"]] == ["mlp", "logistic", "dummy"]
    for score in answer["scores"]:
        assert {"family", "part", "metric", "value", "low", "high", "fit_s", "predict_us_per_row"} <= set(
            score
        )
        assert score["part"] == "test" and score["low"] <= score["value"] <= score["high"]
    assert [s["family"] for s in answer["scores"]] == ["deep", "classic", "trivial"]
    for finding in answer["findings"]:
        assert set(finding) == {"code", "severity", "subject", "explanation", "remedy"}


def test_people_get_a_table_and_the_verdict(terminal, table):
    said = terminal("train", table, "--target", "y", "--model", "dummy,logistic", "--name", "by hand")
    assert said.status == 0 and "95 % interval" in said.out
    assert said.out.splitlines()[-1].endswith(".") and "{" not in said.out


def test_in_folds_predictions_are_the_mean_of_what_the_models_of_all_folds_say(terminal, table):
    said = terminal("train", table, "--target", "y", *QUICK, "--folds", "2", "--repeats", "2", "--json")
    assert said.status == 0, said.err
    assert said.json["rows"] == {"train": 160, "validation": 160, "test": 40}
    assert all(len(s["folds"]) == 4 for s in said.json["scores"])
    out = terminal.folder / "folded.csv"
    for place, key in enumerate(("mlp", "logistic")):
        assert terminal("predict", said.json["run"], table, "--model", key, "--out", out).status == 0
        told = pd.read_csv(out)["p_yes"]
        run = Home.at(terminal.home).runs / said.json["run"]
        members = [
            load_predictions(run / f"fold-{f}" / "models" / f"{place}-{key}" / "predictions.parquet", "test")
            for f in (1, 2, 3, 4)
        ]
        rows = members[0][0]
        assert told.iloc[rows].to_numpy() == pytest.approx(
            np.mean([p[:, 1] for _, _, p in members], axis=0), abs=1e-3
        )


def test_people_see_how_much_the_folds_differ(terminal, table):
    said = terminal("train", table, "--target", "y", "--model", "tree", "--folds", "2")
    assert said.status == 0 and "over folds" in said.out and " ± " in said.out
    refused = terminal("train", table, "--target", "y", "--model", "tree", "--folds", "1")
    assert refused.status == 2 and "Give 2 to 20" in refused.err


def test_a_second_file_judges(terminal, table):
    judge = terminal.file("judge.csv", toy_frame("binary", 60, seed=9).to_csv(index=False))
    said = terminal("train", table, "--target", "y", "--test", judge, "--model", "dummy", "--json")
    assert said.status == 0 and said.json["rows"]["test"] == 60
    assert said.json["rows"]["train"] + said.json["rows"]["validation"] == 200


def test_predicting_the_same_rows_gives_the_answers_the_run_was_scored_by(terminal, table, trained):
    out = terminal.folder / "answers.csv"
    for model in ("mlp", "logistic"):
        said = terminal("predict", trained.json["run"], table, "--out", out, "--model", model, "--json")
        assert said.status == 0 and len(said.out.splitlines()) == 1
        assert said.json["model"] == model and said.json["n_rows"] == 200
        answers = pd.read_csv(out)
        assert list(answers.columns) == ["prediction", "p_no", "p_yes", "trust"]
        assert set(answers["prediction"]) <= {"no", "yes"} and set(answers["trust"]) <= {"ok"} | set(
            answers["trust"]
        )
        store = RunStore(Home(terminal.home))
        folder = next(store.folder(trained.json["run"]).glob(f"models/*-{model}"))
        rows, _, probabilities = load_predictions(folder / "predictions.parquet", "test")
        assert np.allclose(answers[["p_no", "p_yes"]].to_numpy()[rows], probabilities, atol=1e-6)


def test_a_column_left_out_is_not_learned_from(terminal, table):
    said = terminal("train", table, "--target", "y", "--drop", "plan, city", "--model", "dummy", "--json")
    run = RunStore(Home(terminal.home)).get(said.json["run"])
    assert run.spec.task.features == ("size",)


def test_runs_are_listed_newest_first(terminal, trained):
    said = terminal("runs", "--json")
    assert said.status == 0 and len(said.out.splitlines()) == 1
    runs = said.json["runs"]
    assert trained.json["run"] in [r["run"] for r in runs] and all(r["state"] == "succeeded" for r in runs)
    assert [r["created_at"] for r in runs] == sorted((r["created_at"] for r in runs), reverse=True)
    for_people = terminal("runs", "--limit", "9").out
    assert "by hand" in for_people and "finished" in for_people and "succeeded" not in for_people


ONE_CLASS = "a,b,y\n" + "".join(f"{i},{i % 7},yes\n" for i in range(30))
NO_TARGET = "a,b,y\n" + "".join(f"{i},{i % 7},\n" for i in range(30))
GOOD = "a,b,y\n" + "".join(f"{i * 37 % 30},{i % 7},{'yes' if i % 3 else 'no'}\n" for i in range(30))


@pytest.mark.parametrize(
    ("content", "arguments", "sentence"),
    [
        (None, ("--target", "y"), "does not exist"),
        ("", ("--target", "y"), "empty (0 bytes)"),
        (b"a,b\n1,\x00\n2,3\n", ("--target", "a"), "NUL byte"),
        ("a,b,y\n", ("--target", "y"), "no rows below"),
        (GOOD, ("--target", "yy"), "Did you mean 'y'"),
        (GOOD, ("--target", "y", "--drop", "c"), "No column is called 'c'"),
        (NO_TARGET, ("--target", "y"), "has no value in any row"),
        (ONE_CLASS, ("--target", "y"), "nothing to predict"),
        (GOOD, ("--target", "y", "--model", "mpl"), "Did you mean 'mlp'"),
        (GOOD, ("--target", "y", "--model", ""), "No model is called ''"),
        (GOOD, ("--target", "y", "--param", "epochs"), "should look like name=value"),
        (GOOD, ("--target", "y", "--param", "epochs=0"), "goes from 1"),
        (GOOD, ("--target", "y", "--param", "epoch=3"), "epoch"),
        (GOOD, ("--target", "y", "--budget", "0"), "more than zero"),
        (GOOD, ("--target", "y", "--budget", "nan"), "more than zero"),
        (GOOD, ("--target", "y", "--seed", "-1"), "from 0 to 4,294,967,295"),
        (GOOD, ("--target", "y", "--task", "regression"), "needs numbers"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_cannot_be_done_is_said_in_one_sentence(terminal, content, arguments, sentence):
    path = terminal.folder / "absent.csv" if content is None else terminal.file("bad.csv", content)
    said = terminal("train", path, *arguments, "--json")
    assert said.status == 2 and said.out == ""
    lines = [line for line in said.err.splitlines() if not line.startswith("reading ")]
    assert len(lines) == 1 and sentence in lines[0], said.err


def test_bad_data_found_only_while_the_run_is_prepared_is_bad_data_still(terminal, table):
    judge = toy_frame("binary", 60, seed=9).assign(y="maybe")
    path = terminal.file("judge.csv", judge.to_csv(index=False))
    said = terminal("train", table, "--target", "y", "--test", path, "--model", "dummy")
    assert said.status == 2 and "No row of" in said.err.splitlines()[-1]


def test_a_disk_that_is_full_fails_the_run_in_a_sentence_and_harms_no_other(
    terminal, table, trained, monkeypatch
):
    import errno

    from core.training import checkpoint

    def full(path, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint, "write_whole", full)
    monkeypatch.setattr("core.training.loop.CHECKPOINT_S", -1.0)
    said = terminal("train", table, "--target", "y", *QUICK)
    assert said.status == 1 and "The disk is full" in said.err.splitlines()[-1]
    store = RunStore(Home(terminal.home))
    assert store.verify(trained.json["run"]) == ()
    assert [r.state for r in store.list("local", limit=1)] == ["failed"]


def run_process(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "core", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "FATHOM_HOME": str(folder)}, timeout=120,
    )  # fmt: skip


@pytest.mark.slow
def test_the_process_says_its_answer_and_no_librarys_chatter(tmp_path, table):
    done = run_process(tmp_path, "train", table, "--target", "y", *QUICK, "--json")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1 and json.loads(done.stdout)["task"] == "binary"
    notes = done.stderr.splitlines()
    assert notes[0].startswith("reading") and notes[1].startswith("run "), done.stderr
    plan = [line.split(" · ")[0].strip() for line in notes[2:]]
    assert plan == ["Multi-layer perceptron", "Logistic regression"], done.stderr


def test_a_process_that_refuses_while_libraries_are_still_loading_ends_cleanly(tmp_path, table):
    done = run_process(tmp_path, "train", table, "--target", "nothing", "--json")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("No column is called 'nothing'")
    assert len(done.stderr.splitlines()) == 2


def test_columns_that_tell_nothing_are_left_out_and_new_rows_need_only_the_others(terminal, tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"noise_{i}": rng.normal(size=300) for i in range(30)})
    frame["size"], frame["age"] = rng.normal(size=300), rng.normal(size=300)
    frame["y"] = np.where(frame["size"] + frame["age"] > 0, "yes", "no")
    frame.to_csv(tmp_path / "table.csv", index=False)
    said = terminal(
        "train", tmp_path / "table.csv", "--target", "y", "--model", "logistic", "--select", "--json"
    )
    assert said.status == 0
    contract = json.loads((terminal.home / "runs" / said.json["run"] / "contract.json").read_text())
    kept = [field["name"] for field in contract["fields"]]
    assert {"size", "age"} <= set(kept) and len(kept) < 15
    frame[kept].to_csv(tmp_path / "new.csv", index=False)
    predicted = terminal("predict", said.json["run"], tmp_path / "new.csv", "--out", tmp_path / "out.csv")
    assert predicted.status == 0
    answers = pd.read_csv(tmp_path / "out.csv")
    assert (answers["prediction"] == frame["y"]).mean() > 0.9
    frame[kept].drop(columns="size").to_csv(tmp_path / "less.csv", index=False)
    refused = terminal("predict", said.json["run"], tmp_path / "less.csv", "--out", tmp_path / "less_out.csv")
    assert refused.status == 2 and "size" in refused.err
