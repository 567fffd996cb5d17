"""One image to predict: by a file, the camera, or a drawing where the images learned from are grey. Predicts nothing."""

import base64
import hashlib
from typing import BinaryIO

import streamlit as st

from core.data.drawings import as_learned
from core.data.pictures import MOST_BYTES, NotAPicture, ordinary
from core.prediction.contract import Field
from pages.components.drawing import draw_sheet
from pages.components.text import escape

SHOWN = 224  # pixels of the image on the page
WAYS = {
    "file": ":material/upload: File",
    "camera": ":material/photo_camera: Camera",
    "drawing": ":material/draw: Drawing",
}


def draw_image_field(f: Field, label: str, key: str) -> str | None:
    """The image in base64, as the job's payload carries it; None where there is none."""
    st.markdown(label)
    ways = [way for way in WAYS if way != "drawing" or f.dark_paper is not None]
    way = st.segmented_control(
        "Another image by", ways, default=None, format_func=WAYS.get, key=f"{key}_way", label_visibility="collapsed"
    )  # fmt: skip
    if way is not None:
        _take(_brought(way, f, key), key)
    stored = st.session_state.setdefault(key, None)
    if stored is None:
        st.caption("No image yet. Choose how to bring one.")
    else:
        st.image(base64.b64decode(stored), width=SHOWN)
    return stored


def _brought(way: str, f: Field, key: str) -> bytes | None:
    """What the chosen way has brought, None while it has not."""
    if way == "drawing":
        drawing = draw_sheet(f"{key}_sheet")
        return None if drawing is None else as_learned(drawing, dark=bool(f.dark_paper))
    if way == "camera":
        return _content(st.camera_input("Photo", key=f"{key}_camera", label_visibility="collapsed"))
    return _content(st.file_uploader("Image", key=f"{key}_file", label_visibility="collapsed"))


def _content(uploaded: BinaryIO | None) -> bytes | None:
    return None if uploaded is None else uploaded.read(MOST_BYTES + 1)


def _take(content: bytes | None, key: str) -> None:
    """Put a new image in the place of the one before; one that was taken already is not taken again."""
    mark = None if content is None else hashlib.sha256(content).hexdigest()
    if content is None or st.session_state.get(f"{key}_taken") == mark:
        return
    try:
        st.session_state[key] = base64.b64encode(ordinary(content).content).decode("ascii")
    except NotAPicture as reason:
        st.error(escape(reason), icon=":material/error:")
        return
    st.session_state[f"{key}_taken"] = mark
