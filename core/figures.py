"""A number or a time as a person reads it, and no longer than it is known. Knows no column and no unit."""

import math

import numpy as np

FIGURES = 4  # that tell one answer from another; more would pretend to be known
DIGITS = 7  # that a float32 holds: networks and classic models know no more of an answer
MOST_DECIMALS = 6
LARGEST_WRITTEN_OUT = 1e15


def readable(value: float) -> str:
    """An answer, a truth or a difference of the two: 123,181 or 3.142 or 0.5; four figures of what is no whole number."""
    if not math.isfinite(value) or abs(value) >= LARGEST_WRITTEN_OUT:
        return f"{value:.{FIGURES}g}"
    if value and abs(value) < 10.0**-MOST_DECIMALS:
        return f"{value:.{FIGURES}g}"
    text = f"{value:,.{decimals(value)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals(value: float) -> int:
    """Digits after the point that give a finite value FIGURES figures; none for 0."""
    if not value:
        return 0
    return min(MOST_DECIMALS, max(0, FIGURES - 1 - math.floor(math.log10(abs(value)))))


def as_typed(value: float) -> str:
    """A cell as a field or a file holds it, in full: 1894, 43.6, 9; no zeros at its end, nothing grouped."""
    value = float(value)
    if value and not 1e-6 <= abs(value) < LARGEST_WRITTEN_OUT:
        return f"{value:g}"
    return np.format_float_positional(value, trim="-")


def percent(share: float) -> str:
    """A probability with a decimal: 72.3%; no model is so sure that it would be none or all: <0.1%, >99.9%."""
    if share < 0.0005:
        return "<0.1%"
    return ">99.9%" if share >= 0.9995 else f"{share:.1%}"


def significant(values: np.ndarray, digits: int = DIGITS) -> np.ndarray:
    """Numbers of any shape rounded to so many significant digits, as float64; what is no number stays so."""
    values = np.asarray(values, np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        places = digits - 1 - np.floor(np.log10(np.abs(values)))
        # only a division by a power of ten, or a product with one, gives the float that is written shortest
        up, down = 10.0 ** np.clip(places, 0, 22), 10.0 ** np.clip(-places, 0, 22)
        rounded = np.rint(values * up / down) * down / up
    return np.where(np.isfinite(rounded) & (values != 0) & (np.abs(places) <= 22), rounded, values)


def duration(seconds: float) -> str:
    """0 s, under 0.1 s, 0.4 s, 40 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 0.1:
        return "under 0.1 s" if seconds > 0 else "0 s"
    if round(seconds, 1) < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
