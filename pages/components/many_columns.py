"""What may be done where columns are many: leave out those that tell nothing, or make few components of them. Fits neither."""

import streamlit as st

from core.condensing import CONDENSERS
from core.domain import Dataset, RunSpec, Task
from core.modalities import wide_among
from core.sentences import say
from core.studies.condense import is_wide
from core.studies.probes import WORTH_OFFERING
from pages.components.fields import choose


def draw_many_columns(dataset: Dataset, task: Task) -> tuple[bool, str]:
    """Whether columns that tell no more than chance are left out, and the way of condensing, "" for none.

    Asked where columns are many; images and sounds do not count.
    """
    shared = [n for n in task.features if not wide_among([dataset.column(n).kind])]
    if len(shared) < WORTH_OFFERING:
        return False, ""
    key = _key(dataset, "selects")
    st.session_state.setdefault(key, False)
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        way = choose(
            "Condense the columns", ["", *CONDENSERS], "", key=_key(dataset, "condenses"), width=280,
            say=lambda k: CONDENSERS[k].title if k else "Leave them as they are", help=say("help.condenses"),
        )  # fmt: skip
        selects = st.toggle(
            "Leave out columns that tell no more than chance", key=key, persist_state="session", help=say("help.selects")
        )  # fmt: skip
    if not way and not selects and is_wide(len(shared), dataset.n_rows):
        st.caption(say("condense.wide", n_columns=len(shared), n_rows=dataset.n_rows))
    return selects, way


def many_columns_of(dataset: Dataset, spec: RunSpec) -> dict[str, bool | str]:
    """What to fill the fields with so that they say what a run had."""
    return {_key(dataset, "selects"): spec.selects, _key(dataset, "condenses"): spec.condenses}


def _key(dataset: Dataset, name: str) -> str:
    return f"train_{dataset.id}_{name}"
