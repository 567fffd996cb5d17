"""The kinds of cell that are files of their own, one a file here: what such a file must be to be stored. Reads no archive.

A cell holds the file's bytes, made ordinary once: in one format that every browser shows or plays.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.domain import Column, Kind
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
    shape(known): of what networks will most likely see of each, from those statistics.
    """

    key: Kind
    word: str
    suffixes: tuple[str, ...]
    most_bytes: int
    changes: Mapping[str, str]
    ordinary: Callable[[bytes], Ordinary]
    summed: Callable[[Mapping[str, Sequence[float]]], dict[str, Any]]
    shape: Callable[[Mapping[str, Any]], tuple[int, int, int]]


MEDIA: Registry[Medium] = Registry(sys.modules[__name__], "medium")


def known_of(column: Column) -> Mapping[str, Any]:
    """What its statistics say of the files in a column of a medium."""
    return column.statistics[f"{MEDIA[column.kind].word}s"]


def seen_shape(column: Column) -> tuple[int, int, int]:
    """Of what networks will most likely see of each file in a column of a medium."""
    return MEDIA[column.kind].shape(known_of(column))
