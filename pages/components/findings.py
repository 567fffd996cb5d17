"""What is worth knowing about the data, the serious first, each with what to do. Finds nothing itself."""

from collections.abc import Sequence

import streamlit as st

from core.checks import cure_of
from core.data.steps import STEPS
from core.domain import Dataset, Finding, Severity
from pages.components.recipe_change import add_step
from pages.components.text import escape

MOST_SHOWN = 6
ICONS: dict[Severity, str] = {
    "serious": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "info": ":blue[:material/info:]",
}
WORDS: dict[Severity, str] = {"serious": "serious", "warning": "to look at", "info": "good to know"}


def draw_findings(findings: Sequence[Finding], dataset: Dataset) -> None:
    """Every finding with its remedy, at one click where a cleaning step is it; beyond six they are folded away."""
    if not findings:
        st.success("Nothing suspicious was found.", icon=":material/check_circle:")
        return
    ranked = [f for severity in ICONS for f in findings if f.severity == severity]
    st.caption(" · ".join(_counted(ranked)))
    with st.container(border=True, gap="small", key="findings"):
        for place, finding in enumerate(ranked[:MOST_SHOWN]):
            _draw(finding, dataset, place)
        rest = ranked[MOST_SHOWN:]
        if rest:
            with st.expander(f"{len(rest)} more", key="findings_more"):
                for place, finding in enumerate(rest, start=MOST_SHOWN):
                    _draw(finding, dataset, place)


def _counted(findings: Sequence[Finding]) -> list[str]:
    severities = [f.severity for f in findings]
    return [f"{severities.count(s)} {word}" for s, word in WORDS.items() if s in severities]


def _draw(finding: Finding, dataset: Dataset, place: int) -> None:
    said = f"{ICONS[finding.severity]} **{escape(finding.explanation)}**"
    step = cure_of(finding, dataset)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{said}  \n{escape(finding.remedy)}", width="stretch")
        if step is not None:
            st.button(
                STEPS[step.step].title, icon=STEPS[step.step].icon, key=f"cure_{place}", type="tertiary", width="content",
                on_click=add_step, args=(dataset, step), help="One click: a cleaning step, which can be undone.",
            )  # fmt: skip
