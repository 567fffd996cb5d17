"""What do I have, and can I trust it? A dataset's findings, columns and first rows, and what to predict of it."""

from pathlib import Path

import streamlit as st

from core.data.described import missing_cells
from core.data.gallery import media_columns
from core.data.original import blob_of_file, is_kept
from core.data.target_reason import task_in_words, why_target
from core.data.task import propose_task
from core.domain import Dataset, Task
from core.errors import BadInput
from pages.components import session
from pages.components.adding import draw_adding, read_stored_again
from pages.components.column_detail import draw_column
from pages.components.columns_table import draw_columns
from pages.components.dataset_menu import draw_menu
from pages.components.findings import draw_findings
from pages.components.found_out import found_out
from pages.components.frame import dataset_picker, go, head, when
from pages.components.gallery import draw_gallery, with_pictures
from pages.components.parse_screen import Subject, draw_parse_screen
from pages.components.pixels_offer import draw_pixels_offer
from pages.components.recipe_steps import draw_recipe
from pages.components.relations import draw_relations
from pages.components.text import escape
from pages.components.versions import draw_versions

PREVIEW_ROWS = 1_000
MOST_ASIDE = 100
ASIDE = {"line": "Line", "text": "Line or file", "reason": "Reason"}  # titles of what is told of each
PREVIEW_OF_FILES = 100  # rows, where each carries an image or a sound
NAMES = {
    "encoding": "Encoding", "separator": "Separator", "quote": "Quotation mark", "header": "Names in the first row",
    "sheet": "Sheet", "escape": "Escape", "header_rows": "Rows of names", "skip": "Lines above the table",
    "compression": "Compression", "member": "File in the archive", "table": "Table",
    "white": "Value of white pixels",
}  # fmt: skip


def main() -> None:
    head("Data", "What do I have, and can I trust it?")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        dataset = dataset_picker()
        if dataset is None:
            return
        draw_menu(dataset)
        if st.button("Add data", icon=":material/add:", key="add_data"):
            go("start.py")
        if st.button(
            "Train a network",
            type="primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            key="to_train",
        ):
            st.session_state["train_view"] = "form"
            go("train.py")
    again = draw_adding()
    if again is not None and again.state == "failed":
        st.error(escape(again.error or "It could not be read."), icon=":material/error:")
    draw_figures(dataset)
    task = draw_target(dataset)
    draw_pixels_offer(dataset)
    draw_gallery(dataset)
    st.subheader("Findings", anchor=False)
    findings = found_out(
        "check",
        dataset,
        lambda: session.catalog().known_findings(dataset),
        subject=(dataset.id, dataset.target, dataset.columns),
        doing="Looking for problems",
        again="Check again",
    )
    if findings is not None:
        draw_findings(findings, dataset)
    draw_recipe(dataset)
    st.subheader("Columns", anchor=False)
    st.caption("A wrong kind or role? Choose the column under A closer look, or click its cell here twice.")
    draw_columns(dataset)
    st.subheader("A closer look", anchor=False)
    draw_column(dataset, task)
    draw_relations(dataset)
    draw_rows(dataset)
    draw_versions(dataset)
    draw_reading(dataset)


def draw_figures(dataset: Dataset) -> None:
    n_missing, share = missing_cells(dataset)
    with st.container(horizontal=True, gap="medium"):
        st.metric("Rows", f"{dataset.n_rows:,}", width="content")
        st.metric("Columns", f"{len(dataset.columns):,}", width="content")
        st.metric("Missing cells", f"{n_missing:,}", help=f"{share:.2%} of all cells.", width="content")
        if dataset.n_rejected:
            st.metric(
                "Rows kept aside", f"{dataset.n_rejected:,}", help="They could not be read.", width="content"
            )
    rejects = Path(dataset.location) / "rejects.csv"
    if dataset.n_rejected and rejects.exists():
        _draw_kept_aside(dataset)
        st.download_button(
            "Rows kept aside as CSV", rejects.read_bytes, "rejects.csv", "text/csv", icon=":material/download:",
            key="rejects_csv", on_click="ignore",
        )  # fmt: skip


