"""Group by: choose keys, measures and figures, and see the table. Computes nothing."""

import secrets
from dataclasses import replace

import streamlit as st

from core.data.aggregate import FUNCTIONS, GroupBy, all_groups, figure_title, figures, group_rows
from core.data.keys import STEPS, Key, step_for
from core.domain import NUMERIC_KINDS, Dataset
from core.errors import BadInput
from core.prediction.export import for_spreadsheet, without_noise, write_csv
from pages.components import session
from pages.components.filter_form import draw_filters
from pages.components.shared_link import forget_link, from_link, into_link
from pages.components.text import escape

LINK = "group"
MOST_SHOWN = 1_000
FEW = 30  # values of a column that makes a readable table
MANY_NUMBERS = 50
GROUP_WORDS = ("category", "type", "segment", "region", "class")  # what people group by, the likeliest first


def draw_group_by(dataset: Dataset) -> None:
    asked = _asked(dataset)
    new = _draw_form(dataset, asked)
    new = replace(new, filters=draw_filters(dataset, new.filters, key="group"))
    into_link(LINK, new)
    if new != asked:
        st.rerun()
    if not new.keys:
        st.info("Choose a column to group by.", icon=":material/arrow_upward:")
        return
    try:
        _draw_table(dataset, new)
    except BadInput as error:
        st.warning(escape(error), icon=":material/edit:")


def proposed(dataset: Dataset) -> GroupBy:
    """The first column of few words, and the target or the first decimal number."""
    names = [c.name for c in dataset.columns if c.role == "feature" and c.name != dataset.target]
    words = [n for n in names if dataset.column(n).kind in ("category", "boolean")]
    few = [n for n in words if 2 <= dataset.column(n).n_unique <= FEW]
    keys = (few or words or names or [dataset.columns[0].name])[:1]
    named = [n for word in GROUP_WORDS for n in few if n.lower().replace(" ", "_").endswith(word)]
    measures = [dataset.target] if dataset.target else []
    measures += [c.name for c in dataset.columns if c.kind == "decimal"]
    measures += [c.name for c in dataset.columns if c.kind == "integer" and c.role == "feature"]
    numbers = [n for n in measures if dataset.column(n).kind in NUMERIC_KINDS]
    return GroupBy(keys=tuple(_key(dataset, n) for n in (named[:1] or keys)), measures=tuple(numbers[:1]))


def _asked(dataset: Dataset) -> GroupBy:
    try:
        asked = from_link(LINK, GroupBy)
        if asked is not None:
            figures(asked, dataset)
            for key in asked.keys:
                dataset.column(key.column)
            return asked
    except BadInput as error:
        st.warning(f"The table of the link cannot be made: {escape(error)}", icon=":material/link_off:")
        forget_link(LINK)
    return proposed(dataset)


def _draw_form(dataset: Dataset, asked: GroupBy) -> GroupBy:
    base = f"group_{dataset.id}"
    names = [c.name for c in dataset.columns]
    before = {key.column: key for key in asked.keys}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect("Group by", names, default=list(before), max_selections=6, key=f"{base}_keys")
        measures = st.multiselect("Figures of", names, default=list(asked.measures), key=f"{base}_measures")
        functions = st.multiselect(
            "Figures", list(FUNCTIONS), default=list(asked.functions), key=f"{base}_functions",
            format_func=lambda f: FUNCTIONS[f].title if f in FUNCTIONS else f,
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        keys = tuple(_draw_key(dataset, before.get(n) or _key(dataset, n), key=f"{base}_{n}") for n in chosen)
        new = GroupBy(keys=keys, measures=tuple(measures), functions=tuple(functions), filters=asked.filters)
        orders = ["", "rows", *figures(new, dataset)]
        sort = st.selectbox(
            "Order", orders, index=orders.index(asked.sort) if asked.sort in orders else 0, width=260,
            format_func=lambda s: figure_title(s) if s else "the groups' own", key=f"{base}_sort_{len(orders)}",
        )  # fmt: skip
        ascending = bool(sort) and st.toggle("Smallest first", value=asked.ascending, key=f"{base}_ascending")
    return replace(new, sort=sort, ascending=ascending)


def _key(dataset: Dataset, name: str) -> Key:
    column = dataset.column(name)
    if column.kind == "date":
        return Key(column=name, step=step_for(column))
    many = column.kind in NUMERIC_KINDS and column.n_unique > MANY_NUMBERS
    return Key(column=name, bins=10 if many else None)


def _draw_key(dataset: Dataset, asked: Key, *, key: str) -> Key:
    """What else a key needs: of dates the calendar's step, of numbers how many bins."""
    column = dataset.column(asked.column)
    if column.kind == "date":
        options = [*STEPS, ""]
        step = st.selectbox(
            f"{escape(column.name)} by", options, index=options.index(asked.step or ""), key=f"{key}_step", width=160,
            format_func=lambda s: s or "moment",
        )  # fmt: skip
        return replace(asked, step=step or None)
    if column.kind in NUMERIC_KINDS:
        options = sorted({5, 10, 20, 50, *([asked.bins] if asked.bins else [])})
        bins = st.selectbox(
            f"{escape(column.name)} in", [0, *options], index=[0, *options].index(asked.bins or 0),
            key=f"{key}_bins", width=160, format_func=lambda n: f"about {n} bins" if n else "single values",
        )  # fmt: skip
        return replace(asked, bins=bins or None)
    return asked


def _draw_table(dataset: Dataset, asked: GroupBy) -> None:
    with st.spinner("Grouping", show_time=True):
        found = group_rows(dataset, asked, MOST_SHOWN)
    if found.table.empty:
        st.info("No row passes the filters.", icon=":material/filter_alt_off:")
        return
    # whole numbers are grouped, others get the digits that matter
    numbers = {
        name: st.column_config.NumberColumn(format="localized")
        for name in found.table.columns[len(asked.keys) :]
    }
    shown = found.table.round({n: 3 for n in numbers if found.table[n].dtype.kind == "f"})
    st.dataframe(shown, hide_index=True, column_config=numbers, key="group_table", alt="The groups and their figures")  # fmt: skip
    said = "1 group" if found.n_groups == 1 else f"{found.n_groups:,} groups"
    if found.n_groups > len(found.table):
        said += f", the first {len(found.table):,} shown; the file has all"
    if found.is_approximate:
        said += ". Some of these figures (quantiles, distinct counts) are estimated, since there are very many rows"
    st.caption(f"{said}.")
    st.download_button(
        "Every group as CSV", data=lambda: _csv(dataset, asked), file_name="groups.csv", mime="text/csv",
        key="group_csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _csv(dataset: Dataset, asked: GroupBy) -> bytes:
    path = session.home().exports / f"groups-{secrets.token_hex(8)}.csv"
    try:
        with all_groups(dataset, asked) as frames:
            write_csv(map(without_noise, frames), path)
        return for_spreadsheet(path)
    finally:
        path.unlink(missing_ok=True)
