"""Which columns tell more of the target than chance: they are held against copies of themselves with the rows mixed up.

A copy has the same values and knows nothing. Trees that are offered real columns and copies alike
use both, and a column that they use no more than nearly all copies are used is left out: on a table
of many columns, noise looks useful here and there, and a network learns it by heart.
Sources: Stoppiglia, Dreyfus, Dubois & Oussar (2003), Ranking a random feature for variable and feature
selection, JMLR 3, 1399-1414; Kursa & Rudnicki (2010), Feature selection with the Boruta package, Journal of
Statistical Software 36.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core import codec
from core.domain import Run
from core.home import write_whole
from core.prediction.contract import CONTRACT, load_contract
from core.prediction.raw import load_recipe
from core.preparation import GROUPS, DroppedColumn, Preparation
from core.runs.records import folders_heard
from core.sentences import say

WORTH_OFFERING = 30  # columns, from which on noise among them may do harm
MOST_ROWS = 5_000
MOST_PROBES = 200  # columns that are copied a round
ROUNDS = 5
TREES = 100
NEARLY_ALL = 0.95  # of the copies: of twenty columns that tell nothing one is kept
MOST_NAMED = 10
CHANCE = "no_better_than_chance"


def without_noise(preparation: Preparation, frame: pd.DataFrame, seed: int) -> Preparation:
    """The preparation without the columns that tell no more than chance; as it is where none tells more.

    frame: training rows, with the features and the target. Columns with an input of their own stay.
    """
    rng = np.random.default_rng(seed)
    if len(frame) > MOST_ROWS:
        frame = frame.iloc[np.sort(rng.choice(len(frame), MOST_ROWS, replace=False))]
    inputs = preparation.transform(frame)
    groups = [s for name, s in preparation.input_specs.items() if name in GROUPS]
    if not groups:
        return preparation
    x = np.concatenate([inputs[s.name].astype(np.float32) for s in groups], axis=1)
    owners = np.array([source for s in groups for source in s.sources])
    names = list(dict.fromkeys(owners.tolist()))
    real, copies = np.zeros(len(names)), []
    for _ in range(ROUNDS):
        used, used_copies = _used(x, preparation.targets(frame), owners, names, preparation, rng)
        real += used / ROUNDS
        copies.append(np.quantile(used_copies, NEARLY_ALL))
    telling = {name for name, use in zip(names, real) if use > np.mean(copies)}
    noise = [name for name in names if name not in telling]
    kept = tuple(c for c in preparation.columns if c.name not in noise)
    if not kept:
        return preparation
    dropped = tuple(DroppedColumn(name=name, reason=CHANCE) for name in noise)
    return replace(preparation, columns=kept, dropped=(*preparation.dropped, *dropped))


def _used(
    x: np.ndarray,
    y: np.ndarray,
    owners: np.ndarray,
    names: Sequence[str],
    preparation: Preparation,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """How much trees use each column, and each of the copies; all that is made of a column counts together."""
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    copied = rng.permutation(len(names))[:MOST_PROBES]
    places = [np.flatnonzero(owners == name) for name in names]
    mixed = [x[rng.permutation(len(x))][:, places[i]] for i in copied]
    kind = ExtraTreesClassifier if preparation.task.classes else ExtraTreesRegressor
    trees = kind(TREES, max_features="sqrt", min_samples_leaf=3, random_state=int(rng.integers(2**31)))
    use = trees.fit(np.concatenate([x, *mixed], axis=1), y).feature_importances_
    real = np.array([use[place].sum() for place in places])
    ends = np.cumsum([x.shape[1], *(m.shape[1] for m in mixed)])
    return real, np.array([use[start:end].sum() for start, end in zip(ends, ends[1:])])


def left_out(run_folder: Path, run: Run) -> tuple[str, ...]:
    """The columns that a finished run left out for chance; in folds those that every fold did."""
    found: list[list[str]] = []
    for place in folders_heard(run_folder, run.spec):
        plain = json.loads((place / "preparation.json").read_text(encoding="utf-8"))
        found.append([d["name"] for d in plain["dropped"] if d["reason"] == CHANCE])
    return tuple(name for name in found[0] if all(name in names for names in found))


def ask_for_the_others(run_folder: Path, run: Run) -> None:
    """Let the run's contract ask new rows only for what decides a column that was not left out."""
    out, recipe, contract = left_out(run_folder, run), load_recipe(run_folder), load_contract(run_folder)
    kept = [name for name in run.spec.task.features if name not in out]
    needed = {c.name for c in recipe.raw_columns(kept)} if recipe else set(kept)
    asked = replace(contract, fields=tuple(f for f in contract.fields if f.name in needed))
    write_whole(run_folder / CONTRACT, codec.dumps(asked, indent=1))


def said_of_left_out(run_folder: Path, run: Run) -> str:
    """What a finished run that selects has left out, in a sentence."""
    names, of = left_out(run_folder, run), len(run.spec.task.features)
    if not names:
        return say("probes.none_left_out")
    named, rest = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if rest > 0:
        return say("probes.left_out_more", n=len(names), of=of, names=named, rest=rest)
    return say("probes.left_out", n=len(names), of=of, names=named)