def _draw_kept_aside(dataset: Dataset) -> None:
    """By name or text, each with the reason."""
    aside = session.catalog().kept_aside(dataset, MOST_ASIDE)
    with st.expander(
        f"What was kept aside, and why: {min(len(aside), dataset.n_rejected):,} of {dataset.n_rejected:,}",
        icon=":material/block:", key=f"aside_{dataset.id}",
    ):  # fmt: skip
        st.dataframe(
            {title: [one[name] for one in aside] for name, title in ASIDE.items()},
            hide_index=True, height="content" if len(aside) <= 10 else 400, key="kept_aside",
            alt="Lines and files kept aside with their reason",
        )  # fmt: skip


def draw_target(dataset: Dataset) -> Task | None:
    """Let the target be chosen; the task that comes of it, None while it cannot be predicted."""
    names = [c.name for c in dataset.columns]
    picked = st.selectbox(
        "What to predict",
        names,
        index=names.index(dataset.target) if dataset.target else None,
        placeholder="Choose a column",
        key=f"target_{dataset.id}_{dataset.target}",
        width=360,
    )
    if picked is not None and picked != dataset.target:
        session.catalog().with_target(dataset, picked)
        st.rerun()
    if dataset.target is None:
        st.caption(why_target(dataset))
        return None
    try:
        task = propose_task(dataset, dataset.target)
    except BadInput as error:
        st.warning(escape(error), icon=":material/warning:")
        return None
    st.caption(f"{why_target(dataset)} {escape(task_in_words(task, dataset))}")
    return task


def draw_rows(dataset: Dataset) -> None:
    most = PREVIEW_OF_FILES if media_columns(dataset) else PREVIEW_ROWS
    n = min(most, dataset.n_rows)
    preview = st.expander(
        f"The first {n:,} rows", icon=":material/table_rows:", key="preview", on_change="rerun"
    )
    if not preview.open:
        return
    shown_as = {
        c.name: st.column_config.DateColumn()
        for c in dataset.columns
        if c.kind == "date" and "%H" not in c.statistics.get("date_format", "%H")
    }
    files = [c.name for c in media_columns(dataset)]
    shown_as |= {name: st.column_config.ImageColumn(width="small") for name in files}
    with preview:
        st.dataframe(
            with_pictures(session.catalog().sample(dataset, n), files), hide_index=True, column_config=shown_as, key="preview_rows",
            alt="The first rows of the table",
        )  # fmt: skip


def draw_reading(dataset: Dataset) -> None:
    """How the file was read, opened by itself where rows were rejected."""
    screen = st.expander(
        "How was this read?", icon=":material/tune:", key=f"reading_{dataset.id}", on_change="rerun",
        expanded=st.session_state.get("opened_reading") == dataset.id,
    )  # fmt: skip
    if not screen.open:
        return
    with screen:
        if is_kept(blob_of_file(dataset)):
            st.caption(
                "Change a decision and see what comes of it. Reading again adds a dataset; this one stays as it is."
            )
            options = draw_parse_screen(
                Subject(
                    key=dataset.id, name=dataset.name, given={"dataset": dataset.id},
                    options=session.catalog().asked_options(dataset),
                )
            )  # fmt: skip
            if options is not None:
                read_stored_again(dataset, options)
                st.rerun()
        known = {NAMES.get(name, name): shown(value) for name, value in dataset.options.items()}
        known |= {"Stored": when(dataset.created_at), "Dataset": dataset.id, "Content": dataset.blob}
        st.dataframe(
            {"What": list(known), "How": list(known.values())}, hide_index=True, height="content",
            key="details_table", alt="How the file was read",
        )  # fmt: skip


def shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return {"\t": "tab", "": "none"}.get(value, str(value)) if isinstance(value, str) else str(value)


main()
