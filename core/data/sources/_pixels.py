"""A table of pixels read as images: its other columns, and in each row an image in place of them. Guesses nothing."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from core.data.media import Unusable
from core.data.media.image import medium as MEDIUM
from core.data.pictures import Picture, from_pixels
from core.data.pixels import BRIGHTEST, WHITE
from core.data.sources import Source
from core.data.sources._media_archive import Out, write_beside
from core.data.sources._media_rows import MediaRow
from core.data.text_table import TextTable
from core.errors import BadInput
from core.sentences import say

OPTION = "pixels"  # what it is asked for by: columns in rows from the top, and the brightest value
ROWS = 2_000  # of numbers at a time


def read_pixels(source: Source, path: Path, out: Out, options: Mapping[str, Any]) -> TextTable:
    """options: of the source, and OPTION. Raises BadInput where its columns are not there, else as the source does."""
    columns, top = _asked(options[OPTION], out.file)
    rest = {name: value for name, value in options.items() if name != OPTION}
    with TemporaryDirectory(dir=out.folder, prefix="pixels-") as own:
        table = source.read(path, Path(own), rest)
        absent = [name for name in columns if name not in table.names]
        side = math.isqrt(len(columns))
        if absent or side * side != len(columns) or not side:
            raise BadInput("pixels_absent", file=out.file, n=len(columns), n_absent=len(absent))
        others = [name for name in table.names if name not in set(columns)]
        found = write_beside(_rows(table, columns, others, top), table, others, MEDIUM, out)
        return replace(found, options={**found.options, WHITE: top})


def _asked(option: Any, file: str) -> tuple[list[str], float]:
    """The columns, and the brightest value that they may hold."""
    try:
        columns, top = [str(name) for name in option["columns"]], float(option["top"])
    except (KeyError, TypeError, ValueError):
        columns, top = [], 0.0
    if not top > 0:
        raise BadInput("pixels_absent", file=file, n=len(columns), n_absent=len(columns))
    return columns, top


def _rows(table: TextTable, columns: list[str], others: list[str], top: float) -> Iterator[MediaRow]:
    side, number = math.isqrt(len(columns)), 0
    for frame in table.batches(ROWS):
        values = frame[columns].apply(pd.to_numeric, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        for cells, row in zip(frame[others].itertuples(index=False, name=None), values):
            number += 1
            make = partial(_picture, row.reshape(side, side), top)
            yield MediaRow(number=number, name=f"row {number}", cells=cells, make=make)


def _picture(values: np.ndarray, top: float) -> Picture:
    if not ((values >= 0) & (values <= top)).all():  # also for what is no number
        raise Unusable(say("picture.no_pixels", most=f"{top:g}"))
    return from_pixels(np.rint(values * (BRIGHTEST / top)).astype(np.uint8))
