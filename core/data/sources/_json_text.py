"""JSON values one after another out of a text of any length. Knows no tables.

Numbers are kept as they are written: a float would round them, and an id has more digits than it holds.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from core.errors import TooLarge

CHUNK = 1 << 20  # characters
MOST_CHARACTERS = 16 << 20  # of one record
NEAR_END = 64  # an error so close to the end of what was read may only mean that more is to come
SHOWN = 2_000  # characters of a faulty record that are kept


class Number(str):
    """A number as it is written, told from a text by its class."""


@dataclass(frozen=True)
class Record:
    """A value and the line it begins in, from 1."""

    line: int
    value: Any


@dataclass(frozen=True)
class Faulty:
    """A record that could not be read, and the line it begins in."""

    line: int
    reason: str
    text: str


class Broken(Exception):
    """The text is not JSON from `line` and `column` on; at_end: because it ends there."""

    def __init__(self, line: int, column: int, detail: str, at_end: bool, text: str):
        super().__init__(detail)
        self.line, self.column, self.detail, self.at_end, self.text = line, column, detail, at_end, text


class Values:
    """Reads values from an open text. n_twice: how often an object named a key twice, where the
    last one counts; twice: the first such key."""

    def __init__(self, text: TextIO, file: str):
        self.n_twice = 0
        self.twice = ""
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_int=Number, parse_float=Number, parse_constant=_nothing,
            strict=False,
        )  # fmt: skip
        self._source, self._file = text, file
        self._text, self._at = "", 0
        self._line, self._counted = 1, 0  # the line of the text's character `_counted`
        self._before = 0  # characters of the first line that are not held any more
        self._ended = False

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            self.n_twice += 1
            if not self.twice:
                names = [name for name, _ in pairs]
                self.twice = next(name for name in names if names.count(name) > 1)
        return made

    @property
    def line(self) -> int:
        """The line of what comes next."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def peek(self) -> str:
        """The next character that is no blank, or "" at the end."""
        while True:
            while self._at < len(self._text):
                character = self._text[self._at]
                if not character.isspace() and character != "\ufeff":
                    return character
                self._at += 1
            if self._ended:
                return ""
            self._fill()

    def take(self, character: str) -> None:
        """Pass over that character. Raises Broken where there is another."""
        if self.peek() != character:
            raise self._broken(self._at, f"'{character}' is missing")
        self._at += 1

    def value(self) -> Any:
        """The next value. Raises Broken, and TooLarge for one that is too long or too deep."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self._text, self._at)
                if end < len(self._text) or self._ended:  # else a number may go on
                    self._at = end
                    return value
            except json.JSONDecodeError as error:
                begun = error.msg.startswith("Unterminated string")
                if self._ended or not (begun or error.pos >= len(self._text) - NEAR_END):
                    at_end = begun or _may_go_on(self._text[error.pos :], error.msg)
                    raise self._broken(error.pos, error.msg, at_end) from None
            except RecursionError:
                raise TooLarge("json_deep", file=self._file, line=self.line) from None
            if len(self._text) - self._at > MOST_CHARACTERS:
                raise TooLarge("json_record_long", file=self._file, line=self.line, most=MOST_CHARACTERS)
            self._fill()

    def elements(self) -> Iterator[Record]:
        """The elements of the array that comes next, up to its end."""
        self.take("[")
        while (character := self.peek()) != "]":
            if character == "":
                raise self._broken(self._at, "']' is missing", at_end=True)
            yield Record(self.line, self.value())
            if self.peek() == ",":
                self._at += 1
            elif self.peek() != "]":
                raise self._broken(self._at, "',' or ']' is missing", at_end=self.peek() == "")
        self._at += 1

    def stream(self) -> Iterator[Record]:
        """Values written one after the other, up to the end of the text."""
        while self.peek():
            yield Record(self.line, self.value())
            if self.peek() == ",":
                self._at += 1

    def end(self) -> None:
        """Raises Broken unless the text ends here."""
        if self.peek():
            raise self._broken(self._at, "there is more after the end of the array")

    def _fill(self) -> None:
        self._line, rest = self.line, self._text[self._at :]
        last = self._text.rfind("\n", 0, self._at)
        self._before = self._at - last - 1 if last >= 0 else self._before + self._at
        read = self._source.read(max(CHUNK, len(rest)))
        self._text, self._at, self._counted, self._ended = rest + read, 0, 0, not read

    def _broken(self, position: int, detail: str, at_end: bool = False) -> Broken:
        line = self.line + self._text.count("\n", self._at, position)
        last = self._text.rfind("\n", 0, position)
        column = position - last if last >= 0 else self._before + position + 1
        return Broken(line, column, detail, at_end, self._text[self._at : self._at + SHOWN])


def lines(text: TextIO, values: Values, file: str) -> Iterator[Record | Faulty]:
    """One value a line; a line that is none does not harm the others. Blank lines are passed over."""
    number = 0
    while line := text.readline(MOST_CHARACTERS):
        number += 1
        if len(line) == MOST_CHARACTERS and not line.endswith("\n"):
            raise TooLarge("json_record_long", file=file, line=number, most=MOST_CHARACTERS)
        line = line.strip().removeprefix("\ufeff")
        if not line:
            continue
        at = 0
        try:
            while at < len(line):
                value, at = values.decoder.raw_decode(line, at)
                yield Record(number, value)
                while at < len(line) and line[at] in ", \t":
                    at += 1
        except json.JSONDecodeError as error:
            yield Faulty(number, f"{error.msg} at character {error.pos + 1}", line[:SHOWN])
        except RecursionError:
            raise TooLarge("json_deep", file=file, line=number) from None


def written(value: Any) -> str:
    """The value as JSON, numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {written(v)}" for k, v in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _may_go_on(rest: str, complaint: str) -> bool:
    """Whether an error at the end of a text is one of its being cut, given what lies from there on."""
    rest = rest.strip()
    cut_word = any(
        word.startswith(rest) for word in ("true", "false", "null", "-Infinity", "Infinity", "NaN")
    )
    return cut_word or (complaint.startswith("Invalid \\") and len(rest) < len('"\\u1234'))


def _nothing(word: str) -> Any:
    """NaN and the infinities: no value, as in a table; JSON itself has no such words."""
    return None if math.isnan(float(word)) else Number(word)
