"""What a dataset is called in SQL: a name that can be typed, and is nobody else's. Opens no table."""

import re
from collections.abc import Iterable

from core.domain import Dataset

MAX_NAME = 40
# words that end a FROM clause or cannot begin a name there; the rest of SQL's words serve as names
_KEYWORDS = frozenset(
    """all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
    create default deferrable desc describe distinct do else end except false fetch for foreign from grant
    group having in initially intersect into lateral leading limit not null offset on only or order placing
    primary qualify references returning select show some summarize symmetric table then to trailing true
    union unique unpivot pivot using values variadic when where window with join left right full inner outer
    cross natural positional asof semi anti tablesample""".split()
)
_SUFFIX = re.compile(r"\.(csv|tsv|txt|xlsx?|ods|parquet|pq|json|jsonl|gz|zip|zst)$", re.IGNORECASE)


def table_names(datasets: Iterable[Dataset]) -> dict[str, Dataset]:
    """Datasets by the names they go by in SQL.

    The oldest of two that would be called alike keeps the plain name, so that a new dataset never
    changes what an older query means; the others get _2, _3, …
    """
    named: dict[str, Dataset] = {}
    for dataset in sorted(datasets, key=lambda d: (d.created_at, d.id)):
        base = chosen = _plain_name(dataset.name)
        suffix = 2
        while chosen in named:
            chosen = f"{base}_{suffix}"
            suffix += 1
        named[chosen] = dataset
    return named


def _plain_name(name: str) -> str:
    """Lower-case letters, digits and underscores, beginning with a letter and no keyword."""
    bare = name
    while (shorter := _SUFFIX.sub("", bare)) != bare:
        bare = shorter
    plain = re.sub(r"\W+", "_", bare.lower()).strip("_")[:MAX_NAME].strip("_") or "data"
    if plain[0].isdigit() or plain in _KEYWORDS:
        plain = f"data_{plain}"
    return plain
