import pytest

from core.domain import Model
from core.errors import BadInput
from core.runs.records import as_model, first_records, read_records, save_record
from tests.core.runs.conftest import a_spec


def test_before_anything_happened_every_model_waits_with_its_settings_settled():
    mlp, linear = first_records(a_spec())
    assert (mlp.number, mlp.key, mlp.family, mlp.state, mlp.folder) == (0, "mlp", "deep", "waiting", "0-mlp")
    assert mlp.params["units"] == [8] and mlp.params["optimizer"] == "adamw"
    assert linear.title == "Linear network" and not linear.is_settled


def test_what_was_saved_is_read_and_the_others_wait(tmp_path):
    from dataclasses import replace

    spec = a_spec()
    done = replace(first_records(spec)[1], state="done", validation=0.8, epochs=3, note="n")
    save_record(tmp_path, done)
    mlp, linear = read_records(tmp_path, spec)
    assert linear == done and linear.is_settled and mlp.state == "waiting"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"number": "0"}', '{"number": 0}'])
def test_a_damaged_record_is_named(tmp_path, content):
    path = tmp_path / "models" / "0-mlp" / "model.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    with pytest.raises(BadInput, match="0-mlp/model.json"):
        read_records(tmp_path, a_spec())


def test_a_record_shows_as_a_model_of_its_run():
    model = as_model("r1", first_records(a_spec())[0])
    assert isinstance(model, Model) and (model.run, model.number, model.folder) == ("r1", 0, "0-mlp")
