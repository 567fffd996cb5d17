"""In what a column of numbers is measured, from its name where its cells do not say. Converts nothing."""

import re
from collections.abc import Mapping
from dataclasses import replace

from core.domain import NUMERIC_KINDS, Column

# as a word of a name, at its end or in brackets; each with the sign it is shown by
UNITS: Mapping[str, str] = {
    "kg": "kg", "kilograms": "kg", "kilogram": "kg", "mg": "mg", "lbs": "lb", "lb": "lb", "pounds": "lb", "tonnes": "t",
    "km": "km", "cm": "cm", "mm": "mm", "miles": "mi", "mph": "mph", "kmh": "km/h", "sqft": "sq ft", "sqm": "m²",
    "m2": "m²", "m3": "m³", "litres": "l", "liters": "l", "ml": "ml", "kwh": "kWh", "kw": "kW", "celsius": "°C",
    "fahrenheit": "°F", "eur": "€", "euro": "€", "euros": "€", "usd": "$", "dollars": "$", "gbp": "£", "cny": "¥",
    "rmb": "¥", "jpy": "¥", "chf": "CHF", "inr": "₹", "percent": "%", "pct": "%", "percentage": "%", "hours": "h",
    "minutes": "min", "seconds": "s", "ms": "ms", "days": "days", "months": "months", "years": "years",
    "元": "元", "万元": "万元", "公里": "km", "公斤": "kg", "千克": "kg", "平方米": "m²",
}  # fmt: skip
_BRACKETS = re.compile(r"[(\[（【]\s*([^()\[\]（）【】]{1,12}?)\s*[)\]）】]\s*$")
_LAST_WORD = re.compile(r"[\s_.-]([A-Za-z]{1,11}[23]?)$")
# in brackets a sign stands for itself
_SIGN = re.compile(
    r"[%‰°$€£¥₩₹]|°[CF]|[kcmµ]?m[²³23]?|[kmµ]?g|m?l|h|min|s|k?W|k?Wh|V|A|Hz|Pa|[km]m?/[hs]|t|d|dB|[kM]B"
)
_CURRENCY = re.compile(r"[$€£¥￥₩₹]")


def with_unit(column: Column) -> Column:
    """The column with its unit where its cells or its name say one; words and dates have none."""
    if column.kind not in NUMERIC_KINDS or column.unit is not None:
        return column
    return replace(column, unit=unit_of(column.name))


def unit_of(name: str) -> str | None:
    """The unit that a column's name ends with: "weight (kg)", "price_eur", "Share [%]"; None without one."""
    if found := _BRACKETS.search(name):
        inside = found.group(1)
        if inside.lower() in UNITS:
            return UNITS[inside.lower()]
        return inside if _SIGN.fullmatch(inside) else None
    if found := _LAST_WORD.search(name):
        # "days" and the like count something when they stand alone, and measure when they end a name
        return UNITS.get(found.group(1).lower())
    if name.endswith("%") or name.startswith("%"):
        return "%"
    if found := _CURRENCY.search(name):
        return found.group()
    return None
