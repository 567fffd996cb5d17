"""The one place that turns a code and its parameters into a sentence. Knows no code by name.

`en.json` is the English catalogue; another language is another file beside it. A folder
`en/` may not exist: one file keeps all wording under one editor's eye.
"""

import json
import string
from functools import cache
from pathlib import Path
from typing import Any


@cache
def catalogue(language: str = "en") -> dict[str, str]:
    return json.loads((Path(__file__).parent / f"{language}.json").read_text(encoding="utf-8"))


def say(key: str, /, language: str = "en", **parameters: Any) -> str:
    """The sentence of that key with its parameters filled in.

    A plain number is grouped (12,345) when the sentence asks with `{n:,}`; `{n:row|rows}` gives the word for
    one or for any other number.
    Raises KeyError for a key or parameter the catalogue does not have: a missing sentence
    is a defect, found by the test that says every code in the code base.
    """
    return _Formatter().vformat(catalogue(language)[key], (), parameters)


class _Formatter(string.Formatter):
    """str.format without attribute or index look-ups: parameters hold strangers' text."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if value == 1 else many
        return super().format_field(value, format_spec)
