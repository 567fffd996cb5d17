from dataclasses import replace

import pytest

from core.domain import ModelSpec
from core.studies.outlook import foreseen
from core.studies.plan import recommended_models


def mix(lab, **changes):
    spec = lab.spec()
    return replace(spec, models=recommended_models(spec.task), **changes)


def by_key(records):
    return {r.key: r.expected_s for r in records}


def test_without_a_budget_strong_networks_are_capped_and_a_dry_run_says_better(lab):
    said = by_key(foreseen(mix(lab), lab.dataset))
    assert (said["linear"], said["tabm"], said["realmlp"]) == (None, 120.0, 120.0)
    tried = by_key(foreseen(mix(lab), lab.dataset, {"linear": 2.0, "tabm": 9.0, "realmlp": 900.0}))
    assert (tried["linear"], tried["tabm"], tried["realmlp"]) == (2.0, 9.0, 120.0)
    assert all(said[k] > 0 for k in ("boosting", "forest", "ensemble")) and said["dummy"] == 0


def test_a_budget_is_shared_by_weight(lab):
    said = by_key(foreseen(mix(lab, budget_s=100.0), lab.dataset))
    assert said["tabm"] == pytest.approx(6 * said["linear"]) == pytest.approx(2 * said["realmlp"])
    assert sum(said[k] for k in ("linear", "tabm", "realmlp")) < 100


def test_more_rows_take_classic_models_longer(lab):
    few, many = (by_key(foreseen(mix(lab), replace(lab.dataset, n_rows=n), {})) for n in (1_000, 10_000))
    assert many["forest"] == pytest.approx(10 * few["forest"], rel=0.01)


def test_of_a_network_alone_nothing_is_claimed(lab):
    spec = replace(lab.spec(), models=(ModelSpec(key="mlp"),))
    assert by_key(foreseen(spec, lab.dataset)) == {"mlp": None}
