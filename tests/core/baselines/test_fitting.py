import json
import zipfile

import numpy as np
import pytest

from core.baselines import BASELINES, Baseline
from core.baselines.fitting import _teaching_rows, fit_baseline, load_baseline
from core.domain import Task
from core.errors import BadInput, NotApplicable, UnknownName

BINARY = Task(kind="binary", target="y", features=("x",), classes=("no", "yes"), positive_class="yes")
PRICE = Task(kind="regression", target="y", features=("x",))


def rows(n=100):
    x = np.random.default_rng(0).normal(size=(n, 3)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(np.int32)


def capped(**changes):
    return Baseline(key="capped", title="Capped", summary="", make=lambda *a: None, **changes)


def test_an_unknown_model_lists_those_that_exist():
    with pytest.raises(UnknownName, match="Did you mean 'forest'"):
        fit_baseline("forrest", *rows(), BINARY, seed=0)


def test_one_class_alone_is_declined_except_by_the_trivial_model():
    x, _ = rows()
    y = np.zeros(100, dtype=np.int32)
    assert fit_baseline("dummy", x, y, BINARY, seed=0).predict(x)[0].tolist() == [1.0, 0.0]
    with pytest.raises(NotApplicable, match="at least two classes"):
        fit_baseline("logistic", x, y, BINARY, seed=0)


def test_a_sample_holds_every_class_in_proportion():
    y = np.repeat([0, 1], [9_000, 1_000])
    sample = _teaching_rows(y, BINARY, seed=0, baseline=capped(max_rows=500))
    assert len(np.unique(sample)) == 500 and (y[sample] == 1).sum() == 50


def test_the_sample_depends_on_the_seed_alone():
    y = np.arange(10_000.0)
    first, again, other = (_teaching_rows(y, PRICE, seed=s, baseline=capped(max_rows=500)) for s in (0, 0, 1))
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_classes_too_small_for_the_model_are_left_out():
    y = np.repeat([0, 1, 2], [10, 10, 2])
    task = Task(kind="multiclass", target="y", features=("x",), classes=("a", "b", "c"))
    assert set(y[_teaching_rows(y, task, 0, capped(min_class_rows=3))]) == {0, 1}


def test_training_on_a_sample_is_said(monkeypatch):
    monkeypatch.setitem(BASELINES._entries, "bayes", BASELINES["bayes"].__class__(
        key="bayes", title="", summary="", make=BASELINES["bayes"].make, max_rows=50
    ))  # fmt: skip
    fitted = fit_baseline("bayes", *rows(), BINARY, seed=0)
    assert fitted.note.startswith("Trained on 50 of the 100 training rows")


def test_values_come_back_in_the_unit_they_were_given_in():
    x, _ = rows()
    y = 1e9 + 1e6 * x[:, 0].astype(np.float64)
    for key in ("dummy", "ridge", "svm"):
        assert fit_baseline(key, x, y, PRICE, seed=0).predict(x).mean() == pytest.approx(y.mean(), rel=1e-4)


def test_a_file_that_names_a_foreign_type_is_not_opened(tmp_path):
    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    skops.io.dump({"estimator": FunctionTransformer(json.dumps)}, tmp_path / "model.skops")
    with pytest.raises(BadInput, match="not opened.*train the run again"):
        load_baseline(tmp_path / "model.skops", BINARY)


def test_a_file_cannot_vouch_for_itself(tmp_path):
    fit_baseline("tree", *rows(), BINARY, seed=0).save(tmp_path / "model.skops")
    with zipfile.ZipFile(tmp_path / "model.skops") as held:
        content = {name: held.read(name) for name in held.namelist()}
    schema = json.loads(content["schema.json"])
    schema["__module__"], schema["__class__"] = "os", "system"
    with zipfile.ZipFile(tmp_path / "model.skops", "w") as forged:
        for name, data in content.items():
            forged.writestr(name, json.dumps(schema) if name == "schema.json" else data)
    with pytest.raises(BadInput):
        load_baseline(tmp_path / "model.skops", BINARY)


@pytest.mark.parametrize(
    "content", [b"", b"not a zip", b"PK\x05\x06" + b"\x00" * 18], ids=["empty", "text", "no schema"]
)
def test_a_file_that_is_no_model_is_refused_in_a_sentence(tmp_path, content):
    (tmp_path / "model.skops").write_bytes(content)
    with pytest.raises(BadInput, match="cannot be read"):
        load_baseline(tmp_path / "model.skops", BINARY)


def test_a_model_of_another_task_is_refused(tmp_path):
    fit_baseline("tree", *rows(), BINARY, seed=0).save(tmp_path / "model.skops")
    with pytest.raises(BadInput, match="2 classes, but this task has 0"):
        load_baseline(tmp_path / "model.skops", PRICE)
