import math
from dataclasses import replace

import pytest

from core.domain import Event, Run
from core.runs.clock import save_spent
from core.runs.live import MOST_SHARE, curves, progress, references, run_elapsed_s, run_left_s, watched
from core.runs.records import Record, first_records
from tests.core.runs.conftest import a_spec


def event(epoch, batch=None, attempt=1, seq=0, model=0, elapsed_s=None, **values):
    return Event(
        run="r", model=model, attempt=attempt, seq=seq, epoch=epoch, batch=batch,
        elapsed_s=float(epoch) if elapsed_s is None else elapsed_s, values=values,
    )  # fmt: skip


def network(state="training", epochs=10):
    return replace(first_records(a_spec())[0], state=state, params={"epochs": epochs})


STORY = [
    event(1, loss=1.0, val_loss=0.9, auc=0.6, val_auc=0.6),
    event(2, batch=4, loss=0.8, share=0.5, rows_per_s=100.0),
    event(2, loss=0.7, val_loss=0.5, auc=0.7, val_auc=0.65, memory_mb=300.0),
    event(3, loss=0.6, val_loss=0.6, auc=0.8, val_auc=0.7),
    event(1, model=1, loss=9.0, val_loss=9.0, auc=0.1, val_auc=0.1),
]


def test_the_curves_are_of_one_network_with_points_within_long_epochs():
    found = curves(network(), STORY, "auc")
    training = [(p.epoch, p.value) for p in found.loss if p.part == "Training"]
    assert training == [(1.0, 1.0), (1.5, 0.8), (2.0, 0.7), (3.0, 0.6)]
    assert [p.value for p in found.metric if p.part == "Validation"] == [0.6, 0.65, 0.7]
    assert (found.epoch, found.epochs, found.best_epoch) == (3, 10, 2)
    assert (found.rows_per_s, found.memory_mb, found.cpu_percent) == (100.0, 300.0, None)


def test_the_time_left_is_measured_without_the_first_epoch():
    told = [event(e, elapsed_s=s, loss=1.0, val_loss=1.0) for e, s in [(1, 30.0), (2, 31.0), (3, 32.0)]]
    assert curves(network(), told, "auc").left_s == pytest.approx(7.0)
    assert curves(network(), told[:1], "auc").left_s is None
    assert curves(network("done"), told, "auc").left_s is None


def test_before_the_first_event_there_is_nothing_to_draw():
    found = curves(network(), [], "auc")
    assert (found.loss, found.epoch, found.best_epoch, found.elapsed_s) == ((), 0, None, 0.0)


def test_a_loss_that_is_no_number_is_neither_drawn_nor_best():
    found = curves(network(), [event(1, loss=math.nan, val_loss=math.nan)], "auc")
    assert found.loss == () and found.best_epoch is None and found.epoch == 1


def record(number, family, validation, state="done"):
    return Record(
        number=number,
        key=f"k{number}",
        title=f"Model {number}",
        family=family,
        validation=validation,
        state=state,
    )


def test_the_lines_to_hold_a_curve_against_are_the_trivial_and_the_best_classic_model():
    records = [
        record(0, "deep", 0.99),
        record(1, "trivial", 0.5),
        record(2, "classic", 0.7),
        record(3, "classic", 0.8),
        record(4, "classic", None, "training"),
    ]
    assert [(r.title, r.value) for r in references(records, "auc")] == [("Model 1", 0.5), ("Model 3", 0.8)]
    assert references(records, "rmse")[1].value == 0.7, "where less is better"
    assert references(records[:1], "auc") == ()


def test_the_network_to_look_at_is_the_one_in_training():
    waiting, training, done = (
        record(n, "deep", None, state) for n, state in enumerate(("waiting", "training", "done"))
    )
    assert watched([done, training, waiting]) is training
    assert watched([done, waiting]) is done
    assert watched([waiting]) is waiting
    assert watched([record(0, "classic", 0.5)]) is None


def test_a_run_that_has_not_begun_has_taken_no_time(tmp_path):
    run = Run(id="r", owner="ada", name="n", spec=a_spec())
    assert run_elapsed_s(run) == 0.0 and run_left_s(run, tmp_path) == 60.0
    assert run_elapsed_s(replace(run, started_at=100.0, ended_at=130.0)) == 30.0


