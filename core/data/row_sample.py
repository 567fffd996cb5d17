"""A seeded choice of rows by their number, the same on every engine and in whatever order they come. Reads nothing."""

from core.domain import ROW

_PRIME = 2_147_483_647  # 2^31 - 1: its squares stay within 64 bits
_FACTOR = 48_271  # Park and Miller (1988), "minimal standard"


def sampled(n_rows: int, most: int, seed: int = 0) -> str:
    """SQL that is true for about `most` of the rows 0 … n_rows - 1, and for all where these are fewer.

    Row numbers are spread by a multiplication and a square modulo a prime: plain arithmetic, which
    every engine does alike. A square keeps neighbours from falling into step with periods in the data.
    """
    if n_rows <= most:
        return "TRUE"
    spread = f"((({ROW} + {int(seed) % 1_000_003 + 1}) % {_PRIME}) * {_FACTOR}) % {_PRIME}"
    return f"(({spread}) * ({spread})) % {_PRIME} < {int(_PRIME * most / n_rows)}"
