"""A process for every SELECT that a person typed: it can be ended for certain, and its memory is bounded.

Asks and is asked in JSON. Knows no job and no page.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from core.data.query import Answer, write_answer, write_parquet
from core.data.table_names import table_names
from core.errors import BadInput, FathomError, NotApplicable, TooLarge
from core.home import Home

GRACE_S = 2.0  # after the interrupt, until the process is ended
LOOK_EVERY_S = 0.02
ADDRESS_SPACE = 6 << 30  # bytes; DuckDB's own limit is far lower, but does not count everything
_ENTRY = "from core.data.query_process import main; main()"
_ROOT = Path(__file__).resolve().parents[2]
_KINDS = {kind.__name__: kind for kind in (BadInput, TooLarge, NotApplicable)}


@dataclass(frozen=True, kw_only=True)
class Question:
    """sql over all datasets of the owner in the home at `root`. out: where the rows are written.

    form "arrow": at most `most_rows` of them, for `core.data.query.read_answer`; "parquet": all.
    """

    root: str
    owner: str
    sql: str
    out: str
    form: Literal["arrow", "parquet"] = "arrow"
    most_rows: int = 100_000
    limit_s: float = 60.0


def ask(question: Question, is_unwanted: Callable[[], bool] = lambda: False) -> Answer | None:
    """The answer of a process of its own; None when it became unwanted, and its process was ended.

    is_unwanted: looked at often. Raises what `write_answer` raises; TooLarge also when the process
    went down for want of memory, or did not heed the end of its time.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-c", _ENTRY],
            cwd=_ROOT, stdin=subprocess.PIPE, stdout=said, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            process.stdin.write(json.dumps(asdict(question)).encode())
            process.stdin.close()
            started = time.monotonic()
            while process.poll() is None:
                if is_unwanted():
                    return None
                if time.monotonic() - started > question.limit_s + GRACE_S:
                    raise TooLarge("sql_timeout", seconds=question.limit_s)
                time.sleep(LOOK_EVERY_S)
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        written = said.read()
    if process.returncode != 0 or not written:
        raise TooLarge("sql_memory")
    return _understood(json.loads(written))


def _understood(answer: dict) -> Answer:
    if "error" not in answer:
        return Answer(**answer)
    if answer["kind"] == "UnknownName":
        raise _AsSaid(answer["code"], answer["error"])
    kind = _KINDS.get(answer["kind"], FathomError)
    raise kind(answer["code"], **answer["parameters"])


class _AsSaid(BadInput):
    """An error whose sentence was already made, in the other process."""

    def __init__(self, code: str, sentence: str):
        self.code, self.parameters = code, {}
        Exception.__init__(self, sentence)


def main() -> None:
    """The other process: reads the question from standard input, answers on standard output."""
    # DuckDB draws a progress bar on standard output, which is therefore somebody else's from here on
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _bound_memory()
    question = Question(**json.load(sys.stdin))
    try:
        answer = asdict(_answered(question))
    except FathomError as error:
        answer = {
            "error": str(error),
            "kind": type(error).__name__,
            "code": error.code,
            "parameters": error.parameters,
        }
    with answers:
        json.dump(answer, answers)


def _answered(question: Question) -> Answer:
    from core.data.catalog import Catalog

    home = Home(Path(question.root))
    tables = table_names(Catalog(home).list(question.owner))
    out = Path(question.out)
    with tempfile.TemporaryDirectory(dir=home.exports, prefix=".query.") as temp:
        if question.form == "parquet":
            return write_parquet(question.sql, tables, out, limit_s=question.limit_s, temp=Path(temp))
        return write_answer(
            question.sql, tables, out, most_rows=question.most_rows, limit_s=question.limit_s, temp=Path(temp)
        )


def _bound_memory() -> None:
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    except (ValueError, OSError):
        return  # macOS knows the limit but does not let it be set; the time limit still holds
