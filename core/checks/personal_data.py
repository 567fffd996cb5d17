"""Columns that hold data about persons: mail, phone, cards, accounts, national ids, names, addresses.

Looks at sampled values; says how many and what they look like, never a whole one.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from core.checks import Check, CheckSubject
from core.checks._identities import TESTS, has_given_name, masked
from core.data.naming import words_of
from core.domain import Column, Dataset, Finding, Kind, RecipeStep

if TYPE_CHECKING:
    import pandas

KINDS: tuple[Kind, ...] = ("category", "text", "integer")
MIN_VALUES = 3
SHARE = 0.02  # of the values; less is chance where a test has no checksum
GIVEN_SHARE = 0.1  # of the values of a column called just "name", which products and towns have as well
LONGEST = 2_000  # characters of a value that are looked at
MOST_VALUES = 5_000
NAMES = frozenset(
    ("surname", "firstname", "lastname", "fullname", "forename", "nachname", "vorname", "apellido", "prenom", "nom",
     "姓名", "名字", "客户姓名", "联系人", "收货人")
)  # fmt: skip
NAME_PAIRS = ({"first", "name"}, {"last", "name"}, {"full", "name"}, {"family", "name"}, {"given", "name"},
              {"customer", "name"}, {"contact", "name"}, {"employee", "name"}, {"patient", "name"})  # fmt: skip
ADDRESSES = frozenset(
    ("address", "street", "addr", "strasse", "straße", "adresse", "direccion", "地址", "住址", "街道")
)
PHONES = frozenset(
    ("phone", "mobile", "tel", "telephone", "cell", "fax", "telefon", "手机", "电话", "手机号")
)
_NAME_SHAPE = re.compile(r"[^\W\d_][^\W\d_'’.-]+([ ,'’.-]+[^\W\d_]+\.?){0,4}|[\u4e00-\u9fff]{2,4}")
_PLACE_SHAPE = re.compile(
    r".*([0-9]+.*[^\W\d_]{2,}|[^\W\d_]{2,}.*[0-9]+).*|.*[\u4e00-\u9fff]*[路街号区市].*", re.DOTALL
)


def run(subject: CheckSubject) -> Iterable[Finding]:
    for column in subject.sampled(KINDS):
        if column.kind == "integer" and not _may_be_digits(column):
            continue
        values = subject.sample.column(column.name).drop_null().slice(0, MOST_VALUES)
        counted = values.value_counts()  # each different value is looked at once
        counts = dict(zip(counted.field(0).to_pylist(), counted.field(1).to_pylist()))
        found = _found(column, counts, len(values))
        if found is not None:
            yield found


def holds_personal_data(column: Column, values: "pandas.Series") -> bool:
    """Whether values of a column, typed as it is, are data about persons; asks no table."""
    if column.kind not in KINDS:
        return False
    present = values.dropna().iloc[:MOST_VALUES]
    counts = present.value_counts()
    highest = int(counts.index.max()) if column.kind == "integer" and len(counts) else 0
    measured = replace(column, n_unique=len(counts), statistics={"max": highest})
    if column.kind == "integer" and not _may_be_digits(measured):
        return False
    return _found(measured, counts.to_dict(), len(present)) is not None


def _may_be_digits(column: Column) -> bool:
    """Whether whole numbers are as long as phone, card and id numbers are."""
    return (column.statistics.get("max") or 0) >= 10**10 and column.n_unique > 20


def _found(column: Column, counts: Mapping[object, int], n_sampled: int) -> Finding | None:
    """The first kind of personal data that enough of the values are; counts: how often each occurs."""
    texts = {str(value)[:LONGEST]: n for value, n in counts.items()}

    def finding(key: str, holds: Callable[[str], object], share: float) -> Finding | None:
        hits = [text for text in texts if holds(text)]
        n = sum(texts[text] for text in hits)
        return (
            _finding(key, column.name, n, n_sampled, hits[0])
            if n >= max(MIN_VALUES, share * n_sampled)
            else None
        )

    words = words_of(column.name)
    for key, holds in TESTS.items():
        share = 0.5 if key == "phone" else SHARE
        if column.kind == "integer" and key in ("phone", "card"):
            if key == "phone" and not words & PHONES:
                continue
            share = 0.5  # one number in ten passes Luhn's test: of bare digits most must
        if found := finding(key, holds, share):
            return found
    if column.kind == "integer" or column.n_unique < MIN_VALUES:
        return None
    if words & NAMES or any(pair <= words for pair in NAME_PAIRS) or _names_persons(words, texts):
        return finding("name", lambda text: len(text) <= 60 and _NAME_SHAPE.fullmatch(text), 0.5)
    if words & ADDRESSES:
        return finding("address", _PLACE_SHAPE.fullmatch, 0.5)
    return None


def _names_persons(words: frozenset[str], texts: Mapping[str, int]) -> bool:
    """Whether a column called just "name" has enough of the names that persons are given."""
    if words != {"name"}:
        return False
    n = sum(n for text, n in texts.items() if has_given_name(text))
    return n >= max(MIN_VALUES, GIVEN_SHARE * sum(texts.values()))


def _finding(key: str, subject: str, n: int, n_sampled: int, example: str) -> Finding:
    return Finding(
        code=f"personal_{key}", severity="warning", subject=subject,
        parameters={"n": n, "n_sampled": n_sampled, "example": masked(example)},
    )  # fmt: skip


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    if not finding.code.startswith("personal_"):
        return None
    # a hash, of digits and letters, would still look like an address
    method = "mask" if finding.code == "personal_address" else "hash"
    return RecipeStep(step="protect", params={"columns": [finding.subject], "method": method})


check = Check(code="personal_data", severity="warning", run=run, cure=cure, order=8)
