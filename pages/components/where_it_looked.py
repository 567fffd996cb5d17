"""Where in an image or a sound the network looked for its answer, on demand. Computes nothing: the warm scorer does."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.data.media import MEDIA
from core.domain import Kind, Run
from core.errors import NotYours
from core.jobs.job import ENDED
from core.prediction.contract import Contract
from core.runs.records import read_records
from core.sentences import say
from pages.components import session
from pages.components.text import escape

PATIENCE_S = 4.0
SHOWN = 180
DID = {"image": "looked", "sound": "listened"}
# what comes back, with the sentence that explains it
MAPS = {
    "image": {"cam": "cam", "saliency": "saliency"},
    "sound": {"cam": "cam_sound", "saliency": "saliency_sound"},
}


def draw_where_it_looked(run: Run, contract: Contract, number: int, row: Mapping[str, Any]) -> None:
    """For networks that were asked about an image or a sound; nothing for other models and rows."""
    columns = {f.name: f.kind for f in contract.fields if f.kind in MEDIA and row.get(f.name)}
    records = {r.number: r for r in read_records(session.store().folder(run.id), run.spec)}
    if not columns or records[number].family != "deep":
        return
    column, kind = next(iter(columns.items()))
    question = hashlib.sha256(json.dumps([run.id, number, row]).encode()).hexdigest()
    asked, key = st.session_state.get("where_it_looked", (None, None)), f"where_{run.id}"
    if asked[0] != question:
        place = st.empty()
        if not place.button(f"Show where it {DID[kind]}", icon=":material/visibility:", key=key):
            return
        place.empty()  # what it would show comes below
        payload = {"run": run.id, "model": number, "row": dict(row), "column": column}
        job = session.queue().put(
            kind="explain_image", lane="interactive", owner=session.owner(), payload=payload, max_attempts=1
        )
        st.session_state["where_it_looked"] = (question, job.id)
        session.queue().wait(job.id, PATIENCE_S)
    if len(records[number].voices) > 1:
        st.caption(say("explain.first_fold", n=len(records[number].voices)))
    _draw(st.session_state["where_it_looked"][1], kind)


@st.fragment(run_every=0.6)
def _draw(job_id: str, kind: Kind) -> None:
    try:
        job = session.queue().get(job_id, session.owner())
    except NotYours:  # forgotten by the queue meanwhile
        return
    if job.state not in ENDED:
        st.caption(":material/hourglass_top: Looking …")
        return
    if job.result is None:
        st.warning(escape(job.error or "It could not be shown."), icon=":material/error:")
        return
    about = f" for “{escape(job.result['about'])}”" if job.result["about"] is not None else ""
    st.markdown(f"**Where it {DID[kind]}{about}**")
    for name, explanation in MAPS[kind].items():
        if job.result[name] is None:
            st.caption(say("explain.no_cam"))
            continue
        if name == "cam" and job.result["finds_nothing"]:
            st.caption(say("explain.empty_cam"))
            continue
        st.image(base64.b64decode(job.result[name]), width=SHOWN)
        st.caption(say(f"explain.{explanation}"))
