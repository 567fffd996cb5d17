"""A dataset's images and sounds by class, to see and hear what the network will. Chooses none by itself."""

import base64
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from core.data.described import facts_of_files
from core.data.gallery import Shown, can_group, media_columns, some_of
from core.domain import Dataset
from pages.components import session
from pages.components.clip_cards import EXPLANATION, clip_cards, picture_of
from pages.components.text import escape

# how many of every class, and of one looked at alone
SHOWN = {"image": (12, 60), "sound": (4, 16)}
THUMBNAIL = 64
FLAC = b"fLaC"  # how a stored sound begins
ALL = "All classes"
MOST_CLASSES = 12  # shown together


@st.fragment
def draw_gallery(dataset: Dataset) -> None:
    """The images or sounds of every column that holds some, in rows by the target where it is a class."""
    for column in media_columns(dataset):
        st.subheader(
            f"Gallery: {escape(column.name)}" if column.name != column.kind else "Gallery", anchor=False
        )
        facts = facts_of_files(column, dataset.n_rows)
        st.caption(" · ".join(f"{label}: {value}" for label, value in facts))
        target = next((c for c in dataset.columns if c.name == dataset.target), None)
        by = target.name if target is not None and can_group(target) else None
        key = f"gallery_{dataset.id}_{column.name}"
        seed = st.session_state.setdefault(f"{key}_seed", 0)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            only = _class_choice(dataset, by, key)
            if st.button("Show others", icon=":material/shuffle:", key=f"{key}_others"):
                st.session_state[f"{key}_seed"] = seed = seed + 1
        each, alone = SHOWN[column.kind]
        shown = some_of(
            dataset, session.catalog(), column.name, by=by, seed=seed, only=only,
            n_each=each if by and only is None else alone,
        )  # fmt: skip
        if column.kind == "sound":
            st.caption(EXPLANATION)
        _draw(
            shown,
            thumbnails if column.kind == "image" else clip_cards,
            is_grouped=by is not None and only is None,
        )


def _class_choice(dataset: Dataset, by: str | None, key: str) -> str | None:
    if by is None:
        return None
    classes = [str(value) for value, _ in dataset.column(by).statistics.get("top", ())]
    picked = st.selectbox("Class", [ALL, *sorted(classes)], key=f"{key}_class", width=220)
    return None if picked == ALL else picked


def _draw(shown: list[Shown], beside_each_other: Callable[[list[bytes]], None], *, is_grouped: bool) -> None:
    if not is_grouped:
        beside_each_other([one.content for one in shown])
        return
    groups: dict[str | None, list[bytes]] = {}
    for one in shown:
        groups.setdefault(one.group, []).append(one.content)
    for number, (name, contents) in enumerate(groups.items()):
        if number == MOST_CLASSES:
            st.caption(f"{len(groups) - MOST_CLASSES:,} more classes: choose one above to see what is in it.")
            break
        label, files = st.columns([1, 8], vertical_alignment="center")
        label.markdown(f"**{escape(name)}**" if name is not None else "*no class*")
        with files:
            beside_each_other(contents)


def thumbnails(contents: list[bytes], captions: list[str] | None = None) -> None:
    """Images beside each other, as many in a row as there is room for."""
    with st.container(horizontal=True, gap="xsmall"):
        for place, content in enumerate(contents):
            st.image(content, caption=None if captions is None else captions[place], width=THUMBNAIL)


def with_pictures(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The table with stored images, and pictures of stored sounds, as addresses that a table on the page can show."""
    return table.assign(**{name: table[name].map(_address, na_action="ignore") for name in columns})


def _address(content: bytes) -> str:
    if content.startswith(FLAC):
        content = picture_of(content)
    kind = "png" if content.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
