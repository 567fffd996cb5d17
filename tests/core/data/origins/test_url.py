"""Addresses: streamed from where the settings allow, and from nowhere else."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.data.origins import Fetching, fetch, name_of
from core.data.origins._addresses import allowed
from core.errors import BadInput, TooLarge
from core.home import Home
from core.settings import Settings

BASES = ("https://data.example/open/", "http://127.0.0.1:8000", "s3://lake/sales")


@pytest.mark.parametrize(
    "url",
    ["https://data.example/open/t.csv", "https://DATA.example:443/open/a/b.csv?year=2020", "s3://lake/sales/t.parquet",
     "http://127.0.0.1:8000/x"],
)  # fmt: skip
def test_what_lies_below_an_allowed_address_passes(url):
    assert allowed(url, BASES) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example/other.csv", "https://data.example/opened/t.csv", "http://data.example/open/t.csv",
        "https://data.example/open/../x", "https://data.example/open/%2e%2e/x", "https://data.example/open/%252e%252e/x",
        "https://data.example/open/..%2fx", "https://data.example.evil/open/t", "https://evil@data.example/open/t",
        "https://u:hush@data.example/open/t", "https://data.example:444/open/t", "https://data.example\\@evil/open/t",
        "file:///etc/passwd", "ftp://data.example/open/t", "s3://lake2/sales/t", "s3://lake/salesman/t", "gopher://x",
        "https://data.example/open/t?X-Amz-Signature=hush", "https://data.example/open/t?api_key=hush", "", "x",
        "https://data.example/open/t\r\nHost: evil", "https://[::1/open/t", "http://127.0.0.1:8000x/",
    ],
)  # fmt: skip
def test_anything_else_is_refused_without_saying_a_secret(url):
    with pytest.raises(BadInput) as caught:
        allowed(url, BASES)
    assert "hush" not in str(caught.value)


def test_by_default_nothing_is_allowed_and_the_sentence_says_how():
    with pytest.raises(BadInput, match="allowed_urls"):
        allowed("https://data.example/t", ())


@pytest.fixture
def server():
    """Serves /open/…; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            moves = {
                "/open/inside": "/open/t.csv",
                "/open/outside": "/closed/t.csv",
                "/open/file": "file:///etc/passwd",
            }
            if self.path in moves:
                self.send_response(302)
                self.send_header("Location", moves[self.path])
                self.end_headers()
                return
            if self.path == "/open/none":
                return self.send_error(404)
            self.send_response(200)
            if self.path == "/open/cut":
                self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"a,b\n1,2\n" * (200_000 if self.path == "/open/large" else 1))

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()


@pytest.fixture
def fetched(server, tmp_path):
    home = Home.at(tmp_path / "home")

    def do(path):
        settings = Settings(allowed_urls=(f"{server}/open/",), most_upload_bytes=1_000_000)
        fetching = Fetching(out=home.uploads / "out", home=home, settings=settings)
        try:
            fetch({"kind": "url", "url": server + path}, fetching)
        except Exception:
            assert not list(home.uploads.iterdir())
            raise
        return fetching.out.read_bytes()

    return do


def test_a_file_is_fetched_also_by_a_redirect_that_stays_inside(fetched):
    assert fetched("/open/t.csv") == fetched("/open/inside") == b"a,b\n1,2\n"


@pytest.mark.parametrize("path", ["/open/outside", "/open/file"])
def test_a_redirect_elsewhere_is_not_followed(fetched, path):
    with pytest.raises(BadInput):
        fetched(path)


def test_what_is_too_large_cut_or_absent_gives_a_sentence(fetched):
    with pytest.raises(TooLarge):
        fetched("/open/large")
    with pytest.raises(BadInput, match="8 of 100 bytes"):
        fetched("/open/cut")
    with pytest.raises(BadInput, match="status 404"):
        fetched("/open/none")


def test_a_server_that_is_not_there_gives_a_sentence(tmp_path):
    home = Home.at(tmp_path)
    settings = Settings(allowed_urls=("http://127.0.0.1:9/",))
    with pytest.raises(BadInput, match="could not be fetched"):
        fetch(
            {"kind": "url", "url": "http://127.0.0.1:9/t"},
            Fetching(out=home.uploads / "o", home=home, settings=settings),
        )


def test_an_object_store_is_read_with_the_servers_credentials(server, tmp_path, monkeypatch):
    for name, value in {"AWS_ENDPOINT_URL": server, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "hush",
                        "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    home = Home.at(tmp_path)
    fetching = Fetching(out=home.uploads / "o", home=home, settings=Settings(allowed_urls=("s3://open/",)))
    with pytest.raises(BadInput) as caught:  # this server does not speak S3: its refusal is a sentence
        fetch({"kind": "url", "url": "s3://open/t.csv"}, fetching)
    assert "hush" not in str(caught.value)


def test_a_dataset_is_called_by_its_file():
    assert name_of({"kind": "url", "url": "https://x/a/b%20c.csv?d=e"}) == "b c.csv"
