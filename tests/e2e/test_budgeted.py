"""What is had in good time is kept: a recommended run whose worker is killed, folds that are ended early."""

import os
import signal
from dataclasses import replace

from playwright.sync_api import expect

from core.jobs.liveness import holder
from core.runs.records import fold_folder, read_records
from core.studies.conclude import load_verdict
from core.studies.plan import default_spec
from tests.e2e import material, screen
from tests.e2e.server import eventually

BUDGET_S = 25.0
PATIENCE_S = 180.0


def done_in(folder, spec) -> dict:
    """number → record of the models that ended well in that folder, a run's or a fold's."""
    return {r.number: r for r in read_records(folder, spec) if r.state == "done"}


def test_a_recommended_run_whose_worker_is_killed_keeps_what_was_done_within_its_budget(
    server, customers, finished, store, queue
):
    spec = default_spec(customers, material.TARGET, budget_s=BUDGET_S, seed=3)
    run = material.start(server.home, spec, name="Recommended")
    folder = store.folder(run.id)

    def has_models() -> bool:
        assert not queue.get(run.id).is_ended, "it ended before anything could be killed"
        return len(done_in(folder, spec)) >= 2

    eventually(has_models, "no two models were done", timeout_s=PATIENCE_S)
    worker = holder(server.home.workers, queue.get(run.id).worker)
    os.kill(worker.pid, signal.SIGKILL)
    before = done_in(folder, spec)
    job = queue.wait(run.id, PATIENCE_S)
    assert (job.state, job.attempt, job.crashes) == ("succeeded", 2, 1), job.error
    after = done_in(folder, spec)
    assert all(after[n].fit_s == r.fit_s and after[n].validation == r.validation for n, r in before.items())
    recommended = load_verdict(folder).recommended
    assert recommended in after and store.is_whole(run.id) and store.verify(run.id) == ()
    judged = {s.model for s in store.scores(store.get(run.id)) if s.part == "test" and s.value is not None}
    assert {r.key for r in before.values()} <= judged


def test_finish_now_in_the_last_fold_keeps_the_folds_before_it_and_compare_shows_how_they_differ(
    server, customers, finished, store, queue, page
):
    spec = replace(material.spec_of(customers, **material.LONG), folds=3)
    run = material.start(server.home, spec, name="In folds")
    folder = store.folder(run.id)
    screen.visit(page, f"{server.url}/train?run={run.id}")

    def is_in_last_fold() -> bool:
        assert not queue.get(run.id).is_ended, "it ended before anybody could press"
        return len(done_in(fold_folder(folder, 2), spec)) == len(spec.models)

    eventually(is_in_last_fold, lambda: f"no third fold: {queue.get(run.id)}", timeout_s=PATIENCE_S)
    screen.press(page, "run_finish")
    screen.expect_verdict(page)
    verdict = load_verdict(folder)
    assert (verdict.n_folds, verdict.n_folds_done) == (3, 2) and store.is_whole(run.id)
    assert {r.voices for r in done_in(folder, spec).values()} == {(1, 2)}

    screen.visit(page, f"{server.url}/compare?run={run.id}")
    expect(screen.heading(page, "Fold by fold")).to_be_visible()
    expect(screen.by_key(page, "folds").get_by_test_id("stPlotlyChart")).to_be_visible(
        timeout=screen.PATIENCE_MS
    )
    expect(page.get_by_text("Each model was trained 2 times")).to_be_visible()
    screen.expect_no_complaint(page)
