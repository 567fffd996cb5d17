"""One file in a folder is one entry: find them, look them up. Knows nothing of what they are.

A folder's module offers its entry under the folder's noun: `core/baselines/forest.py` holds
`baseline = Baseline(key="forest", …)`. Modules whose names start with an underscore, and those
without the noun, are helpers. Reading a registry imports the modules but nothing heavy: an
entry imports Keras or scikit-learn inside the function that builds.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any, Generic, TypeVar

from core.errors import UnknownName

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """The entries of one folder by key, in the order they ask for (`order`, then key)."""

    def __init__(self, package: ModuleType, noun: str):
        self._package = package
        self._noun = noun

    @cached_property
    def _entries(self) -> dict[str, T]:
        found: list[Any] = []
        for module in pkgutil.iter_modules(self._package.__path__):
            if not module.name.startswith("_"):
                loaded = importlib.import_module(f"{self._package.__name__}.{module.name}")
                if hasattr(loaded, self._noun):
                    found.append(getattr(loaded, self._noun))
        found.sort(key=lambda entry: (getattr(entry, "order", 0), entry.key))
        entries = {entry.key: entry for entry in found}
        if len(entries) < len(found):
            raise ValueError(f"Two files of {self._package.__name__} offer an entry under one key.")
        return entries

    def __getitem__(self, key: str) -> T:
        try:
            return self._entries[key]
        except KeyError:
            raise UnknownName(self._noun, key, self._entries) from None

    def get(self, key: str, default: Any = None) -> Any:
        return self._entries.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
