"""What is worth knowing about the data, the serious first, each with what to do. Finds nothing itself."""

from collections.abc import Sequence

import streamlit as st

from core.domain import Finding, Severity
from pages.components.text import escape

MOST_SHOWN = 6
ICONS: dict[Severity, str] = {
    "serious": ":red[:material/error:]",
    "warning": ":orange[:material/warning:]",
    "info": ":blue[:material/info:]",
}
WORDS: dict[Severity, str] = {"serious": "serious", "warning": "to look at", "info": "good to know"}


def draw_findings(findings: Sequence[Finding]) -> None:
    """Every finding with its remedy; beyond six they are folded away."""
    if not findings:
        st.success("Nothing suspicious was found.", icon=":material/check_circle:")
        return
    ranked = [f for severity in ICONS for f in findings if f.severity == severity]
    st.caption(" · ".join(_counted(ranked)))
    with st.container(border=True, gap="small", key="findings"):
        for finding in ranked[:MOST_SHOWN]:
            _draw(finding)
        rest = ranked[MOST_SHOWN:]
        if rest:
            with st.expander(f"{len(rest)} more", key="findings_more"):
                for finding in rest:
                    _draw(finding)


def _counted(findings: Sequence[Finding]) -> list[str]:
    severities = [f.severity for f in findings]
    return [f"{severities.count(s)} {word}" for s, word in WORDS.items() if s in severities]


def _draw(finding: Finding) -> None:
    said = f"{ICONS[finding.severity]} **{escape(finding.explanation)}**"
    st.markdown(f"{said}  \n{escape(finding.remedy)}")
