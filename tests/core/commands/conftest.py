"""The terminal in this process, over a home of its own."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.__main__ import main
from tests.core.training.toys import toy_frame


@dataclass(frozen=True)
class Said:
    """What a command answered: its exit status and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out.splitlines()[-1])


class Terminal:
    def __init__(self, folder: Path):
        self.folder, self.home = folder, folder / "home"

    def __call__(self, *arguments) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("FATHOM_HOME", str(self.home))
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    status = main([str(a) for a in arguments])
                except SystemExit as left:  # argparse refuses bad arguments so
                    status = left.code
        return Said(status, out.getvalue(), err.getvalue())

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


@pytest.fixture(scope="module")
def terminal(tmp_path_factory) -> Terminal:
    return Terminal(tmp_path_factory.mktemp("terminal"))


@pytest.fixture(scope="module")
def table(terminal) -> Path:
    return terminal.file("toy.csv", toy_frame("binary", 200).to_csv(index=False))
