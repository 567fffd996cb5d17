"""A text as the tokens that models read: words, and single characters where a script has no spaces. Learns nothing.

Which it is is decided at every character, so that a Chinese message with an English name in it is
read rightly. Words are folded to one case; a long number is known by its number of digits alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

MOST_CHARACTERS = 20_000  # of a text that are looked at
LONGEST = 40  # letters of a token
LONG_NUMBER = 5  # digits from which a number says no more than how long it is
MOST_DIGITS = 12

# kana, Han, Thai to Lao, Myanmar, Khmer: scripts that write words without spaces between them
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U0003ffff"
_LETTERS = rf"(?:(?![{_SINGLE}])\w){{1,{LONGEST}}}"
_TOKEN = re.compile(rf"[{_SINGLE}]|{_LETTERS}(?:['’]{_LETTERS})*|[^\w\s]")
_IS_SINGLE = re.compile(f"[{_SINGLE}]")


def tokens(text: str, most: int) -> list[str]:
    """At most so many tokens from the beginning of a text; none for one that is blank."""
    return list(islice(_tokens(text), most))


def is_single(token: str) -> bool:
    """Whether it is a character of a script without spaces."""
    return _IS_SINGLE.match(token) is not None


def spans(text: str, most: int) -> list[tuple[str, int, int]]:
    """Tokens with where each begins and ends in `shown(text)`."""
    found = ((_named(m.group().lower()), m.start(), m.end()) for m in _TOKEN.finditer(shown(text)))
    return list(islice(found, most))


def shown(text: str) -> str:
    """The text in the form in which it is read: compatible characters alike, control characters gone."""
    text = text[:MOST_CHARACTERS]
    if text.isascii() and text.isprintable():
        return text
    # categories Cc, Cf, Cs, Co, Cn: what is not seen, right-to-left marks and joiners among them
    return "".join(
        " " if c.isspace() else c
        for c in unicodedata.normalize("NFKC", text)
        if c.isspace() or not unicodedata.category(c).startswith("C")
    )


def _tokens(text: str) -> Iterator[str]:
    return (_named(m.group().lower()) for m in _TOKEN.finditer(shown(text)))


def _named(token: str) -> str:
    return "0" * min(len(token), MOST_DIGITS) if len(token) >= LONG_NUMBER and token.isdigit() else token
