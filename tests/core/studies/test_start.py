"""A run and its job come into being together."""

import pytest

from core.home import Home
from core.jobs.queue import Queue
from core.runs.store import RunStore
from core.studies.start import MAX_ATTEMPTS, start_run
from tests.core.runs.conftest import a_spec


@pytest.fixture
def home(tmp_path) -> Home:
    return Home.at(tmp_path / "home")


def test_a_started_run_waits_for_a_worker(home):
    run = start_run(a_spec(), "ada", "first", store=RunStore(home))
    job = Queue(home).claim("training", "w")
    assert (job.id, job.kind, job.owner, job.max_attempts) == (run.id, "train", "ada", MAX_ATTEMPTS)
    assert run.state == "queued"


def test_no_run_is_listed_that_nobody_can_go_on_with(home, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("core.studies.start.insert", killed)
    with pytest.raises(KeyboardInterrupt):
        start_run(a_spec(), "ada", "first", store=RunStore(home))
    assert RunStore(home).list("ada") == [] and Queue(home).list("ada") == []
    monkeypatch.undo()
    assert start_run(a_spec(), "ada", "again", store=RunStore(home)).state == "queued"
