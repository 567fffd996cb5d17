"""One image or sound to predict: by a file, the camera or the microphone, or a drawing where the images learned from
are grey. Predicts nothing.
"""

import base64
import hashlib

import streamlit as st

from core.data.clips import length_of
from core.data.drawings import as_learned
from core.data.media import MEDIA, Unusable
from core.prediction.contract import Field
from core.sentences import say
from pages.components.clip_cards import draw_clip
from pages.components.drawing import draw_sheet
from pages.components.text import escape

SHOWN, WIDE = 224, 340  # pixels of an image on the page, and of a sound
WAYS = {
    "file": ":material/upload: File",
    "camera": ":material/photo_camera: Camera",
    "microphone": ":material/mic: Microphone",
    "drawing": ":material/draw: Drawing",
}
OF_KIND = {"image": ("file", "camera", "drawing"), "sound": ("file", "microphone")}


def draw_media_field(f: Field, label: str, key: str) -> str | None:
    """The file in base64, as the job's payload carries it; None where there is none."""
    st.markdown(label)
    ways = [way for way in OF_KIND[f.kind] if way != "drawing" or f.dark_paper is not None]
    way = st.segmented_control(
        f"Another {f.kind} by", ways, default=None, format_func=WAYS.get, key=f"{key}_way", label_visibility="collapsed"
    )  # fmt: skip
    if way is not None:
        _take(_brought(way, f, key), f, key)
    stored = st.session_state.setdefault(key, None)
    if stored is None:
        st.caption(f"No {f.kind} yet. Choose how to bring one.")
    else:
        draw_medium(f, stored)
    return stored


def draw_medium(f: Field, stored: str) -> None:
    """An image or a sound, in base64, as a row holds it."""
    content = base64.b64decode(stored)
    if f.kind == "image":
        st.image(content, width=SHOWN)
        return
    with st.container(width=WIDE):
        draw_clip(content, _heard(content, f.heard_s))


def _heard(content: bytes, heard_s: float | None) -> str | None:
    """What of a clip is not looked at, None where all is."""
    seconds, _ = length_of(content)
    if heard_s is None or seconds <= heard_s * 1.01:
        return None
    return say("clip.beginning", heard=f"{heard_s:.3g}", seconds=f"{seconds:.3g}")


def _brought(way: str, f: Field, key: str) -> bytes | None:
    """What the chosen way has brought, None while it has not."""
    match way:
        case "drawing":
            drawing = draw_sheet(f"{key}_sheet")
            return None if drawing is None else as_learned(drawing, dark=bool(f.dark_paper))
        case "camera":
            brought = st.camera_input("Photo", key=f"{key}_camera", label_visibility="collapsed")
        case "microphone":
            brought = st.audio_input("Recording", key=f"{key}_microphone", label_visibility="collapsed")
        case _:
            brought = st.file_uploader(f.kind.capitalize(), key=f"{key}_file", label_visibility="collapsed")
    return None if brought is None else brought.read(MEDIA[f.kind].most_bytes + 1)


def _take(content: bytes | None, f: Field, key: str) -> None:
    """Put a new file in the place of the one before; one that was taken already is not taken again."""
    mark = None if content is None else hashlib.sha256(content).hexdigest()
    if content is None or st.session_state.get(f"{key}_taken") == mark:
        return
    try:
        st.session_state[key] = base64.b64encode(MEDIA[f.kind].ordinary(content).content).decode("ascii")
    except Unusable as reason:
        st.error(escape(reason), icon=":material/error:")
        return
    st.session_state[f"{key}_taken"] = mark
