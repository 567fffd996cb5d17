"""Opens what lies below an allowed folder and nothing else, whatever links and renamings try. Reads no table."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from core.errors import BadInput


def place(path: str, allowed: Sequence[Path], home: Path) -> tuple[Path, Path]:
    """The allowed folder and the rest of the path below it, links resolved.

    Hidden files and Fathom's own are never below any. A path that is not allowed is answered alike
    whether something lies there or not. Raises BadInput.
    """
    if not allowed:
        raise BadInput("paths_none")
    given = Path(path)
    if not given.is_absolute() or "\0" in path:
        raise BadInput("path_not_allowed", path=path[:300])
    try:
        real = given.resolve()
    except (OSError, RuntimeError):  # a loop of links
        raise BadInput("path_not_allowed", path=path[:300]) from None
    for folder in allowed:
        root = folder.expanduser().resolve()
        if real.is_relative_to(root) and not real.is_relative_to(home.resolve()):
            rest = real.relative_to(root)
            if not any(part.startswith(".") for part in rest.parts):
                return root, rest
    raise BadInput("path_not_allowed", path=path[:300])


def open_below(root: Path, rest: Path) -> int:
    """A descriptor of the file or folder. Step by step without following links: what was resolved before may
    have been exchanged for a link since. Raises BadInput."""
    shown = str(root / rest)
    folder = -1
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        for part in rest.parts[:-1]:
            deeper = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = deeper
        if not rest.parts:
            return os.dup(folder)
        # a pipe would have us wait for a writer
        found = os.open(rest.parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        raise BadInput("path_missing", path=shown[:300]) from None
    finally:
        if folder >= 0:
            os.close(folder)
    kind = os.fstat(found).st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        os.close(found)
        raise BadInput("path_missing", path=shown[:300])
    return found
