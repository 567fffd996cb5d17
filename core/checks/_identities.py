"""Numbers and words that point at a person, told by their own checksums. Looks at one value, keeps none."""

import re
from collections.abc import Callable, Mapping

EMAIL = re.compile(r"[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}")
_PHONE = re.compile(r"(\+|00)?[0-9]{0,3}[ (./-]{0,2}[0-9]{2,5}[ )./-]{0,2}[0-9]{2,5}([ ./-]?[0-9]{2,5}){0,3}")
_CHINESE_MOBILE = re.compile(r"(\+?86[ -]?)?1[3-9][0-9]{9}")
_CARD = re.compile(r"(?<![0-9])[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{3,4}([0-9]{0,3})(?![0-9])")
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){2,7}( ?[A-Z0-9]{1,3})?\b")
_CHINESE_ID = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])"
)
_SSN = re.compile(r"(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}")
_SPANISH_ID = re.compile(r"[0-9]{8}-?[A-Za-z]")
_BRITISH_NUMBER = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]")
_INDIAN_PAN = re.compile(r"[A-Z]{3}[ABCFGHLJPT][A-Z][0-9]{4}[A-Z]")

# the commonest of Europe, the Americas, China and India, and titles: they tell persons' names from those of anything else
_GIVEN = frozenset(
    """
    mr mrs ms miss dr prof frau herr james mary john patricia robert jennifer michael linda william elizabeth david
    barbara richard susan joseph jessica thomas sarah charles karen christopher nancy daniel lisa matthew anthony mark
    sandra paul steven andrew emily joshua kevin brian george edward peter henry anna anne maria marie jose juan carlos
    luis antonio manuel francisco ana carmen laura sofia lucia pedro miguel jean pierre michel philippe claire sophie
    julie camille louis hans klaus jürgen stefan andreas martin ursula petra sabine julia lukas leon emma mia giovanni
    marco luca francesca giulia ivan sergei olga natalia elena dmitri mohammed muhammad ahmed ali fatima omar hassan
    wei li fang jing ming raj priya rahul amit anita sunita kumar alice bob eva jan piotr katarzyna lars erik ingrid
    """.split()
)


def has_given_name(text: str) -> bool:
    """Whether one word of several is a common given name or a title."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return len(words) > 1 and not _GIVEN.isdisjoint(words)


def has_email(text: str) -> bool:
    return "@" in text and EMAIL.search(text) is not None


def is_phone(text: str) -> bool:
    """With a plus, or grouped by signs: bare digits are as well a number of anything."""
    if _CHINESE_MOBILE.fullmatch(text):
        return True
    digits = sum(c.isdigit() for c in text)
    grouped = text.startswith(("+", "00", "(")) or len(re.findall(r"[0-9][ )./-]+[0-9]", text)) >= 2
    return 8 <= digits <= 15 and grouped and _PHONE.fullmatch(text) is not None and not _is_date(text)


def _is_date(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}.*", text) is not None


def has_card(text: str) -> bool:
    """A payment card's number: 15 to 19 digits that pass Luhn's test."""
    found = _CARD.search(text)
    return found is not None and luhn("".join(c for c in found.group() if c.isdigit()))


def luhn(digits: str) -> bool:
    """Source: Luhn (1960), US patent 2 950 048."""
    if not 15 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def has_iban(text: str) -> bool:
    """An account number with its remainder of 97. Source: ISO 13616."""
    found = _IBAN.search(text)
    if found is None:
        return False
    iban = found.group().replace(" ", "")
    if not 15 <= len(iban) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in iban[4:] + iban[:4])) % 97 == 1


def has_national_id(text: str) -> bool:
    """Chinese resident id and Spanish DNI by their checksums; US, British and Indian numbers by their form."""
    if (found := _CHINESE_ID.search(text)) is not None and _is_chinese_id(found.group()):
        return True
    if _SPANISH_ID.fullmatch(text):
        return "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[:8]) % 23] == text[-1].upper()
    return any(form.fullmatch(text) for form in (_SSN, _BRITISH_NUMBER, _INDIAN_PAN))


def _is_chinese_id(number: str) -> bool:
    """Source: GB 11643-1999."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(w * int(d) for w, d in zip(weights, number)) % 11] == number[-1].upper()


TESTS: Mapping[str, Callable[[str], bool]] = {
    "email": has_email,
    "national_id": has_national_id,
    "card": has_card,
    "iban": has_iban,
    "phone": is_phone,
}


def masked(text: str) -> str:
    """What a value looks like, without saying it: its first character, then signs and stars."""
    shape = "".join("*" if c.isalnum() else c for c in text[1:24])
    return text[:1] + shape + ("…" if len(text) > 24 else "")
