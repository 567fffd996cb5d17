from dataclasses import replace

import pytest

from core.domain import ModelSpec
from core.studies.outlook import foreseen, networks_s
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


def test_folds_take_as_many_times_as_long_and_share_a_budget(lab):
    costs = {"linear": 2.0, "tabm": 9.0, "realmlp": 900.0}
    once, often = (by_key(foreseen(mix(lab, folds=n), lab.dataset, costs)) for n in (0, 5))
    for key in ("linear", "tabm", "realmlp"):  # 120 s at most each time
        assert often[key] == pytest.approx(5 * once[key])
    assert often["ensemble"] == once["ensemble"] and often["forest"] > 3 * once["forest"]
    assert networks_s(foreseen(mix(lab, folds=5), lab.dataset, costs)) == pytest.approx(5 * 131)
    within = [by_key(foreseen(mix(lab, folds=n, budget_s=100.0), lab.dataset)) for n in (0, 5)]
    for key in ("linear", "tabm", "realmlp"):
        assert within[0][key] == pytest.approx(within[1][key])
    assert networks_s(foreseen(mix(lab), lab.dataset)) is None


def test_more_rows_take_classic_models_longer(lab):
    few, many = (by_key(foreseen(mix(lab), replace(lab.dataset, n_rows=n), {})) for n in (1_000, 10_000))
    assert many["forest"] == pytest.approx(10 * few["forest"], rel=0.01)


def test_of_a_network_alone_nothing_is_claimed(lab):
    spec = replace(lab.spec(), models=(ModelSpec(key="mlp"),))
    assert by_key(foreseen(spec, lab.dataset)) == {"mlp": None}
