"""Whatever is killed, training goes on, and ends as if nothing had happened.

The tests share one Fathom, which must be as good after each of them as before. FATHOM_REPEAT=10
runs each ten times.
"""

import os
import signal

import pytest

from core.domain import Dataset, Run
from core.jobs.job import Job
from core.jobs.liveness import SUPERVISOR, holder
from core.jobs.queue import Queue
from core.runs.events import merge_attempts, read_events
from core.runs.store import RunStore
from tests.e2e import material, screen
from tests.e2e.material import EPOCHS
from tests.e2e.server import Server, eventually

PATIENCE_S = 120.0  # for a training to end
REPEAT = int(os.environ.get("FATHOM_REPEAT", "1"))

# the epoch after which something is killed: each time another one
every_time = pytest.mark.parametrize("moment", [10 + 29 * time % 90 for time in range(REPEAT)])


@pytest.fixture(scope="module")
def fathom(chromium, tmp_path_factory):
    with Server(tmp_path_factory.mktemp("mortal")) as server:
        yield server


@pytest.fixture(scope="module")
def table(fathom: Server) -> Dataset:
    return material.stored_customers(fathom.home)


@pytest.fixture(scope="module")
def undisturbed(fathom: Server, table: Dataset) -> dict:
    """The test scores of the run that nobody touches."""
    run = start(fathom, table)
    assert_succeeds(fathom, run)
    return scores(fathom, run)


@pytest.fixture(autouse=True)
def served(fathom: Server) -> None:
    if not fathom.is_alive:  # a test that failed left it dead
        fathom.start()


def start(server: Server, table: Dataset, **changes) -> Run:
    return material.start(server.home, material.spec_of(table, **(material.LONG | changes)))


def assert_succeeds(server: Server, run: Run) -> Job:
    job = Queue(server.home).wait(run.id, PATIENCE_S)
    assert job.state == "succeeded", (job.state, job.error, job.message)
    return job


def scores(server: Server, run: Run) -> dict:
    """(model, metric) → value on the test rows."""
    of_test = [s for s in RunStore(server.home).scores(run) if s.part == "test"]
    return {(s.model, name): value for s in of_test for name, value in s.metrics.items()}


def assert_same_scores(server: Server, run: Run, undisturbed: dict) -> None:
    assert scores(server, run) == pytest.approx(undisturbed, rel=1e-3)


def assert_every_epoch_once(server: Server, run: Run) -> None:
    told = merge_attempts(read_events(RunStore(server.home).folder(run.id)))
    assert [e.epoch for e in told if e.batch is None] == list(range(1, EPOCHS + 1))


def kill_9(server: Server, name: str) -> int:
    """Kill the process that holds the lock of that name; its pid."""
    held = holder(server.home.workers, name)
    assert held is not None, f"{name} does not live"
    os.kill(held.pid, signal.SIGKILL)
    return held.pid


@every_time
def test_a_killed_page_server_does_not_disturb_training_and_everything_is_there_again(
    fathom, table, undisturbed, page, moment
):
    queue = Queue(fathom.home)
    run = start(fathom, table)
    screen.visit(page, f"{fathom.url}/train?run={run.id}")
    material.await_epoch(fathom.home, run, moment)
    before = queue.get(run.id)
    fathom.kill()
    assert queue.get(run.id).is_alive
    seen = material.last_epoch(RunStore(fathom.home).folder(run.id))
    fathom.start()
    screen.expect_epoch_after(page, seen)  # the open page goes on
    page.reload()
    screen.expect_curve(page)
    screen.expect_verdict(page)
    screen.expect_no_complaint(page)
    after = assert_succeeds(fathom, run)
    assert (after.attempt, after.crashes) == (before.attempt, before.crashes) == (1, 0)
    assert_every_epoch_once(fathom, run)
    assert_same_scores(fathom, run, undisturbed)


@every_time
def test_a_run_whose_worker_was_killed_goes_on_by_itself_to_the_same_scores(
    fathom, table, undisturbed, page, moment
):
    queue = Queue(fathom.home)
    run = start(fathom, table)
    screen.visit(page, f"{fathom.url}/train?run={run.id}")
    material.await_epoch(fathom.home, run, moment)
    kill_9(fathom, queue.get(run.id).worker)
    screen.expect_epoch_after(page, moment + 5)
    screen.expect_curve(page)
    job = assert_succeeds(fathom, run)
    assert job.attempt == 2
    assert_every_epoch_once(fathom, run)
    first = [e.epoch for e in read_events(RunStore(fathom.home).folder(run.id)) if e.attempt == 2]
    assert min(first) > 1, "the second attempt began anew instead of going on"
    assert_same_scores(fathom, run, undisturbed)
    screen.expect_verdict(page)
    screen.expect_no_complaint(page)


@every_time
def test_a_killed_supervisor_does_not_disturb_training_and_the_next_one_serves_on(
    fathom, table, undisturbed, page, moment
):
    run = start(fathom, table)
    material.await_epoch(fathom.home, run, moment)
    killed = kill_9(fathom, SUPERVISOR.removesuffix(".lock"))
    screen.visit(page, f"{fathom.url}/train?run={run.id}")
    successor = eventually(lambda: holder(fathom.home.workers, "supervisor"), "no other supervisor came")
    assert successor.pid != killed
    screen.expect_curve(page)
    job = assert_succeeds(fathom, run)
    assert (job.attempt, job.crashes) == (1, 0)
    assert_every_epoch_once(fathom, run)
    assert_same_scores(fathom, run, undisturbed)
    following = material.start(fathom.home, material.spec_of(table, epochs=2))
    assert_succeeds(fathom, following)
    screen.expect_no_complaint(page)
