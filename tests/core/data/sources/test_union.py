"""Folders of Parquet and of CSVs with equal columns, in an archive or at a path, are one table."""

import io
import zipfile

import pandas as pd
import pytest

from core.data.origins import Fetching, fetch
from core.data.text_table import read_text
from core.errors import BadInput, UnreadableFile
from core.home import Home
from core.settings import Settings


def parquet(**columns) -> bytes:
    content = io.BytesIO()
    pd.DataFrame(columns).to_parquet(content, index=False)
    return content.getvalue()


@pytest.fixture
def table(tmp_path):
    def read(members: dict[str, bytes], **options):
        with zipfile.ZipFile(tmp_path / "given", "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return read_text(tmp_path / "given", options)

    return read


def test_columns_are_joined_by_name_and_partitions_are_columns(table):
    found = table(
        {
            "t/_SUCCESS": b"",
            "t/year=2021/city=a%20b/0.parquet": parquet(b=["y"], a=[2]),
            "t/year=2020/city=__HIVE_DEFAULT_PARTITION__/0.parquet": parquet(a=[1], b=["x"], c=[0.5]),
        }
    )
    assert found.names == ("a", "b", "c", "year", "city") and found.n_rows == 2
    assert found.frame().fillna("-").values.tolist() == [
        ["1", "x", "0.5", "2020", "-"], ["2", "y", "-", "2021", "a b"],
    ]  # fmt: skip
    assert found.declared == {"a": "integer", "c": "decimal"} and found.options["files"] == 2


def test_files_that_state_other_kinds_are_looked_at_like_text(table):
    found = table({"0.parquet": parquet(a=[1], b=[1]), "1.parquet": parquet(a=["x"], b=[2])})
    assert found.declared == {"b": "integer"} and found.frame()["a"].tolist() == ["1", "x"]


def test_csvs_with_equal_columns_are_one_table_in_the_order_of_their_names(table):
    found = table({"2.csv": b"b,a\n4,3\n", "1.csv": b"a,b\n1,2\n9,9\n9,9\n"})
    assert found.names == ("a", "b") and found.frame().values.tolist()[-1] == ["3", "4"] and found.n_rows == 4


def test_csvs_with_other_columns_are_a_choice(table):
    members = {"1.csv": b"a,b\n1,2\n", "2.csv": b"c,d\n1,2\n"}
    with pytest.raises(UnreadableFile, match="Choose the one"):
        table(members)
    assert table(members, member="2.csv").names == ("c", "d")


def test_a_damaged_part_is_named(table):
    with pytest.raises(UnreadableFile, match="1.parquet"):
        table({"0.parquet": parquet(a=[1], b=[1]), "1.parquet": b"PAR1 harmed"})


def test_a_folder_at_a_path_is_one_table(tmp_path):
    lake, home = tmp_path / "lake", Home.at(tmp_path / "home")
    (lake / "t/day=1").mkdir(parents=True)
    (lake / "t/day=2").mkdir()
    (lake / "t/day=1/a.parquet").write_bytes(parquet(a=[1], b=[2]))
    (lake / "t/day=2/a.parquet").write_bytes(parquet(a=[3], b=[4]))
    (lake / "t/.hidden").write_text("no")
    (tmp_path / "secret.parquet").write_bytes(parquet(a=[9], b=[9]))
    (lake / "t/day=2/link.parquet").symlink_to(tmp_path / "secret.parquet")
    (lake / "empty").mkdir()
    fetching = Fetching(out=home.uploads / "o", home=home, settings=Settings(allowed_paths=(lake,)))
    fetch({"kind": "path", "path": str(lake / "t")}, fetching)
    found = read_text(fetching.out)
    assert found.frame().values.tolist() == [["1", "2", "1"], ["3", "4", "2"]]
    before = fetching.out.read_bytes()
    fetch({"kind": "path", "path": str(lake / "t")}, fetching)
    assert fetching.out.read_bytes() == before
    with pytest.raises(BadInput, match="no file"):
        fetch({"kind": "path", "path": str(lake / "empty")}, fetching)
