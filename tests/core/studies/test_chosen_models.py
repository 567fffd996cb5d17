"""What a person may write as models and settings; the rest of core.studies.plan is tested beside it."""

from dataclasses import replace

import pytest

from core.domain import Column, Dataset
from core.errors import BadInput, UnknownName
from core.studies.plan import chosen_models, classics_for, kinds_of, networks_for
from tests.core.training.toys import TASKS


def test_auto_is_networks_and_every_classic_model_that_serves_the_task():
    keys = [m.key for m in chosen_models(["auto"], {}, TASKS["regression"])]
    assert (
        keys[:3] == ["linear", "tabm", "realmlp"]
        and {"ridge", "dummy"} <= set(keys)
        and "logistic" not in keys
    )


def test_a_model_named_twice_comes_once():
    assert [m.key for m in chosen_models(["mlp", "dummy", "mlp"], {}, TASKS["binary"])] == ["mlp", "dummy"]


def test_a_setting_goes_to_every_network_that_has_it():
    linear, mlp, dummy = chosen_models(
        ["linear", "mlp", "dummy"], {"epochs": "3", "units": "8,4"}, TASKS["binary"]
    )
    assert linear.params == {"epochs": 3}
    assert mlp.params == {"epochs": 3, "units": [8, 4]} and dummy.params == {}


@pytest.mark.parametrize(
    ("keys", "params", "sentence"),
    [
        (["mpl"], {}, "No model is called 'mpl'. Did you mean 'mlp'?"),
        ([""], {}, "No model is called ''"),
        (["linear"], {"units": "8"}, r"None of the chosen models \(linear\) has the setting\(s\) units"),
        (["dummy"], {"epochs": "3"}, "epochs"),
        (["mlp"], {"epochs": "many"}, "Epochs should be a whole number, not 'many'"),
        (["mlp"], {"epochs": "0"}, "Epochs is 0, but goes from 1"),
        (["mlp"], {"activation": "rellu"}, "Did you mean 'relu'"),
        (["mlp"], {"units": ",".join("9" * 9)}, "at most 8"),
        (["linear", "mlp"], {"loss": "mse"}, "The loss 'mse' does not suit a binary task"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_a_sentence(keys, params, sentence):
    error = UnknownName if "No model" in sentence or "Did you" in sentence else BadInput
    with pytest.raises(error, match=sentence):
        chosen_models(keys, params, TASKS["binary"])


def test_texts_alone_get_the_models_made_for_them():
    keys = [m.key for m in chosen_models(["auto"], {}, TASKS["binary"], ["text"])]
    assert keys[:2] == ["text_bag", "text_cnn"]
    assert {"dummy", "words_logistic", "words_nbsvm", "words_bayes"} <= set(keys) and "boosting" not in keys


def test_texts_beside_other_columns_get_a_tower_for_each_kind_and_all_classic_models():
    keys = [m.key for m in chosen_models(["auto"], {}, TASKS["regression"], ["text", "integer"])]
    assert keys[:3] == ["text_bag", "tabm", "towers"]
    assert {"words_logistic", "boosting"} <= set(keys) and "words_bayes" not in keys


def test_codes_and_texts_that_repeat_do_not_make_a_table_of_texts():
    def table(*shown, n_unique=9):
        note = Column(
            name="note", kind="text", n_unique=n_unique, statistics={"top": [[v, 1] for v in shown]}
        )
        columns = (note, Column(name="y", kind="boolean"))
        return Dataset(
            id="d", owner="ada", name="t", blob="b", options={}, columns=columns, n_rows=9, location=""
        )

    task = replace(TASKS["binary"], features=("note",))
    assert kinds_of(table("CA-2011-100", "US-2012-118"), task) == {"category"}
    assert kinds_of(table("the soup was cold", "never again, please"), task) == {"text"}
    assert kinds_of(table(), task) == {"text"}
    assert kinds_of(table("the soup was cold", "never again, please", n_unique=4), task) == {"category"}


def test_models_made_for_texts_are_not_offered_to_plain_tables():
    assert not any(a.made_for for a in networks_for("binary", ["integer", "category"]).values())
    assert not any(m.key.startswith("words") for m in classics_for("binary", ["integer", "category"]))


def test_images_beside_texts_get_a_tower_for_each_and_no_network_without_a_limit():
    models = chosen_models(["auto"], {}, TASKS["binary"], ["text", "image"])
    networks = [m for m in models if m.key in networks_for("binary", ["text", "image"])]
    assert "towers" in [m.key for m in networks] and all(m.most_s for m in networks)
    alone = chosen_models(["auto"], {}, TASKS["binary"], ["image"])
    assert [m.key for m in alone][:2] == ["compact_cnn", "cnn"] and "towers" not in [m.key for m in alone]
