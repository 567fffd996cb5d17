"""Whether Western text was written on an old Macintosh: judged by where its signs stand. Reads no file.

Windows-1252 and Mac Roman give the bytes above 127 different letters and signs, and both decode nearly
anything. What tells them apart is sense: a capital after a small letter (CafŽ for Café), or an accent that
stands alone (Ring¨ for Ring®), is what the wrong one of the two shows.
"""

import re

MAC_ROMAN = "mac-roman"
LEAST_SIGNS = 3  # fewer could be slips of the pen
SENSE, NONSENSE = 0.9, 0.5  # shares of signs that make sense: at least as Mac Roman, at most as Windows-1252
MOST_SIGNS = 2_000

_MARKED = re.compile("[^\x00-\x7f]")
_NO_LETTERS = frozenset("ªºƒﬁﬂıπΩµ")
_OPENING, _CLOSING = frozenset("“‘«¿¡"), frozenset("”’»")
_AFTER_A_WORD = frozenset("®™©²³")
_BESIDE_NUMBERS = frozenset("£€¥¢°ªº¼½¾±×÷≤≥")
_BETWEEN_WORDS = frozenset("–—…•·§©\xa0")


def is_mac_roman(sample: bytes) -> bool:
    """Whether the bytes make sense as Mac Roman and not as Windows-1252. sample: some are above 127."""
    n_signs, as_mac = _sense(sample.decode("mac_roman"))
    _, as_windows = _sense(sample.decode("cp1252", errors="replace"))
    return n_signs >= LEAST_SIGNS and as_mac >= SENSE and as_windows <= NONSENSE


def _sense(text: str) -> tuple[int, float]:
    """How many signs beyond ASCII there are, and the share of them that stand where they make sense."""
    places = [found.start() for found in _MARKED.finditer(text)][:MOST_SIGNS]
    fitting = sum(_fits(text[i - 1 : i] or " ", text[i], text[i + 1 : i + 2] or " ") for i in places)
    return len(places), fitting / max(len(places), 1)


def _fits(before: str, sign: str, after: str) -> bool:
    if sign.isalpha() and sign not in _NO_LETTERS:
        if sign.islower():
            return before.isalpha() or after.isalpha() or sign in "àéèó"
        if before.isalpha():  # within capitals: CAFÉ, not MŠdchen
            return before.isupper() and not after.islower()
        return after.isalpha()
    if sign in _OPENING:
        return not before.isalnum() and not after.isspace()
    if sign in _CLOSING:
        return not before.isspace()
    if sign in _BESIDE_NUMBERS:
        return before.isdigit() or after.isdigit() or (before.isspace() and not after.isalpha())
    if sign in _AFTER_A_WORD:
        return before.isalnum() or before in "\"')”’"
    return sign in _BETWEEN_WORDS and not (before.isalpha() and after.isalpha())
