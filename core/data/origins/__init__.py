"""Where a table can be fetched from besides an upload, and again later. Reads no table, keeps no secret."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.home import Home
from core.registry import Registry
from core.settings import Settings

Report = Callable[[float, str], None]


@dataclass(frozen=True, kw_only=True)
class Fetching:
    """What an origin works with. out: the file to write, inside the home. report(fraction, message)
    may raise, to have the work left off."""

    out: Path
    home: Home
    settings: Settings
    report: Report = lambda fraction, message: None


@dataclass(frozen=True, kw_only=True)
class Origin:
    """One way in. A `where` is a plain object with the key as "kind", as datasets remember it.

    settle(where, settings): the same where, checked, without what does not belong to it; raises
    BadInput for what is not allowed. fetch(where, fetching): the file. name(where): what to call it.
    """

    key: str
    title: str
    settle: Callable[[Mapping[str, Any], Settings], dict[str, Any]]
    fetch: Callable[[Mapping[str, Any], Fetching], None]
    name: Callable[[Mapping[str, Any]], str]


ORIGINS: Registry[Origin] = Registry(sys.modules[__name__], "origin")


def fetch(where: Mapping[str, Any], fetching: Fetching) -> dict[str, Any]:
    """Write the file and return the where as it may be remembered. Nothing is left behind on failure.

    Raises FathomError with a sentence.
    """
    origin = ORIGINS[str(where.get("kind"))]
    settled = {"kind": origin.key, **origin.settle(where, fetching.settings)}
    try:
        origin.fetch(settled, fetching)
    except BaseException:
        fetching.out.unlink(missing_ok=True)
        raise
    return settled


def name_of(where: Mapping[str, Any]) -> str:
    """What a dataset from there may be called."""
    return ORIGINS[str(where.get("kind"))].name(where)[:120] or "table"
