"""A model trained again without each kind of column, from the terminal."""


def test_each_kind_is_left_out_once_and_asked_again_nothing_is_trained(terminal, table):
    run = terminal("train", table, "--target", "y", "--model", "logistic", "--json").json["run"]
    said = terminal("without", run, "--json")
    assert said.status == 0, said.err
    without = {w["kind"]: w for w in said.json["without"]}
    assert set(without) == {"numbers", "categories"} and said.json["part"] == "test"
    loss = without["numbers"]["loss"]
    assert without["numbers"]["columns"] == ["size"] and loss["low"] <= loss["value"] <= loss["high"]
    again = terminal("without", run)
    assert again.status == 0 and again.err == "" and "95 % interval" in again.out


def test_a_run_or_model_that_is_not_there_is_said_in_a_sentence(terminal, table):
    assert "no run 'nothing'" in terminal("without", "nothing").err
