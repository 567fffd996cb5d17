"""A text with the words that speak for and against an answer, and where a Transformer looks. Computes nothing."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.sentences import say
from pages.components.charts import show
from pages.components.inside_charts import attention_chart, words_chart
from pages.components.text import escape

FOR, AGAINST = "blue", "orange"
STRONG, SLIGHT = 0.5, 0.15  # of the largest weight: from where a word is marked, and coloured
MOST_BARS = 12


def draw_words(said: Mapping[str, Any], *, about: str | None, key: str) -> None:
    """said: one text of a job of kind "words". about: the class; None where a number is predicted."""
    if not said["spans"]:
        st.caption(say("words.none", column=escape(said["column"])))
        return
    named = "a higher answer" if about is None else f"“{about}”"
    st.markdown(coloured(said))
    st.caption(say(f"words.{said['method']}", about=escape(named)))
    words = [said["text"][start:end] for start, end in said["spans"]]
    table = pd.DataFrame({"place": range(1, len(words) + 1), "word": words, "weight": said["weights"]})
    strongest = table.reindex(table["weight"].abs().sort_values(ascending=False, kind="stable").index)
    strongest = strongest[strongest["weight"] != 0].head(MOST_BARS)
    if len(strongest):
        show(
            words_chart(strongest, about=named),
            key=f"{key}_bars",
            alt=f"The words that weigh most for or against {named}",
            numbers=table,
            file_name="words",
        )
    if said["attention"]:
        shown = words[: len(said["attention"])]
        show(
            attention_chart(shown, said["attention"]),
            key=f"{key}_attention",
            alt="Where each word looks: the share of its attention that every other word gets",
            numbers=pd.DataFrame(said["attention"], columns=[f"{i + 1} {w}" for i, w in enumerate(shown)]),
            file_name="attention",
            explanation=say("figure.attention"),
        )


def coloured(said: Mapping[str, Any]) -> str:
    """The text as Markdown: blue speaks for, orange against, a marked background for what weighs most."""
    text, largest = said["text"], max(map(abs, said["weights"]), default=0.0)
    parts, last = [], 0
    for (start, end), weight in zip(said["spans"], said["weights"]):
        parts.append(_between(text[last:start]))
        parts.append(_word(text[start:end], weight / largest if largest else 0.0))
        last = end
    return "".join(parts) + _between(text[last:])


def _between(text: str) -> str:
    return escape(text) + (" " if text[-1:].isspace() else "")


def _word(word: str, strength: float) -> str:
    if abs(strength) < SLIGHT:
        return escape(word)
    colour = FOR if strength > 0 else AGAINST
    return f":{colour}{'-background' if abs(strength) >= STRONG else ''}[{escape(word)}]"
