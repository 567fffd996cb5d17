import os

import pytest

from core.jobs.program import PROGRAM, Program


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a" / "__pycache__").mkdir(parents=True)
    (tmp_path / "a" / "one.py").write_text("x = 1")
    return tmp_path


def later(path):
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))


@pytest.mark.parametrize(
    ("change", "is_seen"),
    [
        (lambda f: None, False),
        (lambda f: (f / "a" / "one.py").write_text("x = 22"), True),
        (lambda f: later(f / "a" / "one.py"), True),
        (lambda f: (f / "a" / "two.py").touch(), True),
        (lambda f: (f / "a" / "one.py").unlink(), True),
        (lambda f: (f / "a" / "__pycache__" / "one.pyc").touch(), False),
    ],
    ids=["nothing", "another size", "another time", "one more", "one less", "compiled"],
)
def test_a_change_of_any_file_is_seen(folder, change, is_seen):
    program = Program(folder, look_every_s=0)
    change(folder)
    assert program.has_changed() is is_seen


def test_the_disk_is_not_looked_at_all_the_time(folder):
    program = Program(folder, look_every_s=60)
    (folder / "more.py").touch()
    assert not program.has_changed()


def test_it_is_the_core_that_is_watched():
    assert (PROGRAM / "jobs" / "program.py").is_file()
