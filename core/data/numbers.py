"""Written forms of numbers, other than the plain one: which of them fit some texts. Converts nothing itself.

A form says which mark groups thousands and which begins the fraction. Around the digits every form takes
a sign, brackets for what is below zero, a currency before or after, and blanks between them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

GROUP_BLANKS = " \u00a0\u202f\u2009"
MINUS = "−–-"  # the plain one last, where it means no range within brackets
CURRENCIES = (
    r"(?:US|CA|AU|NZ|HK|NT|C|A|R|S)?[$]|[€£¥￥₩₹₽₺₫฿₪₴₦]|"
    r"USD|EUR|GBP|CNY|RMB|JPY|CHF|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|TRY|BRL|MXN|ZAR|KRW|TWD|HKD|SGD|"
    r"Rs|kr|zł|Kč|Ft|元|圆|円|원"
)
# the power of ten of each word; longer ones first, so that 百万 is not read as 百
SCALES: Mapping[str, int] = {
    "万亿": 12, "百万": 6, "千万": 7, "十万": 5, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8,
    "thousand": 3, "million": 6, "billion": 9, "mio": 6, "Mio": 6, "mln": 6, "mn": 6, "MM": 6, "M": 6,
    "Mrd": 9, "mrd": 9, "bn": 9, "B": 9, "tn": 12, "k": 3, "K": 3,
}  # fmt: skip
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, kw_only=True)
class NumberForm:
    """One way to write numbers.

    shown: an example, by which people know the form. group: the marks that may stand between groups of
    digits; decimal: the mark before the fraction. percent, scaled: what must follow the digits: a
    percent sign, or on at least some cells a word such as k, bn or 万.
    """

    key: str
    shown: str
    group: str
    decimal: str
    percent: bool = False
    scaled: bool = False

    @cached_property
    def pattern(self) -> str:
        """A regular expression, for RE2 and Python alike, of a whole text in this form."""
        mark, point = f"[{re.escape(self.group)}]", re.escape(self.decimal)
        grouped = rf"[1-9][0-9]{{0,2}}(?:{mark}[0-9]{{3}})+"
        if "," in self.group:  # lakhs and crores: 12,34,567
            grouped += r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}"
        digits = rf"(?:(?:{grouped}|[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+)"
        after = ""
        if self.percent:
            after = "[ \u00a0]?[%％]"
        elif self.scaled:
            after = f"[ \u00a0]?(?:{'|'.join(SCALES)})?"
        sign, money, blank = f"[+{MINUS}]?", f"(?:{CURRENCIES})?", "[ \u00a0]?"
        amount = f"{money}{blank}{sign}{digits}{after}{blank}{money}"
        return f"{sign}{blank}{amount}|{amount}-|[(]{blank}{amount}{blank}[)]"

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def fits(self, text: str) -> bool:
        return self._compiled.fullmatch(text) is not None

    def fits_all(self, texts: Sequence[str]) -> bool:
        """Whether every text is in this form, and together they look like amounts and not like codes."""
        if not all(map(self.fits, texts)):
            return False
        if self.scaled:  # 5B, 6B and 7B are classes of a school; 1.5B, 2M and 300 are not
            words = {scale_of(text) for text in texts}
            return (
                any(word and not _LATIN.match(word) for word in words)
                or len(words) > 1
                or any(self.decimal in text for text in texts)
            )
        if " " in self.group:  # 555 123 456 above 555 765 432 is a list of telephones
            return len({len(text) for text in texts}) > 1 or any(not text[:1].isdigit() for text in texts)
        return True


FORMS: Mapping[str, NumberForm] = {
    form.key: form
    for form in (
        NumberForm(key="percent", shown="12.5 %", group=",", decimal=".", percent=True),
        NumberForm(key="percent_comma", shown="12,5 %", group=".", decimal=",", percent=True),
        NumberForm(key="grouped", shown="1,234.5", group=",", decimal="."),
        NumberForm(key="decimal_comma", shown="1.234,5", group=".", decimal=","),
        NumberForm(key="apostrophe_grouped", shown="1'234.5", group="'’", decimal="."),
        NumberForm(key="blank_grouped", shown="1 234.5", group=GROUP_BLANKS, decimal="."),
        NumberForm(key="blank_decimal_comma", shown="1 234,5", group=GROUP_BLANKS, decimal=","),
        NumberForm(key="scaled", shown="1.2k, 3M, 1.2万", group=",", decimal=".", scaled=True),
        NumberForm(key="scaled_comma", shown="1,2k, 3M, 1,2万", group=".", decimal=",", scaled=True),
    )
}
PLAIN_SHOWN = "1234.5"
# which forms read the same digits as another number: 1,234 is a thousand here and little more than one there
TWINS: Mapping[str, str] = {
    "plain": "decimal_comma", "grouped": "decimal_comma", "decimal_comma": "grouped",
    "percent": "percent_comma", "percent_comma": "percent", "scaled": "scaled_comma", "scaled_comma": "scaled",
}  # fmt: skip


@cache
def spoken(number_format: str) -> str:
    """The form as people know it: 1,234.5."""
    return PLAIN_SHOWN if number_format == "plain" else FORMS[number_format].shown


def scale_of(text: str) -> str:
    """The word for a power of ten in an amount, or ""."""
    found = re.search("|".join(SCALES), re.sub(CURRENCIES, "", text))
    return found[0] if found else ""
