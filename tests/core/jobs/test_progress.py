import pytest

from core.jobs.job import Job
from core.jobs.progress import elapsed_s, left_s


def job(**fields) -> Job:
    return Job(id="j", kind="k", lane="data", owner="ada", **{"created_at": 100.0, **fields})


def test_a_waiting_job_has_waited_since_it_was_asked_for():
    assert elapsed_s(job(), now=105.0) == 5.0


def test_a_running_job_has_run_since_it_was_taken():
    assert elapsed_s(job(started_at=103.0, state="running"), now=105.0) == 2.0


def test_an_ended_job_gets_no_older():
    assert elapsed_s(job(started_at=103.0, ended_at=104.0), now=500.0) == 1.0


def test_what_is_left_follows_the_pace_so_far():
    assert left_s(job(state="running", started_at=100.0, fraction=0.25), now=110.0) == pytest.approx(30.0)


@pytest.mark.parametrize("fields", [
    {"state": "queued"}, {"state": "running", "fraction": 0.01, "started_at": 0.0},
    {"state": "running", "fraction": 0.5, "started_at": 109.9}, {"state": "running", "fraction": 1.0, "started_at": 0.0},
])  # fmt: skip
def test_nothing_is_said_where_it_would_be_a_guess(fields):
    assert left_s(job(**fields), now=110.0) is None
