"""Recipes from the terminal: convert, train and predict with cleaning steps from a file."""

import json

import pandas as pd

RECIPE = [
    {"step": "fill", "params": {"columns": ["a"], "method": "median"}},
    {"step": "formula", "params": {"name": "twice", "expression": "a * 2"}},
    {"step": "deduplicate", "params": {}, "on": False},
]
TABLE = "a,b,y\n" + "".join(
    f"{'' if i % 5 == 0 else i % 17},{i % 7},{'uv'[i % 17 > 8]}\n" for i in range(150)
)


def test_convert_says_each_step_and_writes_the_clean_table(terminal):
    data, recipe = terminal.file("gaps.csv", TABLE), terminal.file("recipe.json", json.dumps(RECIPE))
    out = terminal.folder / "clean.csv"
    said = terminal("convert", data, "--out", out, "--recipe", recipe, "--json")
    assert said.status == 0, said.err
    assert said.json["columns"] == ["a", "b", "y", "twice"]
    assert said.json["steps"][0].startswith("Filled 30 missing cells of a with its median")
    clean = pd.read_csv(out)
    assert clean["a"].notna().all() and (clean["twice"] == 2 * clean["a"]).all()


def test_a_run_applies_its_recipe_to_raw_rows_by_itself(terminal):
    data, recipe = terminal.file("gaps.csv", TABLE), terminal.file("recipe.json", json.dumps(RECIPE))
    trained = terminal("train", data, "--target", "y", "--recipe", recipe, "--model", "logistic", "--json")
    assert trained.status == 0, trained.err
    again = terminal("train", data, "--target", "y", "--recipe", recipe, "--model", "logistic", "--json")
    assert again.json["scores"][0]["value"] == trained.json["scores"][0]["value"]
    new, out = terminal.file("new.csv", "a,b\n3,1\n,2\n"), terminal.folder / "out.csv"
    said = terminal("predict", trained.json["run"], new, "--out", out, "--json")
    assert said.status == 0, said.err
    assert len(pd.read_csv(out)) == 2


def test_a_recipe_that_does_not_fit_is_refused_in_a_sentence(terminal):
    data, out = terminal.file("gaps.csv", TABLE), terminal.folder / "x.csv"
    for content, word in [
        ("{", "JSON"),
        ('[{"step": "drop", "params": {"columns": ["z"]}}]', "'z'"),
        ('[{"step": "dorp"}]', "drop"),
        ('[{"step": "drop", "params": {"colunms": ["a"]}}]', "columns"),
        (
            '[{"step": "filter", "params": {"column": "a", "comparison": "greater than", "value": "99"}}]',
            "no row",
        ),
    ]:
        said = terminal("convert", data, "--out", out, "--recipe", terminal.file("bad.json", content))
        assert said.status == 2 and word in said.err and "Traceback" not in said.err
    assert not out.exists()
