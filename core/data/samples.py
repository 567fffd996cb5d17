"""The sample tables that come with Fathom, by their cards. Reads cards, never a table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.codec import from_plain
from core.domain import TaskKind
from core.errors import UnknownName

FOLDER = Path(__file__).resolve().parent.parent.parent / "sample_data"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The card beside a sample's CSV file.

    field: the trade its readers come from. icon: a Material symbol. order: its place in a list.
    source, licence: where the rows are from and what may be done with them.
    to_try: what to do with it here, a sentence each. flaws: what is wrong with it, on purpose or not.
    columns: what each column means, with its unit, in the order of the file.
    new_rows: file name of rows without the target, to predict on; None when there is none.
    """

    key: str
    order: int
    icon: str
    title: str
    field: str
    question: str
    file: str
    target: str
    task: TaskKind
    n_rows: int
    source: str
    licence: str
    to_try: tuple[str, ...]
    flaws: tuple[str, ...]
    columns: Mapping[str, str]
    new_rows: str | None = None

    @property
    def path(self) -> Path:
        return FOLDER / self.file

    @property
    def new_rows_path(self) -> Path | None:
        return FOLDER / self.new_rows if self.new_rows else None


@cache
def list_samples() -> tuple[Sample, ...]:
    """Every sample, in the order of their cards. Raises BadInput for a card that is not whole."""
    cards = (json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json"))
    return tuple(sorted((from_plain(Sample, card) for card in cards), key=lambda sample: sample.order))


def sample_called(key: str) -> Sample:
    """The sample of that key. Raises UnknownName, listing what exists."""
    for sample in list_samples():
        if sample.key == key:
            return sample
    raise UnknownName("sample", key, [sample.key for sample in list_samples()])
