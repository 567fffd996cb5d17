import math
import time

import pytest

from core.studies.budget import Budget, Deadline


def test_without_a_limit_there_is_always_time(tmp_path):
    assert Budget.resume(None, tmp_path, None).for_fitting() == math.inf


def test_the_clock_runs_from_the_start_given_and_some_is_kept_for_scoring(tmp_path):
    budget = Budget.resume(60.0, tmp_path, time.monotonic() - 10)
    assert 10 <= budget.used_s < 15 and 40 < budget.for_fitting() < 50


def test_time_is_shared_by_weight_and_what_is_left_over_flows_on(tmp_path):
    budget = Budget.resume(70.0, tmp_path, None)
    whole = budget.for_fitting()
    assert abs(budget.part(1, 7) - whole / 7) < 0.1 and abs(budget.part(3, 6) - whole / 2) < 0.1
    assert abs(budget.part(3, 3) - whole) < 0.1, "the last one may have all that is left"
    assert Budget.resume(None, tmp_path, None).part(1, 7) == math.inf


def test_an_ensemble_needs_time_of_its_own(tmp_path):
    budget = Budget.resume(60.0, tmp_path, None)
    assert budget.to_score(5, 100, blends=True).for_fitting() < budget.to_score(5, 100).for_fitting() - 2


def test_seconds_spent_by_earlier_attempts_count(tmp_path):
    Budget.resume(60.0, tmp_path, time.monotonic() - 25).save(tmp_path)
    assert 25 <= Budget.resume(60.0, tmp_path, None).used_s < 30


def test_a_clock_that_cannot_be_read_counts_as_new(tmp_path):
    for damaged in ("", "[]", '{"spent_s": null}', "{}"):
        (tmp_path / "clock.json").write_text(damaged)
        assert Budget.resume(60.0, tmp_path, None).used_s < 5


def test_a_part_may_grow_by_what_the_others_could_do_without(tmp_path):
    deadline = Deadline(Budget.resume(60.0, tmp_path, None), 10.0)
    assert deadline.grant(15.0) and 24 < deadline.remaining_s() <= 25
    assert not deadline.grant(40.0), "that would be more than there is"
    assert deadline.remaining_s() <= 25


def test_folds_share_what_is_left_and_what_one_does_not_need_is_left_to_the_others(tmp_path):
    budget = Budget.resume(100.0, tmp_path, time.monotonic() - 10)
    second = budget.in_fold(2, 5)
    assert second.for_fitting() * 4 == pytest.approx(second.for_all_fitting(), rel=0.02)
    late = Budget.resume(100.0, tmp_path, time.monotonic() - 20).in_fold(3, 5)
    assert late.for_fitting() > second.for_fitting(), "the one before needed less than its part"
    first = budget.in_fold(1, 10)
    assert first.for_fitting() > 3 * budget.in_fold(2, 10).for_fitting(), "what it leaves out is in no fold"
    assert budget.in_fold(1, 2).for_fitting() == pytest.approx(first.for_all_fitting() / 2, rel=0.02)
    assert Budget.resume(None, tmp_path, None).in_fold(3, 5).for_fitting() == math.inf


def test_a_network_may_have_of_later_folds_what_its_shortest_training_needs(tmp_path):
    budget = Budget.resume(100.0, tmp_path, time.monotonic()).in_fold(2, 5)
    deadline = Deadline(budget, 5.0)
    assert deadline.grant(budget.for_fitting()) and deadline.remaining_s() > budget.for_fitting()
    assert not deadline.grant(budget.for_all_fitting())
