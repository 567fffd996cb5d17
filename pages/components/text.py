"""Strangers' text on its way into Markdown. Column names, values and file names come from files."""

import re

# what Markdown, Streamlit's directives (:red[…], :material/…:), LaTeX and HTML would act upon
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:@^=/&])")


def escape(text: object) -> str:
    """The text as Markdown shows it letter by letter, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
