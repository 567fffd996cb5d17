"""Paths on the server: what the settings allow, and never anything beside it."""

import os
import threading

import pytest

from core.data.origins import Fetching, fetch
from core.data.origins import _below as below
from core.errors import BadInput
from core.home import Home
from core.settings import Settings


@pytest.fixture
def lake(tmp_path):
    """A folder that is allowed, beside one that is not."""
    for name in ("lake/deep", "secret"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "lake/deep/t.csv").write_text("a,b\n1,2\n")
    (tmp_path / "lake/.env").write_text("hush")
    (tmp_path / "secret/t.csv").write_text("hush,hush\n1,2\n")
    return tmp_path / "lake"


@pytest.fixture
def fetched(lake, tmp_path):
    home = Home.at(tmp_path / "lake/home")

    def do(path, allowed=None):
        fetching = Fetching(
            out=home.uploads / "out",
            home=home,
            settings=Settings(allowed_paths=(lake,) if allowed is None else allowed),
        )
        where = fetch({"kind": "path", "path": str(path)}, fetching)
        content = fetching.out.read_text()
        fetching.out.unlink()
        return content, where

    return do


def test_a_file_below_an_allowed_folder_is_copied(fetched, lake):
    content, where = fetched(lake / "deep/t.csv")
    assert content == "a,b\n1,2\n" and where == {"kind": "path", "path": str(lake / "deep/t.csv")}


def test_by_default_nothing_is_allowed_and_the_sentence_says_how(fetched, lake):
    with pytest.raises(BadInput, match="allowed_paths"):
        fetched(lake / "deep/t.csv", allowed=())


def test_links_inside_are_followed_and_links_outside_are_not(fetched, lake):
    (lake / "in.csv").symlink_to(lake / "deep/t.csv")
    (lake / "out.csv").symlink_to(lake.parent / "secret/t.csv")
    (lake / "outdir").symlink_to(lake.parent / "secret")
    assert fetched(lake / "in.csv")[0] == "a,b\n1,2\n"
    for path in ("out.csv", "outdir/t.csv"):
        with pytest.raises(BadInput, match="not below"):
            fetched(lake / path)


@pytest.mark.parametrize(
    "path",
    [
        "../secret/t.csv",
        "deep/../../secret/t.csv",
        ".env",
        "home/fathom.db",
        "deep/t.csv\0",
        "/etc/passwd",
        "../lake2/x",
    ],
)
def test_what_lies_elsewhere_is_refused(fetched, lake, path):
    (lake / "home/fathom.db").write_text("hush")
    (lake.parent / "lake2").mkdir()
    (lake.parent / "lake2/x").write_text("a,b\n")
    with pytest.raises(BadInput, match="not below"):
        fetched(f"{lake}/{path}" if not path.startswith("/") else path)
    with pytest.raises(BadInput, match="not below"):
        fetched("deep/t.csv")


def test_what_is_outside_is_not_told_from_what_is_not_there(fetched, lake):
    said = []
    for path in ("secret/t.csv", "secret/u.csv"):
        with pytest.raises(BadInput) as caught:
            fetched(lake.parent / path)
        said.append(str(caught.value).replace("u.csv", "t.csv"))
    assert said[0] == said[1]


@pytest.mark.parametrize("path", ["deep/none.csv", "pipe", "deep/t.csv/x"])
def test_what_is_no_file_gives_a_sentence_at_once(fetched, lake, path):
    os.mkfifo(lake / "pipe")
    with pytest.raises(BadInput, match="no file"):
        fetched(lake / path)


def test_a_link_put_there_after_the_check_is_not_followed(lake):
    root, rest = below.place(str(lake / "deep/t.csv"), (lake,), lake / "home")
    (lake / "deep").rename(lake / "away")
    (lake / "deep").symlink_to(lake.parent / "secret")
    with pytest.raises(BadInput):
        below.open_below(root, rest)


def test_no_race_of_renamings_gives_what_is_not_allowed(fetched, lake):
    stop, link = threading.Event(), lake / "x.csv"

    def exchange():
        while not stop.is_set():
            link.unlink(missing_ok=True)
            link.symlink_to(lake.parent / "secret/t.csv")
            link.unlink()
            link.write_text("a,b\n3,4\n")

    thread = threading.Thread(target=exchange)
    thread.start()
    try:
        for _ in range(200):
            try:
                assert "hush" not in fetched(link)[0]
            except BadInput:
                pass
    finally:
        stop.set()
        thread.join()
