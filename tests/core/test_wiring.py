"""What jobs do with what they are handed: uploads are stored, given up or kept to be read another way."""

import pytest

from core.data.catalog import Catalog
from core.data.query_history import QueryHistory
from core.home import Home
from core.jobs.context import Leaving
from core.jobs.queue import Queue
from core.jobs.worker import work_on
from core.runs.store import RunStore
from core.wiring import _scorers, handlers
from tests.core.runs.conftest import a_spec

TABLE = "a,b\n" + "".join(f"{i % 5},{i % 3}\n" for i in range(50))


@pytest.fixture
def home(tmp_path) -> Home:
    return Home.at(tmp_path / "home")


@pytest.fixture
def ingested(home):
    """ingested(content, request=…): the job that read an upload, after somebody did it."""

    def do(content: str, request: str | None = None, file: str = "0" * 20):
        (home.uploads / file).write_text(content)
        queue = Queue(home)
        payload = {"file": file, "name": "table.csv", "options": {}}
        job = queue.put(kind="ingest", lane="data", owner="ada", payload=payload)
        job = queue.claim("data", "hand")
        if request:
            queue.request(job.id, "ada", request)
        work_on(home, queue, job, handlers(), Leaving())
        return queue.get(job.id)

    return do


def test_an_upload_is_stored_and_not_kept_twice(home, ingested):
    job = ingested(TABLE)
    assert job.state == "succeeded"
    assert Catalog(home).get(job.result["dataset"], "ada").n_rows == 50
    assert not list(home.uploads.iterdir())


def test_a_refused_upload_stays_and_is_called_by_its_owners_name(home, ingested):
    job = ingested("")
    assert job.state == "failed"
    assert "'table.csv'" in job.error and "000" not in job.error
    assert list(home.uploads.iterdir())


def test_reading_that_is_cancelled_leaves_nothing_behind(home, ingested):
    job = ingested(TABLE, request="cancel")
    assert job.state == "stopped"
    assert not list(home.uploads.iterdir())
    assert not list(home.blobs.iterdir()) and not Catalog(home).list("ada")


def test_a_worker_that_must_leave_puts_the_upload_back(home):
    (home.uploads / "table").write_text(TABLE)
    queue, leaving = Queue(home), Leaving()
    queue.put(kind="ingest", lane="data", owner="ada", payload={"file": "table", "name": "t", "options": {}})
    leaving.asked = True
    work_on(home, queue, queue.claim("data", "hand"), handlers(), leaving)
    assert [j.state for j in queue.list("ada")] == ["queued"]
    work_on(home, queue, queue.claim("data", "hand"), handlers(), Leaving())
    assert [d.name for d in Catalog(home).list("ada")] == ["t"]


@pytest.mark.parametrize("file", ["../fathom.db", "/etc/passwd", "", ".."])
def test_only_uploads_are_read(home, file):
    queue = Queue(home)
    job = queue.put(kind="ingest", lane="data", owner="ada", payload={"file": file, "name": "t"})
    work_on(home, queue, queue.claim("data", "hand"), handlers(), Leaving())
    assert queue.get(job.id).state == "failed"
    assert queue.get(job.id).error_code in ("file_elsewhere", "file_missing")


def test_a_deleted_run_answers_no_more_though_its_model_is_still_loaded(home, monkeypatch):
    store, queue = RunStore(home), Queue(home)
    run = store.create(a_spec(), "ada", "mine")
    store.write_manifest(run.id)

    def load(*_):
        raise MemoryError  # as good as an answer: the job came as far as its model

    monkeypatch.setattr(_scorers, "loaded_scorer", load)  # like the warm one it looks at no store

    def asked():
        queue.put(kind="score", lane="interactive", owner="ada", payload={"run": run.id, "rows": {}})
        job = queue.claim("interactive", "hand")
        work_on(home, queue, job, handlers(), Leaving())
        return queue.get(job.id)

    assert asked().error_code == "out_of_memory"
    store.delete(run.id, "ada")
    assert asked().error_code == "run_not_yours"


def test_a_query_that_was_stopped_can_be_taken_up_again(home):
    queue = Queue(home)
    queue.put(kind="query", lane="query", owner="ada", payload={"sql": "SELECT count(*) FROM range(1000000)"})
    job = queue.claim("query", "hand")
    queue.request(job.id, "ada", "cancel")
    work_on(home, queue, job, handlers(), Leaving())
    (past,) = QueryHistory(home).list("ada")
    assert queue.get(job.id).state == "stopped"
    assert past.sql == job.payload["sql"] and past.n_rows is None and past.error is None
