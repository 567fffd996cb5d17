"""A sheet to draw on with mouse, pen or finger; what is drawn comes back as a PNG file. Recognises nothing."""

import base64
import binascii

import streamlit as st

SIDE = 224  # pixels of the sheet
PREFIX = "data:image/png;base64,"
MOST_CHARACTERS = 2_000_000

HTML = f"""
<canvas width="{SIDE}" height="{SIDE}" role="img" aria-label="Sheet to draw on"></canvas>
<button type="button">Clear the sheet</button>
"""
CSS = """
canvas { background: #fff; border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
         touch-action: none; cursor: crosshair; display: block; max-width: 100%; }
button { margin-top: 0.5rem; font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: transparent;
         border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); padding: 0.25rem 0.75rem;
         cursor: pointer; }
"""
JS = """
export default function ({ parentElement, setStateValue }) {
  const canvas = parentElement.querySelector("canvas")
  const pen = canvas.getContext("2d")
  pen.lineWidth = canvas.width / 14
  pen.lineCap = pen.lineJoin = "round"
  pen.strokeStyle = pen.fillStyle = "#000"
  let drawing = false
  const place = (event) => {
    const box = canvas.getBoundingClientRect()
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height]
  }
  canvas.onpointerdown = (event) => {
    drawing = true
    canvas.setPointerCapture(event.pointerId)
    pen.beginPath()
    pen.moveTo(...place(event))
    pen.lineTo(...place(event))
    pen.stroke()
  }
  canvas.onpointermove = (event) => {
    if (!drawing) return
    pen.lineTo(...place(event))
    pen.stroke()
  }
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!drawing) return
    drawing = false
    setStateValue("drawn", canvas.toDataURL("image/png"))
  }
  parentElement.querySelector("button").onclick = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height)
    setStateValue("drawn", null)
  }
}
"""


@st.cache_resource
def _sheet():
    return st.components.v2.component("fathom_drawing", html=HTML, css=CSS, js=JS)


def draw_sheet(key: str) -> bytes | None:
    """The sheet; what is on it as a PNG file in dark ink, None while it is empty."""
    drawn = _sheet()(key=key, on_drawn_change=lambda: None).drawn
    if not isinstance(drawn, str) or not drawn.startswith(PREFIX) or len(drawn) > MOST_CHARACTERS:
        return None
    try:
        return base64.b64decode(drawn.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return None
