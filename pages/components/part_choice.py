"""Which file of an archive, or which table of a database file, is meant. Reads no table."""

from pathlib import Path

import streamlit as st

from core.errors import FathomError


def draw_part_choice(code: str | None, file: Path | None) -> dict[str, str]:
    """The option that names the chosen part, where a refusal asked for one; else nothing."""
    if code == "archive_several":
        from core.data.sources.compressed import member_names as parts

        option, label = "member", "File in the archive"
    elif code == "sqlite_several":
        from core.data.sources.sqlite import table_names as parts

        option, label = "table", "Table"
    else:
        return {}
    try:
        names = parts(file) if file is not None else []
    except FathomError:  # an archive in an archive: the sentence above has said so
        names = []
    if names:
        chosen = st.selectbox(label, names, index=None, placeholder="Choose one", key=f"part_{option}")
    else:
        chosen = st.text_input(label, key=f"part_{option}_name").strip()
    return {option: chosen} if chosen else {}
