"""REST as the server calls it: a raw ASGI scope with the body in messages."""

import asyncio
import builtins
import errno
import json
import shutil
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect

from core.commands import OWNER
from core.jobs.queue import Queue
from pages.components import routes as module
from pages.components.routes import routes

STREAMED = {"content-type": "application/octet-stream"}
WHOLE = ({"type": "http.request", "body": b"a,b\n1,2\n", "more_body": False},)
CUT = ({"type": "http.request", "body": b"a,b\n1,", "more_body": True}, {"type": "http.disconnect"})


@pytest.fixture
def ask(home):
    """ask(method, path, headers, messages): status and JSON of the answer."""

    def do(method="POST", path="/api/v1/datasets", headers=(), messages=WHOLE, host="localhost:8501"):
        fields = {"host": host, **STREAMED, **dict(headers)}
        scope = {
            "type": "http", "method": method, "path": path, "query_string": b"name=t.csv", "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        }  # fmt: skip
        left, sent = iter(messages), []

        async def receive():
            return next(left)

        async def send(message):
            sent.append(message)

        asyncio.run(Starlette(routes=routes(home))(scope, receive, send))
        return sent[0]["status"], json.loads(b"".join(m.get("body", b"") for m in sent[1:]))

    return do


def nothing_kept(home) -> bool:
    return not list(home.uploads.iterdir()) and not Queue(home).list(OWNER)


def test_a_file_is_stored_and_queued(home, ask):
    status, answer = ask()
    assert status == 202
    job = Queue(home).get(answer["job"])
    assert (home.uploads / job.payload["file"]).read_bytes() == b"a,b\n1,2\n"
    assert ask("GET", f"/api/v1/jobs/{job.id}", messages=())[1]["state"] == "queued"


def test_nothing_is_left_when_the_client_goes_away(home, ask):
    with pytest.raises(ClientDisconnect):
        ask(messages=CUT)
    assert nothing_kept(home)


def test_nothing_is_left_on_a_full_disk_and_a_sentence_says_so(home, ask, monkeypatch):
    class Full:
        def __init__(self, *args):
            self._file = builtins.open(*args)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self._file.close()

        def write(self, chunk):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "open", Full, raising=False)
    status, answer = ask()
    assert status == 507 and "no room" in answer["error"] and nothing_kept(home)


def test_nothing_is_left_when_the_job_cannot_be_queued(home, ask, monkeypatch):
    def put(self, **_):
        raise RuntimeError

    monkeypatch.setattr(Queue, "put", put)
    with pytest.raises(RuntimeError):
        ask()
    assert not list(home.uploads.iterdir())


def test_a_file_that_the_disk_cannot_hold_is_refused_before_it_is_read(home, ask, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    assert ask(headers={"content-length": "11"}, messages=())[0] == 507
    assert nothing_kept(home)


def test_a_file_over_the_limit_is_refused_before_it_is_read(home, ask, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 5)
    assert ask(headers={"content-length": "6"}, messages=())[0] == 413
    assert ask()[0] == 413  # nor is one that did not say so
    assert nothing_kept(home)


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "LOCALHOST"])
def test_this_machines_names_are_served(ask, host):
    assert ask(host=host)[0] == 202


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8501", "", "[::1", "10.0.0.5"])
def test_a_name_that_only_resolves_to_this_machine_is_refused(home, ask, host):
    assert ask(host=host)[0] == 403 and nothing_kept(home)
    assert ask("GET", "/api/v1/jobs/00000000000000000000", host=host, messages=())[0] == 403


def test_the_configured_names_are_served(ask, monkeypatch):
    options = {"server.address": "10.0.0.5", "server.allowedHosts": ["data.example", "*.lab.example"]}
    monkeypatch.setattr("streamlit.get_option", options.get)
    assert [ask(host=h)[0] for h in ("10.0.0.5:80", "data.example", "a.lab.example")] == [202] * 3
    assert ask(host="lab.example.evil")[0] == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:9999", "null"])
def test_a_page_of_another_site_is_refused(home, ask, origin):
    assert ask(headers={"origin": origin})[0] == 403 and nothing_kept(home)


def test_a_page_of_this_server_is_served(ask):
    assert ask(headers={"origin": "http://localhost:8501"})[0] == 202
