"""Turn the frozen nouns into JSON and back, checking on the way in. Knows no field by name."""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from core.errors import BadInput

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """A dataclass, mapping or sequence as plain dicts, lists and scalars that JSON knows.

    Numbers that JSON lacks (NaN, infinities) become None.
    """
    if dataclasses.is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): to_plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(v) for v in value]
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):  # a NumPy scalar
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def dumps(value: Any, *, indent: int | None = None) -> str:
    return json.dumps(to_plain(value), ensure_ascii=False, indent=indent, allow_nan=False)


def from_plain(kind: type[T], plain: Any) -> T:
    """Rebuild a noun from what `to_plain` made of it.

    Raises BadInput naming the field when one is missing, unknown or of another type, so
    that a file written by a stranger or a later version is refused, not half understood.
    """
    return _build(kind, plain, kind.__name__)


def _build(kind: Any, plain: Any, path: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return plain
    if origin in (typing.Union, types.UnionType):
        if plain is None and type(None) in arguments:
            return None
        return _build(next(a for a in arguments if a is not type(None)), plain, path)
    if origin is typing.Literal:
        if plain not in arguments:
            raise BadInput("codec_choice", path=path, value=plain, known=", ".join(map(str, arguments)))
        return plain
    if dataclasses.is_dataclass(kind):
        return _build_dataclass(kind, plain, path)
    if origin is tuple:
        _expect(isinstance(plain, (list, tuple)), path, "a list", plain)
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_build(arguments[0], v, f"{path}[{i}]") for i, v in enumerate(plain))
        _expect(len(plain) == len(arguments), path, f"{len(arguments)} values", plain)
        return tuple(_build(a, v, f"{path}[{i}]") for i, (a, v) in enumerate(zip(arguments, plain)))
    if origin in (Mapping, dict) or kind in (Mapping, dict):
        _expect(isinstance(plain, Mapping), path, "an object", plain)
        return dict(plain)
    if kind is float:
        _expect(isinstance(plain, (int, float)) and not isinstance(plain, bool), path, "a number", plain)
        return float(plain)
    if kind in (int, str, bool):
        _expect(type(plain) is kind, path, kind.__name__, plain)
    return plain


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)  # slow enough to be seen where a thousand runs are listed


def _build_dataclass(kind: Any, plain: Any, path: str) -> Any:
    _expect(isinstance(plain, Mapping), path, "an object", plain)
    hints = _hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    for name in plain:
        _expect(name in fields, path, "one of " + ", ".join(fields), name)
    for name, f in fields.items():
        required = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        _expect(name in plain or not required, path, f"a field '{name}'", sorted(plain))
    return kind(**{n: _build(hints[n], v, f"{path}.{n}") for n, v in plain.items()})


def _expect(holds: bool, path: str, expected: str, found: Any) -> None:
    if not holds:
        raise BadInput("codec_mismatch", path=path, expected=expected, found=repr(found)[:80])
