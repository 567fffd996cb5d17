import dataclasses

import pytest

from core.architectures import ARCHITECTURES
from core.domain import ModelSpec, Split
from core.errors import TooLarge
from core.studies import classics
from core.studies import estimate as module
from core.studies.estimate import estimate, needed_bytes, refuse_if_too_large
from core.studies.prepare import prepare
from tests.core.studies.conftest import NETWORKS


@pytest.fixture(scope="module")
def estimated(lab):
    return estimate(lab.spec(), lab.dataset, lab.catalog)


def test_the_parameters_are_those_of_the_network_that_is_built(lab, estimated):
    run = lab.new_run(*NETWORKS)
    prepared = prepare(run.spec, lab.dataset, lab.catalog, lab.store.folder(run.id))
    assert [c.key for c in estimated.networks] == ["linear", "mlp"], "classic models cost no dry run"
    for cost, model in zip(estimated.networks, NETWORKS):
        network = ARCHITECTURES[model.key].assemble(
            prepared.task, prepared.preparation.input_specs, model.params, 0
        )
        assert cost.n_parameters == network.count_params()


def test_seconds_and_rows_are_of_the_whole_training(lab, estimated):
    for cost in estimated.networks:
        assert cost.epoch_s > 0 and cost.fit_s == pytest.approx(3 * cost.epoch_s)
    assert estimated.n_train == 130 and estimated.fits


def test_a_batch_larger_than_the_rows_is_timed_as_it_will_be(lab):
    huge = ModelSpec(key="linear", params={"batch_size": 65_536})
    (cost,) = estimate(lab.spec((huge,)), lab.dataset, lab.catalog).networks
    assert cost.epoch_s < 0.5


def test_memory_grows_with_rows_columns_and_parameters_until_rows_come_from_disk():
    least = needed_bytes(1_000, 10)
    assert least < needed_bytes(10**5, 10) < needed_bytes(10**5, 100)
    assert needed_bytes(10**7, 10) < 1.1 * needed_bytes(10**6, 10)
    assert needed_bytes(1_000, 10, n_parameters=10**8) > least + 2e9


def test_a_classic_model_says_beforehand_that_it_learns_from_fewer_rows(lab, monkeypatch):
    models = [ModelSpec(key=key) for key in ("dummy", "logistic", "knn", "mlp")]
    assert estimate(lab.spec(models), lab.dataset, lab.catalog).fewer == {}
    monkeypatch.setattr(classics, "MOST_CELLS", 1_000)
    (n,) = set(estimate(lab.spec(models), lab.dataset, lab.catalog).fewer.values())
    prepared = prepare(lab.spec(models), lab.dataset, lab.catalog, lab.store.folder(lab.new_run(*models).id))
    assert n == classics.most_rows(prepared.preparation) < 130


def test_what_cannot_fit_is_refused_with_both_numbers(lab, monkeypatch):
    monkeypatch.setattr(module, "available_bytes", lambda: 500_000_000)
    with pytest.raises(TooLarge, match=r"200 rows would need about 0.7 GB of memory, and 0.5 GB are free"):
        refuse_if_too_large(lab.spec(), lab.dataset, lab.catalog)
    assert not estimate(lab.spec(NETWORKS[:1]), lab.dataset, lab.catalog).fits


def test_the_rows_of_a_second_file_need_memory_too(lab, monkeypatch):
    monkeypatch.setattr(module, "available_bytes", lambda: 0)
    split = Split(strategy="file", test_dataset=lab.dataset.id)
    with pytest.raises(TooLarge, match="400 rows"):
        refuse_if_too_large(dataclasses.replace(lab.spec(), split=split), lab.dataset, lab.catalog)


def test_the_free_memory_is_a_number_on_this_machine():
    assert module.available_bytes() > 0
