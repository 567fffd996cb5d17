"""Which legacy encoding some bytes that are no UTF-8 are written in, judged by how common their characters are."""

import charset_normalizer

from core.data.sources._western import MAC_ROMAN, is_mac_roman

# … ‘ ’ “ ” • – — ™ of cp1252; Japanese cannot do without 0x81 to 0x83, its kana and full stops
_TYPOGRAPHY = frozenset(b"\x85\x91\x92\x93\x94\x95\x96\x97\x99")
_UNDEFINED_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
MIN_COMMON = 0.7
MANY_HIGH_BYTES = 200  # from here on a byte or two that do not decode are faults, and not a sign


def guess_legacy(sample: bytes) -> str:
    """A Python codec name. sample: whole lines, some bytes of which are above 127."""
    if {byte for byte in sample if byte > 0x7F} <= _TYPOGRAPHY:
        return "cp1252"  # with the letter behind it ’ would make a kanji
    best, best_share = "", MIN_COMMON
    for name, is_common in _EAST_ASIAN.items():
        share = _common_share(sample, name, is_common)
        if share > best_share + 1e-9:
            best, best_share = name, share
    if best:
        return best
    # accents in Western text stand alone among ASCII letters; other scripts come in runs
    runs = [run for run in bytes(b if b > 0x7F else 0x20 for b in sample).split(b" ") if run]
    if sum(len(run) <= 2 for run in runs) < 0.8 * len(runs):
        found = charset_normalizer.from_bytes(sample).best()
        if found is not None:
            return found.encoding
    if is_mac_roman(sample):
        return MAC_ROMAN
    return "latin-1" if _UNDEFINED_IN_CP1252 & set(sample) else "cp1252"


def _common_share(sample: bytes, name: str, is_common) -> float:
    """The share of common characters among those beyond ASCII; 0 where the bytes are not of this encoding."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        if sum(byte > 0x7F for byte in sample) <= MANY_HIGH_BYTES:
            return 0.0
        text = sample.decode(name, errors="replace")
    high = [c for c in text if c > "\x7f"]
    return sum(map(is_common, high)) / len(high) if high else 0.0


def _is_common_simplified(character: str) -> bool:
    """Level one of GB 2312 (the 3 755 commonest characters), its punctuation, or what takes four bytes.

    Those are rare, as names are, but hardly anything else is written byte, digit, byte, digit.
    """
    if len(character.encode("gb18030")) == 4 and character != "\ufffd":
        return True
    lead = _lead(character, "gb2312")
    return 0xB0 <= lead <= 0xD7 or lead in (0xA1, 0xA3)


def _is_common_traditional(character: str) -> bool:
    """Level one of Big5 (5 401 characters) or its punctuation."""
    return 0xA1 <= _lead(character, "big5") <= 0xC6


def _is_common_japanese(character: str) -> bool:
    """Kana, punctuation, or level one of JIS X 0208; katakana of half width are what other bytes look like."""
    lead = _lead(character, "shift_jis")
    return 0x81 <= lead <= 0x98 and not "\uff61" <= character <= "\uff9f"


def _lead(character: str, name: str) -> int:
    """The first of the character's two bytes, or 0 where it has no two."""
    try:
        encoded = character.encode(name)
    except UnicodeEncodeError:
        return 0
    return encoded[0] if len(encoded) == 2 else 0


# the order decides between equals; GB 18030 is the commonest by far
_EAST_ASIAN = {
    "gb18030": _is_common_simplified,
    "big5": _is_common_traditional,
    "cp932": _is_common_japanese,
}
