import math
import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain import Event
from core.errors import BadInput
from core.runs.events import EventReader, EventWriter, merge_attempts, read_events, thin
from tests.core.jobs.toy_main import ROOT


def event(epoch, batch=None, attempt=1, seq=0, model=0, loss=1.0):
    return Event(
        run="r",
        model=model,
        attempt=attempt,
        seq=seq,
        epoch=epoch,
        batch=batch,
        elapsed_s=0.0,
        values={"loss": loss},
    )


def write(folder, epochs, attempt=1, model=0, batches=(None,)):
    with EventWriter(folder, "r", model, attempt) as writer:
        return [
            writer.write(epoch=e, batch=b, elapsed_s=e * 2.0, values={"loss": 1 / e})
            for e in epochs
            for b in batches
        ]


def told(events):
    return [(e.epoch, e.batch) for e in events]


def test_what_is_written_is_read_at_once_and_once(tmp_path):
    reader = EventReader(tmp_path)
    assert reader.read() == []
    first = write(tmp_path, [1, 2])
    assert [e.seq for e in first] == [1, 2]
    assert reader.read() == first
    assert reader.read() == []
    second = write(tmp_path, [3], attempt=2)
    assert reader.read() == second
    assert read_events(tmp_path) == first + second


def test_a_runs_folder_shows_the_events_of_all_its_models(tmp_path):
    forest = write(tmp_path / "models" / "1-forest", [1], model=1)
    network = write(tmp_path / "models" / "0-mlp", [1], model=0)
    assert read_events(tmp_path) == network + forest
    assert read_events(tmp_path / "models" / "1-forest") == forest


def test_a_half_written_event_waits_for_the_next_read(tmp_path):
    whole = write(tmp_path, [1])
    path = tmp_path / "events.1.jsonl"
    line = path.read_bytes()
    reader = EventReader(tmp_path)
    with open(path, "ab", buffering=0) as file:
        for part in (line[:10], line[10:-1]):
            file.write(part)
            assert reader.read() == whole
            whole = []
        file.write(line[-1:])
    assert len(reader.read()) == 1


def test_an_attempt_that_goes_on_after_a_torn_line_spoils_nothing(tmp_path):
    write(tmp_path, [1, 2])
    with open(tmp_path / "events.1.jsonl", "ab") as file:
        file.write(b'{"run": "r", "mod')
    again = write(tmp_path, [3])
    assert again[0].seq == 3
    assert told(read_events(tmp_path)) == [(1, None), (2, None), (3, None)]


def test_a_loss_that_is_not_a_number_stays_one(tmp_path):
    with EventWriter(tmp_path, "r", 0, 1) as writer:
        writer.write(epoch=1, batch=None, elapsed_s=0.5, values={"loss": math.nan, "val_loss": 2})
    values = read_events(tmp_path)[0].values
    assert math.isnan(values["loss"]) and values["val_loss"] == 2


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"[]\n", b"{}\n", b'{"values": {}, "other": 1}\n', b"\xff\xfe\n"]
)
def test_a_line_that_is_no_event_is_named(tmp_path, line):
    (tmp_path / "events.1.jsonl").write_bytes(line)
    with pytest.raises(BadInput, match="events.1.jsonl holds a line"):
        read_events(tmp_path)


WRITE = """
import sys
from pathlib import Path
from core.runs.events import EventWriter
writer = EventWriter(Path(sys.argv[1]), "r", 0, 1)
for epoch in range(1, 100_000):
    writer.write(epoch=epoch, batch=None, elapsed_s=0.0, values={"loss": 0.5})
"""


def test_a_writer_killed_at_any_moment_leaves_only_whole_events(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", WRITE, str(tmp_path)], cwd=ROOT)
    path = tmp_path / "events.1.jsonl"
    while not (path.exists() and path.stat().st_size > 10_000):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    epochs = [e.epoch for e in read_events(tmp_path)]
    assert epochs == list(range(1, len(epochs) + 1)) and len(epochs) > 50


def test_a_full_disk_is_an_error_and_what_was_written_stays(tmp_path, monkeypatch):
    whole = write(tmp_path, [1])
    torn = iter([20])
    real = os.write

    def fills(descriptor, content):
        for n in torn:
            return real(descriptor, content[:n])
        raise OSError(28, "No space left on device")

    writer = EventWriter(tmp_path, "r", 0, 2)
    monkeypatch.setattr(os, "write", fills)
    with pytest.raises(OSError, match="No space left"):
        writer.write(epoch=2, batch=None, elapsed_s=0.0, values={"loss": 1.0})
    writer.close()
    assert read_events(tmp_path) == whole


def test_an_epoch_done_again_after_a_crash_counts_once_and_the_later_one():
    events = [event(1), event(2), event(3, batch=100), event(3, batch=200)]
    events += [event(3, batch=150, attempt=2, loss=0.3), event(3, attempt=2, loss=0.2), event(4, attempt=2)]
    merged = merge_attempts(reversed(events))
    assert told(merged) == [(1, None), (2, None), (3, 150), (3, None), (4, None)]
    assert [e.values["loss"] for e in merged if e.epoch == 3] == [0.3, 0.2]


def test_a_start_from_scratch_replaces_everything_and_other_models_are_left_alone():
    events = [event(1), event(2), event(1, attempt=3), event(1, model=1), event(2, model=1)]
    merged = merge_attempts(events)
    assert [(e.model, e.epoch, e.attempt) for e in merged] == [(0, 1, 3), (1, 1, 1), (1, 2, 1)]


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 5)), max_size=6))
def test_however_often_it_crashed_every_epoch_shows_once_and_in_order(attempts):
    """Each attempt takes up somewhere within what is known, and does a few epochs."""
    events, known = [], 0
    for number, (back, n) in enumerate(attempts, start=1):
        start = max(known - back + 1, 1)
        events += [event(start + i, attempt=number, seq=i + 1) for i in range(n)]
        known = start + n - 1 if n else known
    merged = merge_attempts(events)
    assert [e.epoch for e in merged] == list(range(1, known + 1))
    assert merge_attempts(merged) == merged


@given(st.lists(st.floats(-5, 5) | st.just(math.nan), max_size=900), st.integers(12, 200))
def test_thinning_keeps_the_ends_the_peaks_and_the_order(losses, n):
    events = [event(i + 1, loss=loss) for i, loss in enumerate(losses)]
    thinned = thin(events, n)
    assert len(thinned) <= max(n, 0)
    assert [e.epoch for e in thinned] == sorted({e.epoch for e in thinned})
    if events:
        assert (thinned[0], thinned[-1]) == (events[0], events[-1])
    finite = [loss for loss in losses if math.isfinite(loss)]
    if finite:
        kept = [e.values["loss"] for e in thinned if math.isfinite(e.values["loss"])]
        assert (min(kept), max(kept)) == (min(finite), max(finite))


def test_looking_again_when_nothing_came_reads_no_file(tmp_path, monkeypatch):
    write(tmp_path, range(1, 2000))
    reader = EventReader(tmp_path)
    assert len(reader.read()) == 1999
    monkeypatch.setattr("builtins.open", lambda *args: pytest.fail("it was opened"))
    assert reader.read() == []
