"""Corpora of odd files, unpacked where they lie beside the repository."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def corpus(real, tmp_path) -> Callable[[str], Path]:
    """corpus("messy_x/y.zip"): the folder it unpacks to, or the test is skipped."""

    def unpack(name: str) -> Path:
        with zipfile.ZipFile(real(name)) as archive:
            archive.extractall(tmp_path / "corpus")
        return tmp_path / "corpus"

    return unpack
