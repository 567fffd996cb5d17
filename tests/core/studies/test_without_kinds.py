"""A run without each kind of column: an ordinary run, held against the one with everything on the same rows."""

import dataclasses

import pytest

from core.domain import ModelSpec
from core.errors import NotApplicable, UnknownName
from core.studies.standings import trained
from core.studies.without_kinds import chosen, without_kinds


@pytest.fixture(scope="module")
def done(lab, bench):
    run = lab.new_run(ModelSpec(key="logistic"), ModelSpec(key="dummy"))
    lab.carry_out(run, bench)
    return lab.store.get(run.id, "ada")


def entries_of(lab, run, key="logistic"):
    return without_kinds(lab.store, lab.catalog, run, chosen(trained(lab.store, run), key))


def without_run(lab, run, kind):
    return next(e for e in entries_of(lab, run) if e.kind == kind and e.run is not None)


def test_each_kind_is_left_out_once_and_the_rest_stays(lab, done):
    entries = {e.kind: e for e in entries_of(lab, done)}
    assert set(entries) == {"numbers", "categories"}
    assert entries["numbers"].columns == ("size",) and entries["numbers"].run is None
    spec = entries["numbers"].spec
    assert spec.task.features == ("plan", "city") and spec.split == done.spec.split
    assert [m.key for m in spec.models] == ["logistic", "dummy"]


def test_a_run_without_a_kind_is_found_again_and_says_what_was_lost(lab, done, bench):
    for entry in entries_of(lab, done):
        run = lab.store.create(entry.spec, "ada", "without")
        assert without_run(lab, done, entry.kind).loss is None
        lab.carry_out(run, bench)
    entries = {e.kind: e for e in entries_of(lab, done)}
    loss = entries["numbers"].loss
    assert loss.low <= loss.value <= loss.high
    whole = next(s for s in lab.store.scores(done) if s.model == "logistic" and s.part == "test").value
    assert entries["numbers"].value == pytest.approx(whole - loss.value)


def test_a_model_that_cannot_do_without_a_kind_is_stood_in_for(lab, done):
    """A network made for texts is followed by one for tables, a classic one by the first that suits."""
    record = chosen(trained(lab.store, done), "logistic")
    posing = dataclasses.replace(record, key="words_logistic")
    entry = without_kinds(lab.store, lab.catalog, done, posing)[0]
    assert entry.spec.models[0].key != "words_logistic" and entry.title


def test_what_is_no_single_model_is_refused(lab, done):
    record = dataclasses.replace(trained(lab.store, done)[0], family="ensemble", title="Ensemble")
    with pytest.raises(NotApplicable, match="several models"):
        without_kinds(lab.store, lab.catalog, done, record)
    with pytest.raises(UnknownName):
        chosen(trained(lab.store, done), "mlpp")
