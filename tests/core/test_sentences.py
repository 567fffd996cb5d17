"""Every code in the code base has its sentence with exactly the parameters given, and every sentence a user."""

import ast
import fnmatch
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from core import errors
from core.errors import BadInput, FathomError, UnknownName
from core.evaluation.verdict import VerdictCode
from core.sentences import catalogue, say

ROOT = Path(__file__).resolve().parents[2]
ERRORS = {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, FathomError)
} - {"UnknownName"}  # its code is its own


@dataclass(frozen=True)
class Use:
    """One place that names a sentence. keys: catalogue keys, with * where the code makes them up.
    given: the parameters' names; None where they cannot be read from the source."""

    place: str
    keys: tuple[str, ...]
    given: frozenset[str] | None


def sources() -> Iterator[tuple[str, ast.Module]]:
    for file in [
        *sorted((ROOT / "core").rglob("*.py")),
        *sorted((ROOT / "pages").rglob("*.py")),
        ROOT / "app.py",
    ]:
        yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def uses_in(path: str, tree: ast.Module) -> Iterator[Use]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        place = f"{path}:{node.lineno}"
        keywords = {k.arg: k.value for k in node.keywords}
        given = None if None in keywords else frozenset(keywords)
        if called in ERRORS and node.args:
            yield Use(place, tuple(f"error.{c}" for c in codes(node.args[0])), given)
        elif called == "say" and node.args:
            yield Use(
                place, codes(node.args[0]), given and given - {"language"} if given is not None else None
            )
        elif called == "Finding" and "code" in keywords:
            for code in codes(keywords["code"]):
                keys = (f"finding.{code}.explanation", f"finding.{code}.remedy")
                yield Use(place, keys, finding_parameters(keywords.get("parameters")))


def codes(node: ast.expr) -> tuple[str, ...]:
    """The texts an expression may be, * for a part that is made up when it runs."""
    match node:
        case ast.Constant(value=str(text)):
            return (text,)
        case ast.IfExp(body=body, orelse=orelse):
            return (*codes(body), *codes(orelse))
        case ast.JoinedStr(values=parts):
            return ("".join(p.value if isinstance(p, ast.Constant) else "*" for p in parts),)
    return ("*",)


def finding_parameters(node: ast.expr | None) -> frozenset[str] | None:
    if node is None:
        return frozenset({"subject"})
    if isinstance(node, ast.Dict) and all(isinstance(k, ast.Constant) for k in node.keys):
        return frozenset({"subject", *(k.value for k in node.keys)})
    return None


def wanted(key: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(catalogue()[key]) if name}


USES = [use for path, tree in sources() for use in uses_in(path, tree)]
CONSTANTS = {
    node.value
    for _, tree in sources()
    for node in ast.walk(tree)
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
GENERAL = {"error.*", "finding.*.*"}  # where the base classes say whatever code they were given
MADE_UP = [key for use in USES for key in use.keys if "*" in key and key not in GENERAL]


def test_every_code_in_the_code_base_has_a_sentence():
    missing = [
        f"{use.place}: {key}" for use in USES for key in use.keys
        if not fnmatch.filter(catalogue(), key)
    ]  # fmt: skip
    assert not missing, "\n".join(missing)


def test_every_sentence_gets_exactly_the_parameters_it_wants():
    wrong = []
    for use in USES:
        for key in use.keys:
            if "*" in key or use.given is None or key not in catalogue():
                continue
            extra = (
                set() if key.startswith("finding.") else use.given - wanted(key)
            )  # findings keep numbers too
            if extra or wanted(key) - use.given:
                wrong.append(f"{use.place}: {key} wants {sorted(wanted(key))}, gets {sorted(use.given)}")
    assert not wrong, "\n".join(wrong)


def test_every_sentence_has_a_user():
    named = {key for use in USES for key in use.keys}
    unused = [key for key in catalogue() if key not in named and not is_made_up(key)]
    assert unused == ["error.unknown_name"], "\n".join(unused)


def is_made_up(key: str) -> bool:
    """Whether some code makes the key up, and names the part that it fills in."""
    for pattern in MADE_UP:
        if fnmatch.fnmatchcase(key, pattern):
            before, _, after = (
                pattern.rpartition("*") if pattern.count("*") == 1 else (pattern.split("*")[0], "", "")
            )
            code = key.removeprefix(before).removesuffix(after).split(".")[0]
            if code in CONSTANTS:
                return True
    return False


def test_every_verdict_has_a_sentence():
    assert {f"verdict.{code}" for code in get_args(VerdictCode)} <= set(catalogue())


def test_every_sentence_is_one_that_can_be_filled_in():
    for key, text in catalogue().items():
        assert text == text.strip() and text, key
        for _, name, spec, conversion in string.Formatter().parse(text):
            assert name is None or name.isidentifier(), f"{key}: {{{name}}}"
            assert conversion is None, key
            if "|" in (spec or ""):
                assert all(spec.split("|")) and spec.count("|") == 1, key
                continue
            format(1 if spec else "x", spec or "")
    assert list(catalogue()) == sorted(catalogue()), "sorted, so that two people's additions meet seldom"


@pytest.mark.parametrize("key", [k for k in catalogue() if k.startswith("error.")])
def test_every_error_ends_as_a_sentence(key):
    assert catalogue()[key][-1] in ".}", "it ends with a full stop, or with a sentence it is given"


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "1 line below the table was"), (0, "0 lines"), (1234, "1,234 lines below the table were")],
)
def test_one_of_a_thing_is_spoken_of_as_one(n, said):
    assert say("finding.lines_below.explanation", n=n).startswith(said)


def test_a_strangers_braces_stay_text():
    assert "{target.__class__}" in str(UnknownName("column", "{target.__class__}", ["{0}"]))
    assert "{n}" in str(BadInput("param_form", text="{n}"))
    with pytest.raises(KeyError):
        say("error.param_form")


def test_a_look_up_that_fails_lists_thirty_names_at_most():
    message = str(UnknownName("column", "x", [f"c{i}" for i in range(100)]))
    assert "c29" in message and "and 70 more" in message and "c30" not in message
    assert "Known: none." in str(UnknownName("column", "x", []))
