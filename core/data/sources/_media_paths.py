"""What the paths of images and sounds say: the part of the data, and the class, each by a folder. Opens nothing."""

from collections.abc import Sequence

from core.domain import PART_WORDS

_PARTS = {word: part for part, words in PART_WORDS.items() for word in words}


def folders_of(names: Sequence[str]) -> tuple[list[str | None] | None, list[str | None] | None]:
    """The part and the class of each path; None where the paths state none.

    Folders that all share say nothing. The next ones are the parts if all of them are called like parts,
    one of them like "train"; the folder after that is the class.
    """
    folders = [_folders(name) for name in names]
    n_shared = _n_shared(folders)
    folders = [own[n_shared:] for own in folders]
    parts = None
    firsts = {own[0].lower() if own else "" for own in folders}
    if firsts <= _PARTS.keys() and "train" in {_PARTS[first] for first in firsts}:
        parts = [_PARTS[own[0].lower()] for own in folders]
        folders = [own[1:] for own in folders]
    classes = [own[0] if own else None for own in folders]
    return parts, classes if any(classes) else None


def _folders(name: str) -> list[str]:
    return [part for part in name.replace("\\", "/").split("/")[:-1] if part not in ("", ".", "..")]


def _n_shared(folders: Sequence[Sequence[str]]) -> int:
    """How many leading folders all have in common."""
    n = 0
    for level in zip(*folders):
        if len(set(level)) > 1:
            break
        n += 1
    return n


def matched(cells: Sequence[str | None], names: Sequence[str]) -> list[int | None]:
    """For each cell of a table the place of the file it names: by its path, by the end of it, or without its suffix.

    An ending that several files share names none of them.
    """
    by_ending: dict[str, int | None] = {}
    for place, name in enumerate(names):
        parts = _tidy(name).split("/")
        for start in range(len(parts)):
            ending = "/".join(parts[start:])
            for key in {ending, ending.rsplit(".", 1)[0]}:
                by_ending[key] = None if key in by_ending else place
    for place, name in enumerate(names):  # a whole path always names its own file
        by_ending[_tidy(name)] = place
    return [by_ending.get(_tidy(cell)) if cell else None for cell in cells]


def _tidy(path: str) -> str:
    return path.strip().replace("\\", "/").removeprefix("./").strip("/").lower()
