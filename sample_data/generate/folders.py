"""An archive of files in a folder for each class, a few of them in the wrong one. Makes no file itself."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


def archive_of(
    path: str,
    classes: Sequence[str],
    made: Sequence[tuple[str, Any]],
    encoded: Callable[[Any], bytes],
    *,
    n_misplaced: int,
    compression: int,
    rng: np.random.Generator,
) -> bytes:
    """A zip archive, the same whenever it is made.

    path: of a file, with {folder} and {number}. made: (class, what is to be encoded) of every file, which come in a
    mixed order.
    """
    misplaced = rng.choice(len(made), n_misplaced, replace=False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for number in rng.permutation(len(made)):
            folder, content = made[number]
            if number in misplaced:
                folder = rng.choice([other for other in classes if other != folder])
            # without times
            entry = zipfile.ZipInfo(path.format(folder=folder, number=number))
            archive.writestr(entry, encoded(content), compression)
    return out.getvalue()
