"""How the rows that choose are taken: one hold-out, or folds that each leave others out. Cuts nothing."""

import streamlit as st

from core.data.folds import MOST_REPEATS
from core.domain import Dataset, RunSpec
from core.sentences import say
from core.studies.plan import FEW_ROWS, FOLDS
from pages.components.fields import choose, number

CHOICES = {0: "One hold-out", 5: "5 folds", 10: "10 folds"}


def draw_folds(dataset: Dataset, strategy: str, proposed: int) -> tuple[int, int]:
    """How many folds, 0 for one hold-out, and how often they are cut."""
    field = _key(
        dataset, f"folds_{proposed}"
    )  # what is chosen instead of one proposal does not answer another
    # as many as a run that is tried again had
    options = sorted({*CHOICES, st.session_state.get(field, proposed)})
    folds = choose(
        "Check on", options, proposed, key=field, say=lambda n: CHOICES.get(n, f"{n} folds"),
        width=180, help=say("help.folds"),
    )  # fmt: skip
    if not folds or strategy == "chronological":
        return folds, 1
    with st.popover("Advanced", icon=":material/tune:", key="folds_advanced"):
        repeats = number(
            "Repeat the folds", 1, low=1, high=MOST_REPEATS, step=1, key=_key(dataset, "repeats"),
            width=180, help=say("help.repeats"),
        )  # fmt: skip
    return folds, int(repeats)


def explain_folds(n_rows: int, strategy: str, folds: int, repeats: int) -> None:
    """What the choice means; without folds, what they would be good for where rows are few."""
    if folds and strategy == "chronological":
        st.caption(say("folds.time", fits=folds))
    elif folds and repeats > 1:
        st.caption(say("folds.repeated", fits=folds * repeats, repeats=repeats))
    elif folds:
        st.caption(say("folds.explained", fits=folds))
    elif n_rows <= FEW_ROWS:
        st.caption(say("folds.few_rows", n=n_rows))


def folds_of(dataset: Dataset, spec: RunSpec) -> dict[str, int]:
    """What to fill the fields with so that they say what a run had."""
    fields = {_key(dataset, f"folds_{proposed}"): spec.folds for proposed in (0, FOLDS)}
    return {**fields, _key(dataset, "repeats"): spec.repeats}


def _key(dataset: Dataset, name: str) -> str:
    return f"train_{dataset.id}_{name}"
