"""Keep a training's whole state on disk so that it can be killed at any moment and go on.

One file holds it all: weights, dropout's random state, optimiser, best weights so far, and
the loop's own numbers. Written aside, fsynced and renamed, so that a reader finds the last
whole one. NumPy's format without pickle. (Keras's BackupAndRestore restores neither early
stopping nor the rate's plateau, and a torn metadata file stops it.)
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.home import write_whole

FORMAT = 1


def save(path: Path, arrays: Mapping[str, Sequence[np.ndarray]], state: Mapping[str, Any]) -> None:
    """Write groups of arrays and the loop's JSON state. Raises OSError when the disk is full."""
    flat = {f"{group}.{i}": np.asarray(a) for group, values in arrays.items() for i, a in enumerate(values)}
    text = json.dumps({"format": FORMAT, **state}).encode()
    buffer = io.BytesIO()
    np.savez(buffer, __state__=np.frombuffer(text, np.uint8), **flat)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, buffer.getvalue())


def load(path: Path) -> tuple[dict[str, list[np.ndarray]], dict[str, Any]] | None:
    """The arrays by group and the state, or None when there is nothing that can be used.

    A damaged file, or one of another format, counts as nothing: training starts over, which
    costs time but never gives another result.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            state = json.loads(file["__state__"].tobytes())
            if state.pop("format", None) != FORMAT:
                return None
            names = [n for n in file.files if n != "__state__"]
            groups: dict[str, list[np.ndarray]] = {}
            for name in sorted(names, key=lambda n: (n.split(".")[0], int(n.split(".")[1]))):
                groups.setdefault(name.split(".")[0], []).append(file[name])
            return groups, state
    except (FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile, OSError):
        return None
