"""A fresh home, files written on the spot, and the real sets where they lie beside the repository."""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.domain import Dataset
from core.home import Home

REAL = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def catalog(home: Home) -> Catalog:
    return Catalog(home)


@pytest.fixture
def store(home: Home, tmp_path: Path) -> Callable[..., Dataset]:
    """store(content, name=…, owner=…, **options): a file with that content, as a dataset."""

    def make(content: str | bytes, name: str = "table.csv", owner: str = "ada", **options: object) -> Dataset:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return ingest(path, name=name, owner=owner, home=home, options=options)

    return make


@pytest.fixture
def real() -> Callable[[str], Path]:
    """real("folder/file"): a set of the development data, or the test is skipped."""

    def find(name: str) -> Path:
        path = REAL / name
        if not path.exists():
            pytest.skip(f"the development data {name} is not here")
        return path

    return find
