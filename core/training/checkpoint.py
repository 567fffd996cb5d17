"""Keep a training's whole state on disk so that it can be killed at any moment and go on.

One file holds it all: weights, dropout's random state, optimiser, best weights so far, and
the loop's own numbers. Written aside, fsynced and renamed, so that a reader finds the last
whole one, and behind a digest, so that one damaged since is not taken for whole. NumPy's
format without pickle. (Keras's BackupAndRestore restores neither early stopping nor the
rate's plateau, and a torn metadata file stops it.)
"""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.home import write_whole

FORMAT = b"fathom checkpoint 5\n"  # counts up when the state's fields change
STATE = "__state__"


def save(path: Path, arrays: Mapping[str, Sequence[np.ndarray]], state: Mapping[str, Any]) -> None:
    """Write groups of arrays and the loop's JSON state. Raises OSError when the disk is full."""
    flat = {f"{group}.{i}": np.asarray(a) for group, values in arrays.items() for i, a in enumerate(values)}
    buffer = io.BytesIO()
    np.savez(buffer, **{STATE: np.frombuffer(json.dumps(state).encode(), np.uint8)}, **flat)
    content = buffer.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, b"".join([FORMAT, hashlib.sha256(content).digest(), content]))


def load(path: Path) -> tuple[dict[str, list[np.ndarray]], dict[str, Any]] | None:
    """The arrays by group and the state, or None when there is nothing that can be used.

    A damaged file, or one of another format, counts as nothing: training starts over, which
    costs time but never gives another result.
    """
    try:
        with open(path, "rb") as file:
            is_ours, digest, content = file.read(len(FORMAT)) == FORMAT, file.read(32), file.read()
    except OSError:
        return None
    if not is_ours or hashlib.sha256(content).digest() != digest:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        state = json.loads(stored[STATE].tobytes())
        groups: dict[str, list[np.ndarray]] = {}
        for name in stored.files:  # in the order in which they were saved
            if name != STATE:
                groups.setdefault(name.split(".")[0], []).append(stored[name])
        return groups, state
