"""Bring a file: the uploader, how the file is to be read, and what to do when it was refused. Reads no file."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.jobs.job import Job
from core.settings import Settings
from pages.components import session
from pages.components.adding import add_upload, give_up, read_again, refused_file
from pages.components.parse_screen import Subject, draw_parse_screen
from pages.components.part_choice import draw_part_choice
from pages.components.sign_in import is_sign_in_configured
from pages.components.sources_menu import draw_sources
from pages.components.text import escape
from pages.components.upload_ticket import ticket_for

AUTO = "Find out"
HEADERS: Mapping[str, bool | None] = {
    AUTO: None,
    "The first row holds the names": True,
    "There are no names": False,
}
SEPARATORS: Mapping[str, str | None] = {
    AUTO: None, "Comma ,": ",", "Semicolon ;": ";", "Tab": "\t", "Vertical bar |": "|",
}  # fmt: skip
ENCODINGS: Mapping[str, str | None] = {
    AUTO: None, "UTF-8": "utf-8", "Western European (Windows-1252)": "cp1252",
    "Western European (Mac Roman)": "mac-roman", "Central European (Windows-1250)": "cp1250",
    "Cyrillic (Windows-1251)": "cp1251", "Chinese (GB 18030)": "gb18030", "Japanese (Shift JIS)": "cp932",
    "UTF-16": "utf-16",
}  # fmt: skip


def draw_upload() -> None:
    """The uploader. A file that is chosen is stored and read at once."""
    # a fresh widget a file: the bytes of the one before leave the server's memory
    key = f"upload_{st.session_state.setdefault('n_uploads', 0)}"
    uploaded = st.file_uploader(
        "Your table", key=key, help="The first sheet, or the whole file. It stays on this server."
    )
    st.caption(
        f"CSV, Excel, JSON, Parquet or SQLite, also compressed; images or sounds in a zip, a folder for each class. Up to {st.get_option('server.maxUploadSize')} MB."
    )
    with st.container(horizontal=True):
        with st.popover("How to read it", icon=":material/tune:", type="tertiary", key="reading"):
            options = draw_reading()
        _draw_larger()
    with st.container(horizontal=True):
        draw_sources()
    if uploaded is not None and options is not None:
        add_upload(uploaded, uploaded.name, options)
        st.session_state["n_uploads"] += 1
        st.rerun()


def draw_refused(job: Job) -> None:
    """Why a file was refused; it may be read in another way, or given up."""
    st.error(escape(job.error or "It could not be read."), icon=":material/error:")
    with st.container(border=True):
        st.markdown("Read it in another way, or choose another file. Nothing stored was changed.")
        payload, file = job.payload, refused_file()
        part = draw_part_choice(job.error_code, file)
        asked = payload.get("options") or {}
        options = None
        if file is not None:
            options = draw_parse_screen(
                Subject(
                    key=file.name,
                    name=payload["name"],
                    given={"file": file.name},
                    options=asked,
                    part=part,
                    refused=job.error,
                )
            )
        elif st.button("Read it again", type="primary", icon=":material/refresh:", key="read_again"):
            options = asked
        if options is not None:
            read_again({**options, **part})
            st.rerun()
        if st.button("Choose another file", icon=":material/arrow_back:", key="give_up"):
            give_up()
            st.rerun()


def draw_reading() -> dict[str, Any] | None:
    """Widgets for what is otherwise found out; the options, or None while something does not fit."""
    with st.container(horizontal=True, gap="medium"):
        header = st.selectbox("Names of the columns", list(HEADERS), key="read_header", width=260)
        separator = st.selectbox("Separator", list(SEPARATORS), key="read_separator", width=180)
        encoding = st.selectbox("Encoding", list(ENCODINGS), key="read_encoding", width=280)
        sheet = st.text_input("Sheet", key="read_sheet", placeholder="the first with rows", width=200)
    written = st.text_area(
        "Date formats", key="read_dates", placeholder="delivered = %d/%m/%Y", height=68,
        help="One column a line, where day and month could be mixed up: %d day, %m month, %Y year, %H:%M:%S time.",
    )  # fmt: skip
    formats = {}
    for line in filter(str.strip, written.splitlines()):
        name, equals, form = line.rpartition("=")
        if not equals or not name.strip() or "%" not in form:
            st.warning(
                f"A line should read “column = %d/%m/%Y”, not “{escape(line)}”.", icon=":material/edit:"
            )
            return None
        formats[name.strip()] = form.strip()
    options = {
        "header": HEADERS[header],
        "separator": SEPARATORS[separator],
        "encoding": ENCODINGS[encoding],
        "sheet": sheet.strip() or None,
        "date_formats": formats or None,
    }
    return {name: value for name, value in options.items() if value is not None}


def _draw_larger() -> None:
    with st.popover("A larger file", icon=":material/cloud_upload:", type="tertiary", key="larger"):
        most = f"{Settings.current().most_upload_bytes / 1e9:,.3g} GB"
        st.markdown(
            f"Send it from a terminal, up to {most}: it is streamed to disk, and appears here while it is read."
        )
        server = (st.context.url or "http://localhost:8501").split("?")[0]
        server = "/".join(server.split("/")[:3])
        ticket = ""
        if is_sign_in_configured():
            ticket = f"  -H 'Authorization: Bearer {ticket_for(session.owner(), session.home())}' \\\n"
            st.caption("The long word is yours alone and serves for an hour. Do not pass it on.")
        st.code(
            "curl -X POST -T big.csv -H 'Content-Type: application/octet-stream' \\\n"
            f"{ticket}  '{server}/api/v1/datasets?name=big.csv'",
            language="bash",
        )
        st.caption("The answer names a job; ask how far it is with")
        st.code(f"curl '{server}/api/v1/jobs/JOB'", language="bash")
