"""The seconds a run has worked, over all its attempts, pauses left out. Written every few seconds."""

import json
from pathlib import Path

from core.home import write_whole

CLOCK = "clock.json"


def spent_s(run_folder: Path) -> float:
    """What was last written; 0 for a run that has not begun, or whose clock was damaged."""
    try:
        return float(json.loads((run_folder / CLOCK).read_text(encoding="utf-8"))["spent_s"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return 0.0


def save_spent(run_folder: Path, seconds: float) -> None:
    write_whole(run_folder / CLOCK, json.dumps({"spent_s": seconds}))
