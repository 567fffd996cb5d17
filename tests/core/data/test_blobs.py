import os
import threading
import time

import pytest

from core.data import blobs
from core.data.catalog import Catalog
from core.data.ingest import ingest

ROWS = "a,b,c\n" + "".join(f"{i % 5},{'xyz'[i % 3]},{i * 1.5}\n" for i in range(50))


@pytest.mark.parametrize(
    "lost", ["table.parquet", "blob.json", "columns.json blob.json", "blob.json table.parquet"]
)
def test_what_is_left_of_a_blob_makes_room_for_the_whole_one(store, catalog, home, lost):
    first = store(ROWS)
    for name in lost.split():
        (home.blobs / first.blob / name).unlink()
    second = store(ROWS)
    assert second.blob == first.blob and len(catalog.read(second)) == 50


def test_a_deletion_killed_while_it_empties_the_folder_leaves_no_blob(store, catalog, home, monkeypatch):
    first = store(ROWS)

    def killed(folder, **_):
        (folder / "table.parquet").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(blobs.shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            catalog.delete(first.id, "ada")
    assert not (home.blobs / first.blob).exists()
    second = store(ROWS)
    assert len(catalog.read(second)) == 50
    assert [path.name for path in home.blobs.iterdir()] == [second.blob], "what was left has been swept"


def test_folders_of_dead_readers_are_swept_and_those_of_live_ones_kept(store, catalog, home):
    dataset = store(ROWS)
    dead, live = home.blobs / ".0123.dead", home.blobs / ".0123.live"
    for folder in (dead, live):
        folder.mkdir()
    os.utime(dead, (0, time.time() - 2 * blobs.STALE_S))
    catalog.delete(dataset.id, "ada")
    assert [path.name for path in home.blobs.iterdir()] == [live.name]


def test_a_deletion_waits_until_a_new_dataset_refers_to_the_blob(store, home, tmp_path, monkeypatch):
    first = store(ROWS)
    deletion = threading.Thread(target=lambda: Catalog(home).delete(first.id, "ada"))

    def report(fraction, message):
        if message == "Looking for problems":  # the blob was found, nobody refers to it anew yet
            deletion.start()
            deletion.join(0.2)

    second = ingest(tmp_path / "table.csv", name="again", owner="ada", home=home, report=report)
    deletion.join()
    assert [d.id for d in Catalog(home).list("ada")] == [second.id]
    assert len(Catalog(home).read(second)) == 50


def test_a_dataset_deleted_meanwhile_does_not_come_back_by_a_change(store, catalog, home):
    from core.errors import NotYours

    dataset = store(ROWS)
    catalog.delete(dataset.id, "ada")
    with pytest.raises(NotYours):
        catalog.update(dataset)
    assert not list(home.datasets.iterdir())
