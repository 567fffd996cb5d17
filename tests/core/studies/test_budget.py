import math
import time

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
