import errno
import json
import os
import sqlite3
import time
from dataclasses import replace

import pytest

from core.domain import Score
from core.errors import BadInput, NotYours
from core.runs.records import first_records, save_record
from core.runs.store import RunStore
from tests.core.runs.conftest import a_job, a_spec

STRANGE_IDS = [
    "../../x",
    "..",
    "",
    "/etc/passwd",
    "0" * 19,
    "0" * 21,
    "0" * 20 + "\n",
    "A" * 20,
    "g" * 20,
    None,
    7,
]
SCORE = Score(
    model="mlp", number=0, family="deep", part="test", metric="auc", value=0.9, low=0.8, high=0.95, n=10
)


def test_a_run_comes_back_as_it_was_made(store, spec):
    run = store.create(spec, "ada", "First try")
    assert store.get(run.id, "ada") == run
    assert (run.spec, run.name, run.owner, run.summary) == (spec, "First try", "ada", {})
    assert json.loads((store.folder(run.id) / "spec.json").read_text())["version"] == 1


def test_a_runs_state_is_its_jobs(store, queue, spec):
    run = store.create(spec, "ada", "a")
    assert run.state == "interrupted"  # nobody is there who would go on with it
    a_job(queue, run)
    assert store.get(run.id).state == "queued"
    queue.claim("training", "w")
    queue.start(run.id, "w")
    assert store.get(run.id).state == "running"
    queue.finish(run.id, "failed", error=BadInput("job_exists", job="x"))
    failed = store.get(run.id)
    assert (failed.state, failed.error) == (
        "failed",
        "There is a job 'x' already; give the new one another id.",
    )
    assert failed.ended_at >= failed.started_at
    queue.request(run.id, "ada", "resume")
    assert store.get(run.id).attempt == 2


@pytest.mark.parametrize("run_id", STRANGE_IDS)
def test_what_is_no_run_id_never_becomes_a_path(store, spec, run_id):
    store.create(spec, "ada", "a")
    for refuse in (
        lambda: store.get(run_id, "ada"),
        lambda: store.folder(run_id),
        lambda: store.delete(run_id, "ada"),
        lambda: store.rename(run_id, "ada", "b"),
        lambda: store.save_scores(run_id, []),
        lambda: store.verify(run_id),
    ):
        with pytest.raises(NotYours, match="There is no run"):
            refuse()


def test_another_owners_run_is_neither_seen_nor_changed(store, spec):
    run = store.create(spec, "ada", "a")
    for refuse in (
        lambda: store.get(run.id, "bob"),
        lambda: store.rename(run.id, "bob", "b"),
        lambda: store.delete(run.id, "bob"),
    ):
        with pytest.raises(NotYours):
            refuse()
    assert store.list("bob") == [] and store.count("bob") == 0
    assert store.get(run.id, "ada").name == "a"


def test_a_list_is_newest_first_and_can_be_narrowed(store, queue):
    churn = store.create(a_spec("d1", "churn"), "ada", "Erste Größe 100%")
    price = store.create(a_spec("d2", "price"), "ada", "second")
    a_job(queue, churn, "succeeded")

    def listed(**narrowed):
        runs = store.list("ada", **narrowed)
        assert store.count("ada", **narrowed) == len(runs)
        return [run.id for run in runs]

    assert listed() == [price.id, churn.id]
    assert listed(dataset="d1") == [churn.id]
    assert listed(text="PRICE") == [price.id]
    assert listed(text="größe") == listed(text="0%") == [churn.id]
    assert listed(text="mlp") == [price.id, churn.id]
    assert listed(text="%") == [churn.id]
    assert listed(text="'; DROP TABLE runs; --") == []
    assert listed(states=["succeeded", "failed"]) == [churn.id]
    assert listed(states=["interrupted"]) == [price.id]
    assert listed(states=[]) == []
    assert [r.id for r in store.list("ada", limit=1, offset=1)] == [churn.id]


def test_a_name_and_a_summary_change_and_last(home, store, spec):
    run = store.create(spec, "ada", "a")
    store.set_summary(run.id, {"metric": "auc", "value": 0.91})
    renamed = store.rename(run.id, "ada", "Better name")
    assert (renamed.name, renamed.summary) == ("Better name", {"metric": "auc", "value": 0.91})
    assert [r.name for r in RunStore(home).list("ada", text="better")] == ["Better name"]


def test_a_run_is_deleted_with_its_job_and_its_folder(home, store, queue, spec):
    run, kept = store.create(spec, "ada", "a"), store.create(spec, "ada", "b")
    a_job(queue, run, "succeeded")
    store.delete(run.id, "ada")
    assert [r.id for r in store.list("ada")] == [kept.id]
    assert [p.name for p in home.runs.iterdir()] == [kept.id]
    assert queue.list("ada") == []


def test_a_run_a_worker_is_at_is_not_deleted(store, queue, spec):
    run = store.create(spec, "ada", "a")
    a_job(queue, run, "running")
    with pytest.raises(BadInput, match="'a' is training. Stop it first"):
        store.delete(run.id, "ada")
    assert store.folder(run.id).exists()