def test_what_is_left_of_the_budget_is_counted_in_work_not_in_pauses(tmp_path):
    run = Run(id="r", owner="ada", name="n", spec=a_spec(), started_at=100.0)
    save_spent(tmp_path, 20.0)
    assert run_left_s(run, tmp_path) == 40.0
    save_spent(tmp_path, 70.0)
    assert run_left_s(run, tmp_path) == 0.0
    assert run_left_s(replace(run, spec=replace(run.spec, budget_s=None)), tmp_path) is None


def progressed(tmp_path, told, records=None, budget_s=60.0, spent_s=0.0):
    run = Run(id="r", owner="ada", name="n", spec=replace(a_spec(), budget_s=budget_s), started_at=100.0)
    save_spent(tmp_path, spent_s)
    return progress(run, records or [network(epochs=500)], told, tmp_path)


def three_epochs(epochs=500, seconds=1.0):
    told = [event(e, elapsed_s=e * seconds, loss=1.0, val_loss=1.0) for e in (1, 2, 3)]
    return curves(network(epochs=epochs), told, "auc")


def test_classic_models_that_are_done_are_no_progress_of_the_network(tmp_path):
    records = [network(epochs=500), *(record(n, "classic", 0.5) for n in range(1, 9))]
    assert progressed(tmp_path, three_epochs(), records, budget_s=None).share == pytest.approx(3 / 500)


def test_progress_is_of_the_epochs_or_of_the_budget_whichever_is_further(tmp_path):
    assert progressed(tmp_path, three_epochs(epochs=4), spent_s=6.0).share == pytest.approx(0.75)
    assert progressed(tmp_path, three_epochs(), spent_s=30.0).share == pytest.approx(0.5)
    assert progressed(tmp_path, three_epochs(), spent_s=90.0).share == MOST_SHARE, "there is scoring to come"


def test_the_limit_that_comes_first_counts(tmp_path):
    long = progressed(tmp_path, three_epochs(), spent_s=20.0)
    assert (long.limit, long.left_s) == ("budget", 40.0)
    short = progressed(tmp_path, three_epochs(epochs=10), spent_s=20.0)
    assert (short.limit, short.left_s) == ("epochs", pytest.approx(7.0))
    nothing = progressed(tmp_path, None, budget_s=None)
    assert (nothing.limit, nothing.left_s, nothing.share) == (None, None, 0.0)


def test_of_networks_still_waiting_no_end_by_epochs_is_promised(tmp_path):
    records = [network(epochs=500), record(1, "deep", None, "waiting")]
    found = progressed(tmp_path, three_epochs(), records, budget_s=None)
    assert (found.limit, found.left_s, found.share) == (None, None, pytest.approx(3 / 1000))


def waiting(number, family, expected_s):
    return replace(record(number, family, None, "waiting"), expected_s=expected_s)


def test_networks_that_wait_count_with_what_is_expected_of_them(tmp_path):
    records = [network(epochs=10), waiting(1, "deep", 50.0)]
    found = progressed(tmp_path, three_epochs(epochs=10), records, budget_s=None)
    assert (found.limit, found.left_s) == ("models", pytest.approx(57.0))


def test_classic_models_count_where_they_take_longer_than_the_networks(tmp_path):
    taken = [replace(record(n, "classic", 0.5), expected_s=2.0, fit_s=4.0) for n in (1, 2)]
    records = [network(epochs=10), *taken, waiting(3, "classic", 20.0)]
    found = progressed(tmp_path, three_epochs(epochs=10), records, budget_s=None)
    assert (found.limit, found.left_s) == ("models", pytest.approx(40.0)), (
        "the others took twice what was thought"
    )
    assert found.share == pytest.approx(8 / 48)
    alone = progressed(tmp_path, None, [network("done"), *records[1:]], budget_s=None)
    assert (alone.limit, alone.left_s) == ("models", pytest.approx(40.0))
    quick = progressed(tmp_path, three_epochs(), [network(epochs=500), *taken], budget_s=None)
    assert (quick.limit, quick.left_s) == ("epochs", pytest.approx(497.0))


def test_early_stopping_is_told_where_it_is_on(tmp_path):
    patient = replace(network(), params={"epochs": 500, "early_stopping": True, "patience": 16})
    assert progressed(tmp_path, three_epochs(), [patient]).patience == 16
    stubborn = replace(network(), params={"epochs": 500, "early_stopping": False, "patience": 16})
    assert progressed(tmp_path, three_epochs(), [stubborn]).patience is None
