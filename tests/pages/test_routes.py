"""REST as the server calls it: a raw ASGI scope with the body in messages."""

import asyncio
import builtins
import errno
import json
import shutil
import stat
from types import SimpleNamespace

import psutil
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect

from core.commands import OWNER
from core.home import Home
from core.jobs.queue import Queue
from pages.components import routes as module
from pages.components.routes import routes
from pages.components.upload_ticket import ticket_for

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
    assert job.payload["promised"] == answer["dataset"]
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
    monkeypatch.setenv("FATHOM_MOST_UPLOAD_GB", "5e-9")
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


@pytest.fixture
def signed_in(monkeypatch):
    """People sign in here."""
    monkeypatch.setattr(module, "is_sign_in_configured", lambda: True)


def test_where_people_sign_in_a_ticket_says_who_sends(home, ask, signed_in):
    bearer = {"authorization": f"Bearer {ticket_for('ada', home)}"}
    status, answer = ask(headers=bearer)
    assert status == 202 and Queue(home).get(answer["job"]).owner == "ada"
    assert ask("GET", f"/api/v1/jobs/{answer['job']}", headers=bearer, messages=())[0] == 200
    other = {"authorization": f"Bearer {ticket_for('eve', home)}"}
    assert ask("GET", f"/api/v1/jobs/{answer['job']}", headers=other, messages=())[0] == 404


def test_without_a_ticket_of_ours_nothing_is_taken(home, ask, signed_in, monkeypatch, tmp_path):
    good = ticket_for("ada", home)
    forged = ticket_for("ada", Home.at(tmp_path / "elsewhere"))
    said, _, signature = good.partition(".")
    swapped = f"{ticket_for('eve', home).partition('.')[0]}.{signature}"
    for ticket in ("", "x", "x.y", "é.é", forged, swapped, said, f"{said}."):
        assert ask(headers={"authorization": f"Bearer {ticket}"} if ticket.isascii() else {})[0] == 401
    monkeypatch.setattr("pages.components.upload_ticket.time.time", lambda: 4e9)
    assert ask(headers={"authorization": f"Bearer {good}"})[0] == 401
    assert nothing_kept(home)
    assert stat.S_IMODE((home.root / "tickets.key").stat().st_mode) == 0o600


def test_a_large_body_is_never_held_in_memory(home, ask):
    process = psutil.Process()
    before, most = process.memory_info().rss, 0

    def messages():
        nonlocal most
        for _ in range(300):
            most = max(most, process.memory_info().rss)
            yield {"type": "http.request", "body": bytes(1 << 20), "more_body": True}
        yield {"type": "http.request", "body": b"", "more_body": False}

    status, answer = ask(messages=messages())
    assert status == 202 and most - before < 60 << 20
    assert (home.uploads / Queue(home).get(answer["job"]).payload["file"]).stat().st_size == 300 << 20
