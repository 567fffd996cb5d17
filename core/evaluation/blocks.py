"""Rows that follow one another in time, in blocks, so that an interval does not take them for unrelated. NumPy only."""

import numpy as np

FEWEST_MOMENTS = 30  # under which blocks of whole moments would be too few to draw from


def consecutive_blocks(moment: np.ndarray) -> np.ndarray:
    """Codes (n,) of blocks of rows that follow one another in time, for `groups` of a bootstrap.

    moment: (n,) when each row was, anything that sorts, in any order and without gaps.

    Errors of neighbouring days are alike, so n of them tell less than n unrelated ones, and
    drawing single rows gives intervals that are too narrow. Drawing blocks keeps neighbours
    together. A block is ⌈m^⅓⌉ of the m distinct moments long with all rows of each, as rows of
    one moment are alike too; with fewer than 30 moments it is ⌈n^⅓⌉ rows in the order of time.
    What hangs together over longer than a block is still taken for unrelated, so intervals of
    slow series remain too narrow.
    Source: Künsch (1989), Annals of Statistics 17, 1217-1241, and Politis & Romano (1994), JASA
    89, 1303-1313, draw blocks that overlap; blocks side by side: Carlstein (1986), Annals of
    Statistics 14, 1171-1179; the length's rate: Hall, Horowitz & Jing (1995), Biometrika 82, 561-574.
    """
    _, place = np.unique(moment, return_inverse=True)
    n_places = int(place.max()) + 1 if len(place) else 0
    if n_places < FEWEST_MOMENTS:
        place, n_places = np.argsort(np.argsort(place, kind="stable")), len(place)
    length = int(np.ceil(round(n_places ** (1 / 3), 9)))  # the cube root of 27 is 3.0000000000000004
    return place // max(length, 1)
