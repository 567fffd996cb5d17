"""Columns that are called like our own SQL names give what the same table gives under plain names."""

from dataclasses import replace

import pytest

from core.checks import run_checks
from core.data.by_target import by_value
from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.retyping import retyped
from core.data.task import class_counts, propose_task
from core.domain import NUMERIC_KINDS, Split
from core.home import Home
from tests.core.data.splits import assigned

# what columns of few whole numbers, of decimals, of words and of parts can split by
STRATEGIES_BY = (("grouped", "chronological"), ("chronological",), ("grouped",), ("grouped", "column"))

# every alias, table and ordinal in the SQL of core/data and core/checks, and the words of its clauses
ALIASES = (
    "bin", "value", "k", "part", "stratum", "n", "place", "q", "i", "rate", "name", "r",
    "data", "p", "n_present_0", "stored", "until_test", "min_0", "rank", "cells", "c0", "until_validation",
)  # fmt: skip
N = 120


def content(names: tuple[str, ...]) -> str:
    """Columns of few whole numbers, of decimals, of few words and of parts in turn, each unlike the others."""
    lines = [",".join(names)]
    for row in range(N):
        cells = []
        for place, _ in enumerate(names):
            noise = (row * 7919 * (place + 1) + row * row * 31) % 1009
            part = ("train", "test", "train", "val")[noise % 4]
            cells.append((str(noise % 3), f"{noise / 8:.3f}", "xyzw"[noise % 4], part)[place % 4])
        lines.append(",".join(cells))
    return "\n".join(lines) + "\n"


PLAIN = tuple(f"plain {place}" for place, _ in enumerate(ALIASES))


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """The same table under our names and under plain ones, every column a feature; and their catalogue."""
    folder = tmp_path_factory.mktemp("aliases")
    home, made = Home(folder / "home"), []
    for file, names in (("own.csv", ALIASES), ("plain.csv", PLAIN)):
        (folder / file).write_text(content(names))
        dataset = ingest(folder / file, name=file, owner="ada", home=home, options={"header": True})
        made.append(replace(dataset, columns=tuple(replace(c, role="feature") for c in dataset.columns)))
    return made[0], made[1], Catalog(home)


def test_every_column_is_measured_alike(twins):
    own, plain, _ = twins
    assert [c.name for c in own.columns] == list(ALIASES)
    assert [replace(c, name="") for c in own.columns] == [replace(c, name="") for c in plain.columns]


@pytest.mark.parametrize("place", range(len(ALIASES)), ids=ALIASES)
def test_every_split_is_the_same(twins, place):
    *datasets, catalog = twins
    # the column is the target, and then what the split goes by under another target
    cases = [("stratified", None, place), ("random", None, place)]
    cases += [(strategy, place, (place + 5) % len(ALIASES)) for strategy in STRATEGIES_BY[place % 4]]
    for strategy, by, target in cases:
        parts = []
        for dataset in datasets:
            task = propose_task(dataset, dataset.columns[target].name)
            split = Split(strategy=strategy, column=None if by is None else dataset.columns[by].name)
            parts.append(assigned(dataset, task, split, catalog))
        assert parts[0]["_row"].tolist() == list(range(N))
        assert parts[0].equals(parts[1]), (strategy, by, target)


@pytest.mark.parametrize("place", range(len(ALIASES)), ids=ALIASES)
def test_every_target_and_rate_is_the_same(twins, place):
    *datasets, catalog = twins
    made = []
    for dataset in datasets:
        name, other = dataset.columns[place].name, dataset.columns[(place + 1) % len(ALIASES)].name
        plain = {c.name: PLAIN[i] for i, c in enumerate(dataset.columns)}
        found = run_checks(dataset, name, catalog)
        table, overall = by_value(dataset, name, propose_task(dataset, other, target_kind(dataset, other)))
        table_of_other, _ = by_value(dataset, other, propose_task(dataset, name, target_kind(dataset, name)))
        made.append(
            (
                list(class_counts(dataset, name).items()),
                {(f.code, plain.get(f.subject), f.parameters.get("n"), f.parameters.get("score")) for f in found},
                table.to_csv(), table_of_other.to_csv(), overall,
            )
        )  # fmt: skip
    assert made[0] == made[1]


def test_every_kind_can_be_corrected(twins):
    read = []
    for dataset in twins[:2]:
        changed = retyped(dataset, {column.name: "text" for column in dataset.columns})
        read.append([replace(column, name="") for column in changed.columns])
    assert read[0] == read[1]


def target_kind(dataset, name):
    return "regression" if dataset.column(name).kind in NUMERIC_KINDS else "auto"
