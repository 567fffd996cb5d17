"""Sentences hold what strangers wrote, a URL too: no page hands one to Markdown as it is."""

import ast
from pathlib import Path

import pytest

from core.jobs.queue import Queue
from tests.pages.conftest import ROOT, markup

MARKDOWN = {"error", "warning", "info", "success", "caption", "markdown", "toast"}
SENTENCES = {"error", "problem", "refused", "told"}  # what pages call a sentence that is not their own
EVIL = "![x](https://evil/t.png) [sign in](https://evil)"


def unescaped(node: ast.AST) -> bool:
    """Whether a sentence gets into the value of this expression other than through escape()."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "escape":
        return False
    if isinstance(node, ast.Name) and node.id in SENTENCES:
        return True
    if isinstance(node, ast.Attribute) and node.attr in ("error", "message"):
        return True
    return any(unescaped(child) for child in ast.iter_child_nodes(node))


def faults(source: str) -> list[int]:
    """The lines on which an element of Markdown is given such an expression."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MARKDOWN
        and any(unescaped(value) for value in [*node.args, *(k.value for k in node.keywords)])
    ]


@pytest.mark.parametrize(
    "line", ["st.error(str(error))", "st.caption(f'No: {job.error or 1}')", "a.info(error)"]
)
def test_the_walk_finds_what_it_looks_for(line):
    assert faults(line) and not faults("st.error(escape(job.error or 'none'), icon='x')")


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: path.name)
def test_no_page_hands_an_errors_sentence_to_markdown_as_it_is(path: Path):
    assert not faults(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("page", "name"), [("data.py", "dataset"), ("compare.py", "run"), ("predict.py", "run")]
)
def test_an_id_from_the_url_is_shown_letter_by_letter_and_cut(stored, opened, page, name):
    stored("table.csv", "a,b\n" + "".join(f"{i},{i % 2}\n" for i in range(20)))
    app = opened(page, **{name: EVIL})
    shown = markup(app)
    assert not app.exception
    assert "](" not in shown and "https://" not in shown and "evil\\\\)" not in shown
    assert "\\!\\[x\\]" in shown


def test_an_estimates_failure_is_shown_letter_by_letter(finished, opened, home, monkeypatch):
    real = Queue.put

    def failed(self, **asked):
        job = real(self, **asked)
        if asked["kind"] == "estimate":
            self._db.connection.execute(
                "UPDATE jobs SET state = 'failed', error = ?, ended_at = 1 WHERE id = ?", (EVIL, job.id)
            )
        return job

    monkeypatch.setattr(Queue, "put", failed)
    app = opened("train.py", dataset=finished["dataset"])
    said = [c.value for c in app.caption if "No estimate" in c.value]
    assert said and "](" not in said[0]
