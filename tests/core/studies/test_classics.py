import os
import signal
import time

import pytest

from core.domain import ModelSpec
from core.modalities import FLAT
from core.runs.records import read_records
from core.studies.classics import save_views
from core.studies.prepare import prepare


@pytest.fixture
def ready(lab):
    """(run folder, prepared rows laid out for the child, records) of a run with these models."""

    def make(*keys):
        run = lab.new_run(*(ModelSpec(key=key) for key in keys))
        folder = lab.store.folder(run.id)
        prepared = prepare(run.spec, lab.dataset, lab.catalog, folder)
        save_views(prepared, folder / "scratch", {FLAT})
        return folder, prepared, read_records(folder, run.spec)

    return make


def settle(bench, timeout_s=60):
    settled, deadline = [], time.monotonic() + timeout_s
    while bench.is_busy:
        settled += bench.poll()
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return {r.key: r for r in settled + bench.poll()}


def test_models_are_fitted_one_after_another_and_kept_with_their_predictions(bench, ready):
    folder, prepared, records = ready("dummy", "tree")
    bench.submit(folder, prepared.task, 0, records, 60)
    assert bench.is_busy and bench.current.key == "dummy"
    settled = settle(bench)
    assert [r.state for r in settled.values()] == ["done", "done"]
    for record in settled.values():
        names = {p.name for p in (folder / "models" / record.folder).iterdir()}
        assert names == {"model.json", "model.skops", "predictions.parquet"}


def test_left_off_in_the_midst_of_a_fit_it_serves_the_next_run_with_another_process(bench, ready):
    folder, prepared, records = ready("dummy", "logistic")
    bench.submit(folder, prepared.task, 0, records, 60)
    before = bench._child
    bench.leave_off()
    assert before.poll() is not None
    assert not bench.is_busy and bench.poll() == []
    assert not any(r.is_settled for r in read_records(folder, _spec_of(records)) if r.key == "logistic")
    bench.submit(folder, prepared.task, 0, records, 60)
    assert {r.state for r in settle(bench).values()} == {"done"}
    idle = bench._child
    bench.leave_off()
    bench.submit(folder, prepared.task, 0, records[:1], 60)
    assert bench._child is idle, "one that fits nothing has its imports done, and is kept"
    assert {r.state for r in settle(bench).values()} == {"done"}


def _spec_of(records):
    class Spec:
        models = [ModelSpec(key=r.key) for r in records]

    return Spec


def test_a_child_that_is_gone_before_the_order_came_is_noticed_and_replaced(bench, ready):
    folder, prepared, records = ready("dummy", "logistic")
    os.kill(bench._child.pid, signal.SIGKILL)
    bench._child.wait()
    bench.submit(folder, prepared.task, 0, records, 60)
    settled = settle(bench)
    assert settled["dummy"].state == "failed" and "without an answer" in settled["dummy"].reason
    assert settled["logistic"].state == "done"


def test_what_waits_can_be_dropped_with_a_reason(unlucky, ready):
    folder, prepared, records = ready("knn", "dummy")
    unlucky.submit(folder, prepared.task, 0, records, 60)
    dropped = unlucky.drop_waiting("enough", "finish")
    assert [(r.key, r.state, r.reason, r.ending) for r in dropped] == [
        ("knn", "skipped", "enough", "finish"),
        ("dummy", "skipped", "enough", "finish"),
    ]
    assert not unlucky.is_busy


def test_ctrl_c_at_the_terminal_does_not_reach_the_child(bench):
    assert os.getpgid(bench._child.pid if bench._child else bench.start() or bench._child.pid) != os.getpgrp()


def test_the_child_ends_with_its_parent(unlucky):
    unlucky._child.stdin.close()
    assert unlucky._child.wait(30) == 0
