"""Corpora of odd files, unpacked where they lie beside the repository; archives taken in, and what became of them."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.sources._kept_aside import read_kept_aside


@pytest.fixture
def corpus(real, tmp_path) -> Callable[[str], Path]:
    """corpus("messy_x/y.zip"): the folder it unpacks to, or the test is skipped."""

    def unpack(name: str) -> Path:
        with zipfile.ZipFile(real(name)) as archive:
            archive.extractall(tmp_path / "corpus")
        return tmp_path / "corpus"

    return unpack


@pytest.fixture
def taken(home):
    """taken(path): the dataset that comes of it."""

    def take(path):
        return ingest(path, name=path.name, owner="ann", home=home)

    return take


def frame_of(dataset, home):
    return Catalog(home).read(dataset)


def aside(dataset):
    kept = Path(dataset.location) / "rejects.csv"
    return {row["text"]: row["reason"] for row in read_kept_aside(kept, 100)} if kept.exists() else {}
