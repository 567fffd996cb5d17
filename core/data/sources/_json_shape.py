"""Where the records lie in a JSON text: an array, lines, or somewhere inside an object. Decides no column's kind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

from core.data.sources._json_text import MOST_CHARACTERS, Broken, Faulty, Record, Values, lines
from core.errors import TooLarge

MOST_DEPTH = 4  # of objects that are looked into for an array of records

Records = Iterator[Record | Faulty]


@dataclass
class Found:
    """The records of a file. part: the path of the member they were found under, "" for the whole file.

    left_out: names of members beside it. fields: names of the records' items where the file says
    them apart from the records.
    """

    records: Records
    part: str = ""
    left_out: list[str] = field(default_factory=list)
    fields: Sequence[str] | None = None


def find_records(reopen: Callable[[], TextIO], values: Callable[[TextIO], Values], file: str) -> Found:
    """reopen(): the text from its start. Raises Broken, TooLarge."""
    if _is_lines(reopen()):
        text = reopen()
        return Found(lines(text, values(text), file))
    reader = values(reopen())
    if reader.peek() == "[":
        return Found(_whole_array(reader))
    line = reader.line
    try:
        first = reader.value()
    except (Broken, TooLarge) as error:
        if isinstance(error, TooLarge) and error.code == "json_deep":
            raise
        return _inside_large(values(reopen()), error)
    if reader.peek():
        return Found(_after(Record(line, first), reader))
    return _in_object(first) if isinstance(first, dict) else Found(iter([Record(line, first)]))


def _whole_array(reader: Values) -> Records:
    yield from reader.elements()
    reader.end()


def _after(first: Record, reader: Values) -> Records:
    yield first
    yield from reader.stream()


def _is_lines(text: TextIO) -> bool:
    """Whether the first two lines that are not blank are values of their own."""
    found: list[str] = []
    while len(found) < 2 and (line := text.readline(MOST_CHARACTERS)):
        if line := line.strip().removeprefix("\ufeff"):
            found.append(line)
    if len(found) < 2:
        return False
    pairs = {"{": "}", "[": "]"}
    first, second = (line.rstrip(", ") for line in found)
    return first[0] in pairs and first.endswith(pairs[first[0]]) and second[0] == first[0] != first[1:2]


def _inside_large(reader: Values, error: Exception) -> Found:
    """The first array of records in an object too large, or too broken, to be held whole."""
    left_out: list[str] = []
    path: list[str] = []
    if reader.peek() != "{":
        raise error
    reader.take("{")
    while reader.peek() != "}":
        name = str(reader.value())
        reader.take(":")
        match reader.peek():
            case "[":
                elements = reader.elements()
                first = next(elements, None)
                if first is not None and isinstance(first.value, (dict, list)):
                    return Found(_chained(first, elements), ".".join([*path, name]), left_out)
                for _ in elements:
                    pass
                left_out.append(name)
            case "{" if len(path) < MOST_DEPTH:
                reader.take("{")
                path.append(name)
                continue
            case _:
                reader.value()
                left_out.append(name)
        while path and reader.peek() == "}":
            reader.take("}")
            path.pop()
        if reader.peek() == ",":
            reader.take(",")
    raise error


def _chained(first: Record, rest: Iterator[Record]) -> Records:
    yield first
    yield from rest


def _in_object(whole: dict[str, Any]) -> Found:
    """The records of an object that is held whole."""
    names, rows = whole.get("columns"), whole.get("data")
    if _is_list_of(names, str) and _is_list_of(rows, list):  # as pandas splits a table
        return Found(_numbered(rows), "data", [], names)
    arrays = [(path, array) for path, array in _arrays(whole, ()) if _is_list_of(array, dict)]
    if arrays:
        path, array = max(arrays, key=lambda found: len(found[1]))
        return Found(_numbered(array), ".".join(path), [n for n in whole if n != path[0]])
    inner = list(whole.values())
    if len(inner) > 1 and all(isinstance(v, list) for v in inner) and len({len(v) for v in inner}) == 1:
        return Found(_numbered([dict(zip(whole, row)) for row in zip(*inner)]))
    if len(inner) > 1 and all(isinstance(v, dict) and v for v in inner):
        if all(key.isdecimal() for v in inner for key in v):  # columns of numbered cells
            numbers = sorted({key for v in inner for key in v}, key=int)
            return Found(_numbered([{name: whole[name].get(n) for name in whole} for n in numbers]))
        if len(set(inner[0]) & set(inner[1])) > len(set(inner[0]) ^ set(inner[1])):  # records by a key
            return Found(_numbered([{"key": key, **record} for key, record in whole.items()]))
    return Found(_numbered([whole]))


def _arrays(node: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in node.items():
        if isinstance(value, list):
            yield (*path, name), value
        elif isinstance(value, dict) and len(path) < MOST_DEPTH:
            yield from _arrays(value, (*path, name))


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, kind) for v in value)


def _numbered(values: Sequence[Any]) -> Records:
    return (Record(number, value) for number, value in enumerate(values, start=1))
