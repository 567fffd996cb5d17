"""Pieces of the Python text that steps export: names and values as Python writes them, and the helpers it needs."""

from collections.abc import Iterable
from typing import Any

from core.domain import Kind

# functions that a step's lines may call; a script carries those that its text names, in this order
HELPERS: dict[str, str] = {
    "text": '''
def text(cells):
    """Cells as text, the way the recipe's SQL writes them; None where missing."""
    def write(value):
        if pd.isna(value):
            return None
        if isinstance(value, (bool, np.bool_)):
            return "true" if value else "false"
        return str(value)
    return cells.astype(object).map(write).astype("str")
''',
    "number": '''
def number(cells, pattern=None, decimal=".", powers=None, currencies=""):
    """Texts as numbers; NaN where a text is none. powers: of ten, by the words that mean them."""
    cells = cells.astype("str").str.strip()
    if pattern is None:
        pattern = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
        written = cells.where(cells.str.fullmatch(pattern).fillna(False).astype(bool))
    else:
        written = cells.where(cells.str.fullmatch(pattern).fillna(False).astype(bool))
        sign = np.where(written.str.contains("[(−–-]").fillna(False).astype(bool), -1.0, 1.0)
        digits = written.str.replace(f"[^0-9{decimal}]", "", regex=True).str.replace(decimal, ".", regex=False)
        if powers:
            bare = written.str.replace(currencies, "", regex=True)
            word = bare.str.extract(f"({'|'.join(powers)})", expand=False)
            digits = digits + word.map(powers).fillna(0).astype("int64").map("e{}".format)
        return pd.to_numeric(digits, errors="coerce").astype("float64") * sign
    return pd.to_numeric(written, errors="coerce").astype("float64").replace([np.inf, -np.inf], np.nan)
''',
    "worded_date": '''
def worded_date(cells, pattern, months):
    """Texts such as 5. März 2024 as dates; NaT where a text is none. months: each one's names, January first."""
    number = {name: str(i) for i, names in enumerate(months, start=1) for name in names}
    cells = cells.astype("str").str.lower()
    parts = cells.where(cells.str.fullmatch(pattern).fillna(False).astype(bool)).str.extract(pattern)
    written = parts[2] + "-" + parts[1].map(number) + "-" + parts[0].fillna("1") + " " + parts[3].fillna("0:00")
    return pd.to_datetime(written, format="mixed", errors="coerce").astype("datetime64[us]")
''',
    "truth": '''
def truth(cells):
    """Texts as truth values; None where a text is none."""
    words = {"true": True, "yes": True, "1": True, "t": True, "y": True,
             "false": False, "no": False, "0": False, "f": False, "n": False}
    return cells.astype("str").str.lower().map(words).astype("boolean")
''',
    "cells": '''
def cells(value):
    """A value or a column as a column."""
    return value if isinstance(value, pd.Series) else pd.Series([value] * len(table), index=table.index)
''',
    "decimal": """
def decimal(value):
    return cells(value).astype("float64")
""",
    "truths": """
def truths(value):
    return cells(value).astype("boolean")
""",
    "either": '''
def either(condition, yes, no):
    """The one where the condition holds, the other where it does not or is missing."""
    holds = cells(condition).fillna(False).astype(bool)
    return pd.Series([a if h else b for h, a, b in zip(holds, cells(yes), cells(no))], index=table.index)
''',
    "half_up": '''
def half_up(value, scale):
    """Rounded, halves away from zero."""
    return np.sign(value) * np.floor(np.abs(value) * scale + 0.5) / scale
''',
    "remainder": """
def remainder(a, b):
    whole = all(cells(v).dtype.kind == "i" for v in (a, b))
    rest = np.fmod(decimal(a), decimal(b).replace(0, np.nan))
    return rest.astype("Int64") if whole else rest
""",
    "first_present": """
def first_present(*values):
    found = cells(values[0]).astype(object)
    for value in values[1:]:
        found = found.where(found.notna(), cells(value))
    return found
""",
    "rowwise": '''
def rowwise(choose, *values):
    """The smallest or largest in each row; missing ones are left out."""
    rows = zip(*(cells(v) for v in values))
    return pd.Series([choose((v for v in row if not pd.isna(v)), default=None) for row in rows], index=table.index)
''',
}


def cell(name: str) -> str:
    """A column of the frame."""
    return f"table[{name!r}]"


def names(columns: Iterable[str]) -> str:
    return repr(list(columns))


def key(columns: Iterable[str], separator: str) -> str:
    """One text for the cells of several columns, missing where one is."""
    return f" + {separator!r} + ".join(f"text({cell(name)})" for name in columns)


def value(plain: Any, kind: Kind) -> str:
    """A JSON value of a kind, as Python writes it."""
    if plain is None:
        return "None"
    return f"pd.Timestamp({plain!r})" if kind == "date" else repr(plain)
