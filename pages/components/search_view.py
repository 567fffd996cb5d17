"""What a search has found: the best trial, what mattered, and every trial's course. Decides nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.architectures import ARCHITECTURES
from core.evaluation.metrics import METRICS
from core.figures import duration
from core.sentences import say
from core.studies.search.trials import Search, Trial, adopted, best_of, read_importance
from core.studies.start import start_run
from pages.components import session
from pages.components.charts import show
from pages.components.frame import go
from pages.components.search_charts import course_chart, importance_chart, parallel_chart
from pages.components.tables import frame_of
from pages.components.text import escape


def draw_found(search: Search, trials: Sequence[Trial], folder: Path) -> None:
    """The best trial with the way to adopt it, the figures, and every trial in a table."""
    metric = METRICS[search.spec.task.metric]
    best = best_of(trials, metric.key)
    titles = ARCHITECTURES[search.network.key].titled({name: name for name in search.names})
    titles = {name: title for title, name in titles.items()}
    if best is None:
        st.caption("The first trial, with the defaults, is under way." if len(trials) < 2 else "No trial has come to its end yet.")  # fmt: skip
        return
    _draw_best(search, trials, best, titles)
    done = [t for t in trials if t.state in ("done", "pruned")]
    if len(done) > 1:
        table = _table(done, titles, metric.title)
        left, right = st.columns(2)
        with left:
            show(
                course_chart(done, best, metric.title), key="search_courses", file_name="courses",
                alt=f"The course of {len(done)} trials", numbers=_courses(done),
                explanation=say("figure.search_courses"),
            )  # fmt: skip
        shares = read_importance(folder)
        with right:
            if shares:
                numbers = pd.DataFrame({"setting": [titles[n] for n in shares], "share": shares.values()})
                show(
                    importance_chart(numbers), key="search_importance", file_name="importance",
                    alt="How much each setting mattered", numbers=numbers,
                    explanation=say("figure.search_importance"),
                )  # fmt: skip
            else:
                st.caption(say("search.too_few"))
        show(
            parallel_chart(table, metric.title, metric.greater_is_better), key="search_parallel",
            file_name="trials", alt=f"{len(done)} trials, a line each across their settings", numbers=table,
            explanation=say("figure.search_parallel"),
        )  # fmt: skip
    st.subheader("Every trial", anchor=False)
    st.dataframe(
        _listed(trials, titles, metric.title),
        hide_index=True, key="trials", placeholder="", alt=f"{len(trials)} trials with their settings",
    )  # fmt: skip


def _draw_best(search: Search, trials: Sequence[Trial], best: Trial, titles: Mapping[str, str]) -> None:
    metric = METRICS[search.spec.task.metric]
    default = next((t for t in trials if t.number == 0 and t.state == "done"), None)
    with st.container(border=True, key="search_best"):
        said = f"**Best so far: trial {best.number + 1}**, {metric.title} {metric.show(best.value)} on the validation rows."
        if default is not None and default is not best:
            said += f" The defaults gave {metric.show(default.value)}."
        st.markdown(said)
        st.caption(escape(" · ".join(f"{titles[n]} {_shown(v)}" for n, v in best.params.items())))
        st.caption(say("search.luck", n=sum(t.state in ("done", "pruned") for t in trials)))
        if st.button(
            "Adopt as a run", type="primary", icon=":material/check:", key="adopt_trial",
            help="Trains this network beside the other models and asks the test rows, once.",
        ):  # fmt: skip
            name = say("search.adopted", search=search.name, number=best.number + 1)[:120]
            run = start_run(adopted(search, best), session.owner(), name, store=session.store())
            st.session_state["train_view"] = "run"
            session.choose_run(run)
            go("train.py")


def _table(trials: Sequence[Trial], titles: Mapping[str, str], metric: str) -> pd.DataFrame:
    """A row a trial: its settings by title, and the metric last."""
    return pd.DataFrame(
        [
            {"Trial": t.number + 1, **{titles[n]: t.params.get(n) for n in titles}, metric: t.value}
            for t in trials
            if t.value is not None
        ]
    )


def _courses(trials: Sequence[Trial]) -> pd.DataFrame:
    rows = [(t.number + 1, e, v) for t in trials for e, v in enumerate(t.course, start=1)]
    return pd.DataFrame(rows, columns=["trial", "epoch", "best_so_far"])


def _listed(trials: Sequence[Trial], titles: Mapping[str, str], metric: str) -> Any:
    return frame_of(
        {
            "Trial": t.number + 1,
            "State": say(f"trial.{t.state}"),
            f"{metric} (validation)": t.value,
            **{title: _shown(t.params[n]) if n in t.params else "–" for n, title in titles.items()},
            "Epochs": len(t.course),
            "Trained for": duration(t.fit_s) if t.fit_s else "",
            "Remark": t.reason or "",
        }
        for t in sorted(trials, key=lambda t: -t.number)
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
