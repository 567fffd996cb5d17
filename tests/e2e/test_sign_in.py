"""Where sign-in is configured, no address leads past it, not even the first request a server ever gets."""

import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.e2e import screen
from tests.e2e.server import Server

ADDRESSES = (
    "train", "data", "runs", "start", "", "train.py", "main", "main.py", "pages", "app.py", "?page=train",
    "compare?run=00000000000000000000", "predict?run=00000000000000000000",
)  # fmt: skip
NESTED = ("pages/train", "pages/train.py", "pages/main.py", "app/train", "static/../pages/train.py")
INSIDE = ("Start training", "What to learn", "Show me", "Bring your own", "What do I have", "Samples")
SOURCE = ("draw_setup", "import streamlit", "session.choose")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory):
    path = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    path.write_text(
        "[auth]\n"
        'redirect_uri = "http://localhost/oauth2callback"\n'
        'cookie_secret = "nobody needs to guess this one"\n'
        'client_id = "fathom"\n'
        'client_secret = "none"\n'
        'server_metadata_url = "https://accounts.invalid/.well-known/openid-configuration"\n'
    )
    return path


@pytest.fixture
def guarded(chromium, secrets, tmp_path):
    """A server that nobody has asked for a page yet."""
    with Server(tmp_path, options=("--secrets.files", str(secrets))) as server:
        yield server


def expect_nothing_inside(page) -> None:
    for text in INSIDE:
        expect(page.get_by_text(text)).to_have_count(0)
    for part in ("stTopNavLink", "stSidebarNav"):
        expect(page.get_by_test_id(part)).to_have_count(0)
    screen.expect_no_complaint(page)


def test_the_first_request_of_a_cold_server_meets_the_sign_in_and_so_does_every_other(guarded, page):
    for address in ADDRESSES:
        page.goto(f"{guarded.url}/{address}")
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        screen.rest(page)
        expect_nothing_inside(page)
    for address in NESTED:
        page.goto(f"{guarded.url}/{address}", wait_until="networkidle")
        expect_nothing_inside(page)


def ask(url: str, **request) -> tuple[int, str]:
    """The status and the body of what is answered."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, **request), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def test_neither_a_page_file_nor_a_rest_route_answers_a_stranger(guarded):
    for address in (*ADDRESSES, *NESTED):
        _, body = ask(f"{guarded.url}/{address}")
        assert not [word for word in SOURCE if word in body], address
    stream = {"Content-Type": "application/octet-stream"}
    sent, _ = ask(f"{guarded.url}/api/v1/datasets?name=x.csv", data=b"a,b\n1,2\n", headers=stream)
    asked, _ = ask(f"{guarded.url}/api/v1/jobs/00000000000000000000")
    assert (sent, asked) == (401, 401)
    assert not list(guarded.home.uploads.iterdir())
    assert ask(f"{guarded.url}/api/v1/health")[0] == 200
