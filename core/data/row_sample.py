"""A seeded choice of rows by their number, the same on every engine and in whatever order they come. Reads nothing."""

from core.domain import ROW

_PRIME = 2_147_483_647  # 2^31 - 1: its squares stay within 64 bits
_FACTOR = (
    1_327_217_885  # the prime over the golden ratio: even neighbours lie far apart (Knuth, TAOCP 3, 6.4)
)


def sampled(n_rows: int, most: int, seed: int = 0) -> str:
    """SQL that is true for about `most` of the rows 0 … n_rows - 1, and for all where these are fewer.

    Row numbers are spread by a multiplication and a square modulo a prime: plain arithmetic, which
    every engine does alike. A square keeps neighbours from falling into step with periods in the data.
    """
    if n_rows <= most:
        return "TRUE"
    share = most / n_rows
    line = f"({ROW} * {_FACTOR} + {int(seed) % 1_000_003}) % {_PRIME}"
    # the squares, which cost more, are taken of the few that the first half lets through
    first = share**0.5
    return (
        f"{line} < {int(_PRIME * first)} AND (({line}) * ({line})) % {_PRIME} < {int(_PRIME * share / first)}"
    )
