"""What is allowed is what files and environment say, and a secret is shown by nobody."""

import pytest

from core.errors import BadInput, UnknownName
from core.settings import Settings

TOML = """
[connections.Sales]
url = "postgresql://u:hush@db/sales"
[connections.other]
type = "snowflake"
[data]
allowed_paths = ["/srv"]
allowed_urls = ["https://data.example/"]
most_upload_gb = 2
"""


@pytest.fixture
def current(tmp_path):
    def read(text: str = "", **environment: str) -> Settings:
        (tmp_path / "secrets.toml").write_text(text)
        return Settings.current({"FATHOM_SECRETS": str(tmp_path / "secrets.toml"), **environment})

    return read


def test_by_default_nothing_is_allowed(tmp_path):
    found = Settings.current({"FATHOM_SECRETS": str(tmp_path / "none.toml")})
    assert (dict(found.connections), found.allowed_paths, found.allowed_urls) == ({}, (), ())


def test_files_say_and_the_environment_counts_more(current):
    found = current(TOML)
    assert found.connection("sales").endswith("sales") and set(found.connections) == {"sales"}
    assert [str(p) for p in found.allowed_paths] == ["/srv"] and found.most_upload_bytes == 2e9
    found = current(TOML, FATHOM_ALLOWED_PATHS="/a:/b", FATHOM_CONNECTION_SALES="sqlite:///x")
    assert [str(p) for p in found.allowed_paths] == ["/a", "/b"] and found.connection(
        "sales"
    ) == "sqlite:///x"


def test_no_secret_is_printed(current):
    assert "hush" not in repr(current(TOML))
    with pytest.raises(UnknownName) as caught:
        current(TOML).connection("hr")
    assert "hush" not in str(caught.value) and "sales" in str(caught.value)


def test_a_file_that_cannot_be_read_is_named_and_not_shown(current):
    with pytest.raises(BadInput) as caught:
        current('[connections.a]\nurl = "hush')
    assert "secrets.toml" in str(caught.value) and "hush" not in str(caught.value)
    with pytest.raises(BadInput):
        current("[data]\nmost_upload_gb = 'much'")
