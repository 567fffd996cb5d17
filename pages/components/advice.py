"""What the coach says about a network, each with the click that tries it. Judges nothing itself."""

from collections.abc import Sequence

import psutil
import streamlit as st

from core.architectures import ARCHITECTURES
from core.coach import Advice, advise
from core.coach.story import read_story
from core.domain import Event, Run
from core.jobs.job import ENDED
from core.runs.records import Record
from core.sentences import say
from core.studies.branch import branched
from core.studies.start import start_run
from pages.components import session
from pages.components.text import escape


def draw_advice(run: Run, record: Record, events: Sequence[Event]) -> None:
    """A box for each thing the coach sees, with what it would change; nothing where all is well."""
    if record.key not in ARCHITECTURES:
        return  # a network that is not offered any more
    knobs = ARCHITECTURES[record.key].all_knobs(run.spec.task.kind)
    story = read_story(record, events, knobs, psutil.virtual_memory().total / 1e6)
    for advice in advise(story):
        _draw(run, record, advice, story.best)


def _draw(run: Run, record: Record, advice: Advice, best: int | None) -> None:
    with st.container(border=True, key=f"coach_{record.number}_{advice.code}"):
        st.markdown(f":material/tips_and_updates: **{escape(advice.seen)}** {escape(advice.proposal)}")
        changes = _words(record, advice)
        kept = best is not None and record.state in ("training", "done")
        if not kept and not changes:
            return  # there is neither a weight to go on from nor a setting to change
        with st.container(horizontal=True, vertical_alignment="center"):
            label = f"Branch from epoch {best + 1:,}" if kept else "Start again with this"
            is_alive = run.state not in ENDED
            st.button(
                label,
                icon=":material/fork_right:" if kept else ":material/replay:",
                key=f"branch_{record.number}_{advice.code}",
                on_click=_branch,
                args=(run, record, advice, kept),
                help=say("coach.after_it_ends") if is_alive and kept else None,
            )
            if changes:
                st.caption(escape(changes))


def _words(record: Record, advice: Advice) -> str:
    titles = ARCHITECTURES[record.key].titled({name: name for name in advice.change})
    return " · ".join(
        say("coach.change", setting=title, before=_number(record.params[name]), after=_number(advice.change[name]))
        for title, name in titles.items()
    )  # fmt: skip


def _number(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, (int, float)) else str(value)


def _branch(run: Run, record: Record, advice: Advice, kept: bool) -> None:
    """Start the changed run; one that is still learning is finished first, as its weights are needed."""
    run = session.store().get(run.id, session.owner())
    if run.state not in ENDED:
        session.queue().request(run.id, session.owner(), "finish")
    spec = branched(run, record, advice.change, from_best=kept)
    begun = start_run(spec, session.owner(), say("coach.name", run=run.name)[:120], store=session.store())
    st.session_state["train_view"] = "run"
    session.choose_run(begun)
