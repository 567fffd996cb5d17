"""Strangers' text on its way into Markdown. Column names, values and file names come from files."""

import re
from collections import Counter
from collections.abc import Mapping

# what Markdown, Streamlit's directives (:red[…], :material/…:), LaTeX and HTML would act upon
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:@^=/&])")


def escape(text: object) -> str:
    """The text as Markdown shows it letter by letter, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels of ids, those that are alike told apart by the beginning of their id.

    A selectbox finds the chosen option again by what it shows: of two that look alike it takes one.
    """
    n = Counter(labels.values())
    return {i: label if n[label] == 1 else f"{label} · {i[:6]}" for i, label in labels.items()}
