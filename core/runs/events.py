"""What models in training say, one line an event, and how readers follow it. Draws and trains nothing.

Each attempt at a model has a file of its own, `events.<attempt>.jsonl`: what a process was
writing when it was killed stays torn at the end of its file and spoils nothing after it.
"""

import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from core.codec import dumps
from core.domain import Event
from core.errors import BadInput


class EventWriter:
    """Appends one model's events of one attempt. Not for several threads at once."""

    def __init__(self, folder: Path, run: str, model: int, attempt: int):
        self._run, self._model, self._attempt = run, model, attempt
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"events.{attempt}.jsonl"
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._seq = self._continue_after(path.read_bytes())

    def write(self, *, epoch: int, batch: int | None, elapsed_s: float, values: Mapping[str, float]) -> Event:
        """Append an event; a reader may see it at once. Raises OSError when the disk is full."""
        event = Event(
            run=self._run,
            model=self._model,
            attempt=self._attempt,
            seq=self._seq + 1,
            epoch=epoch,
            batch=batch,
            elapsed_s=elapsed_s,
            values={name: float(value) for name, value in values.items()},
        )
        line = memoryview((dumps(event) + "\n").encode())
        while line:  # unbuffered: what a killed process wrote is there
            line = line[os.write(self._descriptor, line) :]
        self._seq += 1
        return event

    def close(self) -> None:
        os.close(self._descriptor)

    def __enter__(self) -> "EventWriter":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def _continue_after(self, written: bytes) -> int:
        """Cut a torn last line, if this attempt wrote before; the number of whole lines."""
        os.ftruncate(self._descriptor, written.rfind(b"\n") + 1)
        return written.count(b"\n")


class EventReader:
    """Follows the events below a model's folder or a whole run's. Remembers how far it has read.

    Looking when nothing came costs a listing and no reading.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self._read: dict[Path, int] = {}  # bytes of whole lines taken from each file

    def read(self) -> list[Event]:
        """The events written since the last call, by model, attempt and seq."""
        events = [event for path in self._files() for event in self._new_in(path)]
        return sorted(events, key=lambda e: (e.model, e.attempt, e.seq))

    def _files(self) -> list[Path]:
        pattern = "events.*.jsonl"
        return [*self._folder.glob(pattern), *self._folder.glob(f"models/*/{pattern}")]

    def _new_in(self, path: Path) -> list[Event]:
        start = self._read.get(path, 0)
        if path.stat().st_size <= start:
            return []
        with open(path, "rb") as file:
            file.seek(start)
            content = file.read()
        whole = content[: content.rfind(b"\n") + 1]  # a line still being written waits for the next call
        self._read[path] = start + len(whole)
        return [_parse(line, path) for line in whole.splitlines()]


def read_events(folder: Path) -> list[Event]:
    """All events of a model's folder or a whole run's, attempts not yet merged."""
    return EventReader(folder).read()


def merge_attempts(events: Iterable[Event]) -> list[Event]:
    """Each model's story told once: where attempts overlap the later one counts.

    An attempt takes up at the start of an epoch, so its first event replaces all that earlier
    attempts said of that epoch and of later ones.
    Returns the events by model, epoch and batch, an epoch's end after its batches.
    """
    ordered = sorted(events, key=lambda e: (e.model, e.attempt, e.seq))
    merged: list[Event] = []
    for _, of_model in groupby(ordered, key=lambda e: e.model):
        story: list[Event] = []
        for _, attempt in groupby(of_model, key=lambda e: e.attempt):
            told = list(attempt)
            first_epoch = min(event.epoch for event in told)
            story = [event for event in story if event.epoch < first_epoch] + told
        merged += sorted(story, key=_place)
    return merged


def thin(events: Sequence[Event], n: int = 500, names: Sequence[str] = ("loss", "val_loss")) -> list[Event]:
    """At most n of one model's events, in their order, that look the same when drawn.

    Keeps the first and the last, and of each stretch between those where one of the named
    values is lowest or highest, so that no peak is lost. n: at least 2 + 2 × the names.
    """
    if len(events) <= n:
        return list(events)
    n_stretches = max((n - 2) // (2 * len(names)), 1)
    kept = {0, len(events) - 1}
    for stretch in range(n_stretches):
        places = range(len(events) * stretch // n_stretches, len(events) * (stretch + 1) // n_stretches)
        for name in names:
            drawn = [i for i in places if math.isfinite(events[i].values.get(name, math.nan))]
            if drawn:
                kept.add(min(drawn, key=lambda i: events[i].values[name]))
                kept.add(max(drawn, key=lambda i: events[i].values[name]))
    return [events[i] for i in sorted(kept)]


def _place(event: Event) -> tuple[float, ...]:
    return (event.epoch, math.inf if event.batch is None else event.batch, event.attempt, event.seq)


def _parse(line: bytes, path: Path) -> Event:
    """Raises BadInput naming the file when a whole line is no event: the file was tampered with."""
    try:
        plain = json.loads(line)
        # JSON has no NaN: a loss that diverged was written as null
        values = {name: math.nan if value is None else value for name, value in plain.pop("values").items()}
        return Event(**plain, values=values)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BadInput("events_damaged", file=path.name) from None
