"""A split as a frame, for tests that look at all of it."""

import tempfile
from pathlib import Path

import pandas as pd

from core.data.split import assign


def assigned(dataset, task, split, catalog):
    """`_row` and `part` of every row that takes part."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "split.parquet"
        counts = assign(dataset, task, split, catalog, path)
        parts = pd.read_parquet(path)
        assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert counts == parts["part"].value_counts().reindex(list(counts), fill_value=0).to_dict()
    return parts
