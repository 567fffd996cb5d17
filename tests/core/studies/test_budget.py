import math
import time

import pytest

from core.studies.budget import Budget


def test_without_a_limit_there_is_always_time(tmp_path):
    assert Budget.resume(None, tmp_path, None).for_fitting() == math.inf


def test_the_clock_runs_from_the_start_given_and_some_is_kept_for_scoring(tmp_path):
    budget = Budget.resume(60.0, tmp_path, time.monotonic() - 10)
    assert 10 <= budget.used_s < 15 and 40 < budget.for_fitting() < 50


def test_seconds_spent_by_earlier_attempts_count(tmp_path):
    Budget.resume(60.0, tmp_path, time.monotonic() - 25).save(tmp_path)
    assert 25 <= Budget.resume(60.0, tmp_path, None).used_s < 30


def test_a_clock_that_cannot_be_read_counts_as_new(tmp_path):
    for damaged in ("", "[]", '{"spent_s": null}', "{}"):
        (tmp_path / "clock.json").write_text(damaged)
        assert Budget.resume(60.0, tmp_path, None).used_s < 5


def test_folds_share_what_is_left_and_what_one_does_not_need_is_left_to_the_others(tmp_path):
    budget = Budget.resume(100.0, tmp_path, time.monotonic() - 10)
    first = budget.in_fold(4)
    assert first.for_fitting() * 4 == pytest.approx(first.for_all_fitting(), rel=0.02)
    late = Budget.resume(100.0, tmp_path, time.monotonic() - 20).in_fold(3)
    assert late.for_fitting() > first.for_fitting(), "the first needed less than its part"
    assert Budget.resume(None, tmp_path, None).in_fold(3).for_fitting() == math.inf
