"""Small chunks for the loop's tests."""

import pytest

from core.training import loop


@pytest.fixture
def often(monkeypatch):
    """Small chunks and a checkpoint after each, so that little rows behave as millions would."""
    monkeypatch.setattr(loop, "CHUNK_S", 0.0)
    for name in ("CHECKPOINT_S", "CHECKPOINT_WITHIN_S", "BATCH_EVENT_S"):
        monkeypatch.setattr(loop, name, -1.0)
    monkeypatch.setattr(loop, "CHECKPOINT_SHARE", float("inf"))
    monkeypatch.setattr(loop, "PLATEAU_PATIENCE", 2)  # so that it lowers the rate within few epochs
