import errno
import os
import time

import pytest

from core.home import Home, delete_old, new_id, write_whole


def test_a_home_makes_its_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("FATHOM_HOME", str(tmp_path / "deep" / "home"))
    home = Home.from_environment()
    assert home.root == tmp_path / "deep" / "home"
    for folder in (home.blobs, home.datasets, home.runs, home.uploads, home.workers, home.exports):
        assert folder.is_dir() and folder.parent == home.root


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "spec.json"
    write_whole(path, "first")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "third")
    assert path.read_bytes() == b"second" and list(tmp_path.iterdir()) == [path]


def test_ids_are_random_and_fit_a_url():
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100 and all(len(i) == 20 and i.isalnum() for i in ids)


def test_old_uploads_are_deleted_and_new_ones_stay(tmp_path):
    for name, age in (("old", 100.0), ("new", 10.0)):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    (tmp_path / "folder").mkdir()
    delete_old(tmp_path, 50.0)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "new"]
