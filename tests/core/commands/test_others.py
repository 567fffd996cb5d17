"""The verbs that train nothing: profile, convert, predict without a run, and the terminal itself."""

import os

import pandas as pd
import pytest

from core.commands import COMMANDS


def test_profile_says_what_is_in_a_file(terminal, table):
    said = terminal("profile", table, "--json")
    assert said.status == 0 and len(said.out.splitlines()) == 1
    assert set(said.json) == {"name", "rows", "rejected", "options", "target", "columns", "findings"}
    assert said.json["rows"] == 200 and [c["name"] for c in said.json["columns"]] == [
        "size",
        "plan",
        "city",
        "y",
    ]
    people = terminal("profile", table)
    assert people.status == 0 and "likely target: y" in people.out
    assert not (terminal.home / "datasets").exists() or not any((terminal.home / "datasets").iterdir())


@pytest.mark.parametrize(("name", "read"), [("out.csv", pd.read_csv), ("out.parquet", pd.read_parquet)])
def test_convert_writes_what_was_understood(terminal, table, name, read):
    out = terminal.folder / name
    said = terminal("convert", table, "--out", out, "--json")
    assert said.status == 0 and said.json["rows"] == 200
    assert list(read(out).columns) == said.json["columns"] == ["size", "plan", "city", "y"]
    assert read(out)["size"].tolist() == pytest.approx(pd.read_csv(table)["size"].tolist())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("profile", "absent.csv"), "does not exist"),
        (("convert", "TABLE", "--out", "out.xlsx"), "should end in .csv or .parquet"),
        (("convert", "TABLE", "--out", "/nowhere/out.csv"), "no folder /nowhere"),
        (("predict", "0123456789abcdef0123", "TABLE", "--out", "out.csv"), "no run '0123456789abcdef0123'"),
        (("predict", "../../etc", "TABLE", "--out", "out.csv"), "no run '../../etc'"),
        (("predict", "x", "TABLE", "--out", "/nowhere/out.csv"), "no folder /nowhere"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_what_cannot_be_done_is_said_in_one_sentence(terminal, table, arguments, sentence):
    said = terminal(*(str(table) if a == "TABLE" else a for a in arguments))
    assert said.status == 2 and said.out == ""
    assert len(said.err.splitlines()) == 1 and sentence in said.err


@pytest.mark.parametrize(
    "arguments", [(), ("trian",), ("train",), ("train", "x.csv"), ("profile", "x", "--jsn")]
)
def test_bad_arguments_end_with_status_two(terminal, arguments):
    said = terminal(*arguments)
    assert said.status == 2 and said.out == "" and "usage: python -m core" in said.err


@pytest.mark.parametrize("verb", [key for key, command in COMMANDS.items() if command.help])
def test_every_verb_for_people_explains_itself(terminal, verb):
    said = terminal(verb, "--help")
    assert said.status == 0 and COMMANDS[verb].help in said.out
    assert verb in terminal("--help").out


def test_what_the_system_refuses_is_said_in_a_sentence(terminal, table, tmp_path):
    (tmp_path / "out.csv").mkdir()
    said = terminal("convert", table, "--out", tmp_path / "out.csv")
    progress, sentence = said.err.splitlines()
    assert said.status == 1 and progress == f"reading {table.name}"
    assert "out.csv' could not be read or written" in sentence


def test_a_home_that_cannot_be_used_is_said_in_a_sentence(terminal, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(terminal, "home", tmp_path / "file")
    said = terminal("runs")
    assert (
        said.status == 1 and "could not be read or written" in said.err and os.linesep not in said.err.strip()
    )


def test_rate_suggests_one_by_training_rows(terminal, table):
    said = terminal("rate", table, "--target", "y", "--model", "mlp", "--param", "units=8", "--json")
    assert said.status == 0 and said.json["model"] == "mlp" and 0 < said.json["suggested"] < 10
    assert len(said.json["rates"]) == len(said.json["losses"])
    none = terminal("rate", table, "--target", "y", "--model", "forest")
    assert none.status == 2 and "No network is called 'forest'" in none.err
