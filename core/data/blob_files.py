"""The files that describe a stored table beside it: columns, how it was read, how many rows. Opens no table."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.codec import dumps, from_plain
from core.domain import Column, Finding
from core.home import write_whole

FORMAT = 1  # of the blob folder: another number, another blob


def write_description(
    folder: Path,
    *,
    columns: Sequence[Column],
    n_rows: int,
    n_rejected: int,
    target: str | None,
    options: Mapping[str, Any],
) -> None:
    """blob.json goes last: its presence, with the table's, means that the folder is whole."""
    write_whole(folder / "options.json", dumps(options, indent=1))
    write_whole(folder / "columns.json", dumps(columns, indent=1))
    write_whole(
        folder / "blob.json",
        dumps({"format": FORMAT, "n_rows": n_rows, "n_rejected": n_rejected, "target": target}),
    )


def write_reading(folder: Path, findings: Sequence[Finding]) -> None:
    """What was noticed while the file was read."""
    write_whole(folder / "reading.json", dumps(findings, indent=1))


def read_reading(folder: Path) -> tuple[Finding, ...]:
    return from_plain(tuple[Finding, ...], json.loads((folder / "reading.json").read_text(encoding="utf-8")))


def load_description(folder: Path) -> dict[str, Any]:
    """A blob's part of a Dataset: columns, options, n_rows, n_rejected, target."""
    described = json.loads((folder / "blob.json").read_text(encoding="utf-8"))
    return {
        "columns": from_plain(tuple[Column, ...], json.loads((folder / "columns.json").read_text("utf-8"))),
        "options": json.loads((folder / "options.json").read_text(encoding="utf-8")),
        "n_rows": described["n_rows"],
        "n_rejected": described["n_rejected"],
        "target": described["target"],
    }
