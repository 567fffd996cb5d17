"""A look at a file before it is read: quick, honest about what it saw, and in the words of the parse screen."""

from pathlib import Path

import pytest

from core.data import original
from core.data.ingest import ingest
from core.data.preview import preview
from core.errors import BadInput, FathomError


def test_a_look_says_what_was_recognised_and_what_is_kept_aside(tmp_path):
    rows = "".join(f"{i};0{1 + i % 9}/02/2020;{i},5 €;wort {i}\n" for i in range(40))
    (tmp_path / "t.csv").write_bytes(f"Umsätze\nid;tag;preis;text\n{rows}kaputt\n{rows}".encode("cp1252"))
    seen = preview(tmp_path / "t.csv")
    assert seen.source == "csv" and seen.is_whole and (seen.n_rows, seen.n_rejected) == (80, 1)
    assert (seen.options["encoding"], seen.options["separator"], seen.options["skip"]) == ("cp1252", ";", 1)
    assert [(c.name, c.kind, c.written, c.unit) for c in seen.columns] == [
        ("id", "integer", "", None), ("tag", "date", "MM/DD/YYYY", None),
        ("preis", "decimal", "1.234,5", "€"), ("text", "text", "", None),
    ]  # fmt: skip
    assert seen.columns[1].doubt == ("%m/%d/%Y", "%d/%m/%Y")
    assert [(a["line"], a["text"]) for a in seen.aside] == [("1", "Umsätze"), ("43", "kaputt")]
    assert len(seen.rows) == 50 and seen.rows[0] == ("0", "01/02/2020", "0,5 €", "wort 0")


def test_what_would_be_refused_for_its_rejects_can_be_looked_at(tmp_path, home):
    (tmp_path / "t.csv").write_text("a,b,c\n" + "1,2,3\n4\n" * 20)
    with pytest.raises(FathomError):
        ingest(tmp_path / "t.csv", name="t", owner="ada", home=home)
    assert preview(tmp_path / "t.csv").n_rejected == 20


def test_of_a_large_file_only_the_beginning_is_looked_at(tmp_path):
    """However long it is: the same is seen, from as many bytes."""
    seen, n_read = [], []
    for pieces in (10, 100):
        with open(tmp_path / "t.csv", "wb") as file:
            for _ in range(pieces):
                file.write(b"1,abc,2.5\n" * 100_000)
        before = read_so_far()
        seen.append(preview(tmp_path / "t.csv"))
        n_read.append(read_so_far() - before)
    assert seen[0] == seen[1] and not seen[1].is_whole and seen[1].n_rows > 100_000
    assert n_read[1] < 1.5 * n_read[0] + (1 << 20) and n_read[1] < 20 << 20, n_read


def read_so_far() -> int:
    """Bytes that this process has asked files for."""
    io = Path("/proc/self/io")
    if not io.exists():
        pytest.skip("only Linux counts what a process reads")
    return int(dict(line.split(": ") for line in io.read_text().splitlines())["rchar"])


def test_the_original_is_kept_with_its_blob_and_goes_with_it(store, catalog, home, tmp_path, monkeypatch):
    content = "a;b\n1;x\n2;y\n" * 50
    dataset = store(content)
    blob = home.blobs / dataset.blob
    original.unpack(blob, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text() == content
    original.unpack(blob, tmp_path / "head.csv", 10)
    assert (tmp_path / "head.csv").read_text() == content[:10]
    catalog.delete(dataset.id, "ada")
    assert not blob.exists()
    monkeypatch.setattr(original, "MOST_BYTES", 10)
    large = store(content)
    with pytest.raises(BadInput, match="Upload it again"):
        original.unpack(home.blobs / large.blob, tmp_path / "gone.csv")
