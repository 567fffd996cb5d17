"""The file that a command is about, as a dataset. Where its columns are pixels, they are the images that they show if asked."""

import math
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from core.commands import OWNER
from core.commands._output import note
from core.domain import Dataset
from core.errors import BadInput
from core.home import Home
from core.sentences import say


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--images", action="store_true", help="read columns of pixels as the images that they show"
    )


def stored(path: Path, home: Home, *, as_images: bool, like: Dataset | None = None) -> Dataset:
    """The file as a dataset; one already stored under the same name and read alike is used again.

    like: where they are to be images, the one whose brightest pixel is white, so that both mean the same by it.

    Raises what reading it raises, and BadInput where it was to be images and has no columns of pixels.
    """
    from core.data.catalog import Catalog
    from core.data.ingest import ingest, stored_before
    from core.data.sources._pixels import OPTION

    options = _as_images(path) if as_images else {}
    if options and like is not None:
        options = {OPTION: options[OPTION] | {"top": Catalog(home).asked_options(like)[OPTION]["top"]}}
    before = stored_before(path, name=path.name, owner=OWNER, home=home, options=options)
    if before is not None:
        return before
    note(f"reading {path.name}")
    dataset = ingest(path, name=path.name, owner=OWNER, home=home, options=options)
    if not as_images:
        _tell_of_pixels(dataset)
    return dataset


def _as_images(path: Path) -> dict[str, Any]:
    """The options to read it by: from its beginning, and from all rows where that leaves open how bright white is."""
    from core.data.pixels import BRIGHTEST, LOOKED_AT, option_in
    from core.data.sources import recognise
    from core.data.sources._pixels import OPTION, ROWS

    source = recognise(path)
    with TemporaryDirectory(prefix="fathom-") as folder:
        table = (source.look or source.read)(path, Path(folder), {})
        found = option_in([next(table.batches(LOOKED_AT))], table.names)
    if found is not None and found["top"] < BRIGHTEST:
        with TemporaryDirectory(prefix="fathom-") as folder:
            whole = source.read(path, Path(folder), {})
            # a pixel among later rows that is no brightness is a row kept aside, not another way to read the file
            found = option_in(whole.batches(ROWS), whole.names) or found
    if found is None:
        raise BadInput("no_pixels", file=path.name)
    return {OPTION: found}


def _tell_of_pixels(dataset: Dataset) -> None:
    from core.data.pixels import pixel_option

    found = pixel_option(dataset)
    if found is not None:
        n = len(found["columns"])
        note(say("pixels.terminal", n=n, side=math.isqrt(n)))
