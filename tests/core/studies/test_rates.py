"""A learning rate is looked for on training rows alone, in a folder that is thrown away."""

from dataclasses import replace

import numpy as np
import pytest

from core.domain import ModelSpec
from core.errors import NotApplicable
from core.studies.prepare import prepare
from core.studies.rates import find_rate, training_rows
from tests.core.studies.conftest import NETWORKS


@pytest.mark.parametrize("folds", [0, 2])
def test_only_training_rows_are_read_and_decide(lab, tmp_path, monkeypatch, folds):
    read = []
    before = type(lab.catalog).read
    monkeypatch.setattr(
        type(lab.catalog), "read", lambda *a, rows, **k: read.append(rows) or before(*a, rows=rows, **k)
    )
    run = lab.new_run(NETWORKS[1], folds=folds)
    taught = prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id), fold=1 if folds else None)
    rows, preparation = training_rows(run.spec, lab.dataset, lab.catalog, tmp_path)
    assert sorted(read[-1]) == taught.rows["train"].numbers.tolist() and rows.n == taught.rows["train"].n
    assert preparation == taught.preparation


def test_the_network_of_the_form_is_tried_with_its_settings(lab, tmp_path):
    said = []
    spec = replace(
        lab.spec((replace(NETWORKS[1], params={"units": [8], "batch_size": 16}), ModelSpec(key="logistic")))
    )
    found = find_rate(spec, lab.dataset, lab.catalog, tmp_path, said.append)
    assert found.suggested and np.isfinite(found.losses).all() and said == sorted(said) and said[-1] <= 1


def test_without_a_network_there_is_no_rate(lab, tmp_path):
    with pytest.raises(NotApplicable, match="Choose a network"):
        find_rate(lab.spec((ModelSpec(key="logistic"),)), lab.dataset, lab.catalog, tmp_path)
