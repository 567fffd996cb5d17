"""The kinds of cell that are files of their own, one a file here: what such a file must be to be stored. Reads no archive.

A cell holds the file's bytes, made ordinary once: in one format that every browser shows or plays.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.domain import Kind
from core.registry import Registry


class Unusable(Exception):
    """The bytes cannot be used; the message says why, as a sentence."""


class Ordinary(Protocol):
    """A file made ordinary. content: the bytes to store. changes: what was done to it.
    facts: what is known of it as it came, such as its width or its length in seconds."""

    content: bytes
    changes: frozenset[str]

    @property
    def facts(self) -> Mapping[str, float]: ...


@dataclass(frozen=True, kw_only=True)
class Medium:
    """key: the kind of column, and what the column is called that an archive fills.

    word: what one of them is called in sentences; its plural is the key of the column's statistics.
    changes: what `ordinary` may do to one, with the code of the finding that says so.
    ordinary(content): made ordinary; raises Unusable. summed(facts): of all of them, for statistics.
    """

    key: Kind
    word: str
    suffixes: tuple[str, ...]
    most_bytes: int
    changes: Mapping[str, str]
    ordinary: Callable[[bytes], Ordinary]
    summed: Callable[[Mapping[str, Sequence[float]]], dict[str, Any]]


MEDIA: Registry[Medium] = Registry(sys.modules[__name__], "medium")


def mean_bytes(statistics: Mapping[str, Any]) -> float:
    """Bytes of a column's stored file, on average; 0 for a column of plain cells."""
    return max((statistics.get(f"{m.word}s", {}).get("mean_bytes", 0) for m in MEDIA.values()), default=0)
