"""Column names made usable: trimmed, none blank, none twice. Looks at no cell."""

import re
from collections.abc import Sequence

from core.domain import ROW, Finding

MAX_NAME = 200
_GENERATED = re.compile(r"column_[0-9]+")


def tidy_names(raw: Sequence[str | None]) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Distinct names (also when case is ignored, as SQL does), and what had to be changed.

    Blank names become column_<n>, counted from 1; a second `price` becomes `price_2`.
    """
    names: list[str] = []
    taken: set[str] = {ROW}
    findings: list[Finding] = []
    given = {_clean(name).lower() for name in raw}
    for position, name in enumerate(raw, start=1):
        clean = _clean(name)
        chosen = clean or f"column_{position}"
        suffix = 2
        base = chosen
        while chosen.lower() in taken or (chosen != clean and chosen.lower() in given):
            chosen = f"{base}_{suffix}"
            suffix += 1
        if not clean:
            findings.append(
                Finding(code="blank_name", severity="info", subject=chosen, parameters={"position": position})
            )
        elif chosen != clean:
            findings.append(
                Finding(
                    code="duplicate_name",
                    severity="warning",
                    subject=chosen,
                    parameters={"original": clean, "position": position},
                )
            )
        taken.add(chosen.lower())
        names.append(chosen)
    return tuple(names), tuple(findings)


def generated_names(n: int) -> tuple[str, ...]:
    """column_1 … column_n, for a file without a header."""
    return tuple(f"column_{position}" for position in range(1, n + 1))


def is_generated(name: str) -> bool:
    """Whether a name is one that a column without a name gets."""
    return _GENERATED.fullmatch(name) is not None


def _clean(name: str | None) -> str:
    return " ".join((name or "").replace("\ufeff", "").replace("\0", "").split())[:MAX_NAME]


def words_of(name: str) -> frozenset[str]:
    """The words in a column's name, lower case: "unitPrice (EUR)" has unit, price and eur.

    Of names in Chinese, which has no blanks, every run of two and more characters is one.
    """
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+", name)
    words = {part.lower() for part in parts}
    for part in parts:
        if part[0] > "\u2e80":
            words |= {part[i:j] for i in range(len(part)) for j in range(i + 2, min(len(part), i + 5) + 1)}
    return frozenset(words)