def test_scores_and_models_come_back_and_are_empty_before(store, spec):
    run = store.create(spec, "ada", "a")
    assert store.scores(run) == ()
    assert [(m.number, m.key, m.state) for m in store.models(run)] == [
        (0, "mlp", "waiting"),
        (1, "linear", "waiting"),
    ]
    store.save_scores(run.id, [SCORE])
    save_record(store.folder(run.id), replace(first_records(spec)[1], state="done"))
    assert store.scores(run) == (SCORE,)
    assert [m.state for m in store.models(run)] == ["waiting", "done"]


def test_a_run_is_whole_once_its_manifest_is_written_and_changes_are_found(store, spec):
    run = store.create(spec, "ada", "a")
    store.save_scores(run.id, [SCORE])
    model = store.folder(run.id) / "models" / "0-mlp"
    model.mkdir(parents=True)
    (model / "weights.h5").write_bytes(b"w" * 1000)
    (model / "events.1.jsonl").write_text("")
    assert not store.is_whole(run.id)
    store.write_manifest(run.id)
    assert store.is_whole(run.id) and store.verify(run.id) == ()
    manifest = json.loads((store.folder(run.id) / "manifest.json").read_text())
    assert set(manifest["files"]) == {
        "spec.json",
        "scores.json",
        "models/0-mlp/weights.h5",
        "models/0-mlp/events.1.jsonl",
    }
    assert "psutil" in manifest["packages"]

    store.rename(run.id, "ada", "b")
    assert store.verify(run.id) == ()
    (model / "weights.h5").write_bytes(b"v" * 1000)
    (model / "events.1.jsonl").unlink()
    (model / "stray").touch()
    assert store.verify(run.id) == (
        "models/0-mlp/events.1.jsonl",
        "models/0-mlp/stray",
        "models/0-mlp/weights.h5",
    )


def test_the_index_can_be_rebuilt_from_the_folders(home, store, queue, spec):
    whole, partial, paused = (store.create(spec, "ada", name) for name in ("whole", "partial", "paused"))
    store.write_manifest(whole.id)
    store.set_summary(whole.id, {"value": 1})
    store.rename(partial.id, "ada", "renamed")
    damaged = store.create(spec, "ada", "damaged")
    (store.folder(damaged.id) / "spec.json").write_text('{"version": 1, "spec": {"dataset": 1')
    (home.runs / ".deleted-0123").mkdir()
    (home.runs / "a stranger's folder").mkdir()
    for path in home.root.glob("fathom.db*"):
        path.unlink()

    store = RunStore(home)
    assert store.list("ada") == []
    for _ in range(2):  # doing it again changes nothing
        rebuilt = store.rebuild_index()
        assert (rebuilt.n_runs, rebuilt.unreadable) == (3, (damaged.id,))
        found = {run.name: run for run in store.list("ada")}
        assert {name: run.state for name, run in found.items()} == {
            "whole": "succeeded",
            "renamed": "interrupted",
            "paused": "interrupted",
        }
    assert (found["whole"].summary, found["whole"].created_at) == ({"value": 1}, whole.created_at)
    assert found["paused"].spec == paused.spec
    assert not (home.runs / ".deleted-0123").exists() and (home.runs / "a stranger's folder").exists()


def test_an_interrupted_run_without_a_queue_can_be_resumed_after_rebuilding(home, store, spec):
    from core.jobs.queue import Queue

    run = store.create(spec, "ada", "a")
    store.rebuild_index()
    queue = Queue(home)
    assert queue.request(run.id, "ada", "resume").state == "queued"
    assert queue.claim("training", "w").id == run.id


def test_a_thousand_runs_are_listed_in_one_go(home, store, queue, spec):
    first = store.create(spec, "ada", "run")
    a_job(queue, first)
    database = sqlite3.connect(home.database)
    copies = ", ".join(n for n in _columns(database, "runs") if n != "id")
    for _ in range(999):
        database.execute(
            f"INSERT INTO runs (id, {copies}) SELECT lower(hex(randomblob(10))), {copies} FROM runs WHERE id = ?",
            (first.id,),
        )
    database.commit()
    began = time.process_time()
    assert len(store.list("ada", limit=1000)) == store.count("ada") == 1000
    assert time.process_time() - began < 5


def _columns(database, table):
    return [row[1] for row in database.execute(f"PRAGMA table_info({table})")]


def test_a_full_disk_leaves_the_old_scores_and_nothing_half_written(store, spec, monkeypatch):
    run = store.create(spec, "ada", "a")
    store.save_scores(run.id, [SCORE])

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.save_scores(run.id, [replace(SCORE, value=0.1)])
    with pytest.raises(OSError, match="No space left"):
        store.write_manifest(run.id)
    assert store.scores(run) == (SCORE,)
    assert not store.is_whole(run.id)
    assert sorted(p.name for p in store.folder(run.id).iterdir()) == [
        "about.json",
        "scores.json",
        "spec.json",
    ]


def test_damaged_scores_are_named(store, spec):
    run = store.create(spec, "ada", "a")
    (store.folder(run.id) / "scores.json").write_text('{"version": 1, "sco')
    with pytest.raises(BadInput, match="scores.json is missing or damaged"):
        store.scores(run)
