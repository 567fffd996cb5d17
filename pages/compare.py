"""Is deep learning worth it here? The verdict first, then every model, then one or two of them up close."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.architectures import ARCHITECTURES
from core.domain import Run
from core.evaluation.metrics import METRICS
from core.evaluation.verdict import Verdict
from core.jobs.job import ENDED
from core.prediction.export import to_csv
from core.runs.records import read_records
from core.sentences import say
from core.studies.conclude import load_verdict
from core.studies.condense import said_of_condensing
from core.studies.probes import said_of_left_out
from core.studies.standings import Rival, Standing, looks_at_test_rows, rivals, standings
from pages.components import session
from pages.components.closer_look import draw_closer_look
from pages.components.frame import go, head, next_step, run_picker
from pages.components.look_inside import draw_inside
from pages.components.models_table import draw_folds, draw_intervals, draw_models, draw_settled
from pages.components.tables import frame_of, local_time
from pages.components.text import escape

VERDICT_LOOKS = {
    "network_better": (st.success, ":material/hub:"),
    "classic_better": (st.info, ":material/account_tree:"),
    "equal_chosen": (st.info, ":material/balance:"),
    "equal_quicker": (st.info, ":material/balance:"),
    "equal_useful": (st.info, ":material/balance:"),
    "no_difference": (st.info, ":material/balance:"),
    "ensemble_better": (st.success, ":material/merge:"),
    "only_network": (st.warning, ":material/hub:"),
    "only_classic": (st.warning, ":material/account_tree:"),
    "nothing_beats_trivial": (st.warning, ":material/block:"),
    "nothing_scored": (st.error, ":material/error:"),
}
LOOK_EVERY_S = 2.0


def main() -> None:
    head("Compare", "Is deep learning worth it here? Every model, judged once by the same test rows.")
    run = run_picker()
    if run is None:
        return
    if run.state == "succeeded":
        _draw_finished(run)
    elif run.state in ENDED or run.state == "interrupted":
        _draw_ended_early(run)
    else:
        _draw_under_way(run.id)


def _draw_finished(run: Run) -> None:
    store = session.store()
    verdict = load_verdict(store.folder(run.id))
    _draw_verdict(verdict)
    rows = standings(store, run, verdict)
    st.subheader("Every model", anchor=False)
    draw_models(run, rows)
    if run.spec.selects:
        st.caption(escape(said_of_left_out(store.folder(run.id), run)))
    if run.spec.condenses:
        st.caption(escape(said_of_condensing(store.folder(run.id), run)))
    draw_intervals(run, rows)
    _draw_folds(run, rows)
    draw_closer_look(run)
    draw_inside(run)
    _draw_rivals(run, rivals(store, run))
    _draw_details(run, verdict)


def _draw_verdict(verdict: Verdict) -> None:
    box, icon = VERDICT_LOOKS[verdict.code]
    box("\n\n".join(map(escape, verdict.sentences)), icon=icon)
    if verdict.recommended is not None:
        next_step("Predict with it", "predict.py", key="to_predict")


def _draw_ended_early(run: Run) -> None:
    if run.error:
        st.error(escape(run.error), icon=":material/error:")
    else:
        st.info(say("compare.no_verdict", state=say(f"state.{run.state}")), icon=":material/stop_circle:")
    if st.button("Open it on the Train page", icon=":material/model_training:", key="to_train"):
        go("train.py")
    draw_settled(run, standings(session.store(), run))


@st.fragment(run_every=LOOK_EVERY_S)
def _draw_under_way(run_id: str) -> None:
    run = session.store().get(run_id, session.owner())
    if run.state in (*ENDED, "interrupted"):
        st.rerun()
    st.info(say("compare.unfinished"), icon=":material/hourglass_top:")
    if st.button("Watch it learn", type="primary", icon=":material/model_training:", key="to_train"):
        go("train.py")
    draw_settled(run, standings(session.store(), run))


def _draw_folds(run: Run, rows: Sequence[Standing]) -> None:
    """How the models did fold by fold, and what folds mean for what is said above."""
    done = max((len(row.folds) for row in rows if row.value is not None), default=0)
    if done < 2:
        return
    st.subheader("Fold by fold", anchor=False)
    code = "compare_time" if run.spec.split.strategy == "chronological" else "compare"
    n = run.summary["rows"]["validation"]
    st.caption(say(f"folds.{code}", fits=done, n=n))
    draw_folds(run, rows)


def _draw_rivals(run: Run, found: tuple[Rival, ...]) -> None:
    st.subheader("Runs of this dataset", anchor=False)
    looks = looks_at_test_rows(session.store(), run)
    n_other = sum(not r.same_rows for r in found)
    if n_other:
        st.warning(say("compare.other_rows", n=n_other), icon=":material/shuffle:")
    if len(found) > 1:
        st.dataframe(
            frame_of(
                {
                    "Run": r.run.name + (" (this one)" if r.run.id == run.id else ""),
                    "Recommended": r.run.summary.get("recommended"),
                    "Metric": r.run.summary.get("metric_title"),
                    "Value": r.run.summary.get("value"),
                    "Low": r.run.summary.get("low"),
                    "High": r.run.summary.get("high"),
                    "Test rows": "the same" if r.same_rows else "others",
                    "Created": local_time(r.run.created_at),
                }
                for r in found
            ),
            key="rivals",
            hide_index=True,
            placeholder="",
            alt="Finished runs about the same target of the same dataset",
            column_config={
                "Value": st.column_config.NumberColumn(format="%.4g"),
                "Low": st.column_config.NumberColumn("95 % from", format="%.4g"),
                "High": st.column_config.NumberColumn("to", format="%.4g"),
                "Created": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
            },
        )
    code = "looks_once" if looks.n_runs <= 1 else "looks_often"
    st.caption(say(f"compare.{code}", n_runs=looks.n_runs, n_models=looks.n_models))


def _draw_details(run: Run, verdict: Verdict) -> None:
    spec, rows = run.spec, run.summary.get("rows", {})
    with st.expander("Details", icon=":material/list_alt:", key="compare_details"):
        facts = {
            "Target": spec.task.target,
            "Task": spec.task.kind,
            "Judged by": METRICS[spec.task.metric].title,
            "Features": f"{len(spec.task.features):,}",
            "Split": _split_words(run),
            "Training rows": f"{rows.get('train', 0):,}",
            "Validation rows": f"{rows.get('validation', 0):,}",
            "Test rows": f"{rows.get('test', 0):,}",
            **({"Folds": _fold_words(run)} if run.spec.folds else {}),
            **({"95 % intervals": say(f"intervals.{verdict.drawn}")} if verdict.drawn else {}),
            "Seed": str(spec.seed),
            "Budget": "none" if spec.budget_s is None else f"{spec.budget_s:g} s",
        }
        st.dataframe(
            frame_of({"About this run": name, "Value": value} for name, value in facts.items()),
            hide_index=True, key="facts", alt="How this run was made", height="content",
        )  # fmt: skip
        knobs = frame_of(
            {"Model": r.title, "Setting": name, "Value": _knob_words(value)}
            for r in read_records(session.store().folder(run.id), spec)
            for name, value in _titled(r.key, r.params).items()
        )
        if len(knobs):
            st.markdown("**Settings of the networks**")
            st.dataframe(knobs, hide_index=True, key="knobs", alt="Settings of the networks")
            st.download_button(
                "Settings as CSV", data=lambda: to_csv(knobs), file_name="settings.csv", mime="text/csv",
                key="knobs_csv", icon=":material/download:", type="tertiary", on_click="ignore",
            )  # fmt: skip


def _split_words(run: Run) -> str:
    split = run.spec.split
    shares = " / ".join(f"{f:.0%}" for f in split.fractions)
    by = f" by {split.column}" if split.column else ""
    return f"{split.strategy}{by}, {shares} for training, validation and test, seed {split.seed}"


def _fold_words(run: Run) -> str:
    spec = run.spec
    return str(spec.folds) if spec.repeats == 1 else f"{spec.folds}, cut {spec.repeats} times"


def _titled(key: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Settings by the titles that the form shows; by their names where the model is not offered any more."""
    return ARCHITECTURES[key].titled(params) if key in ARCHITECTURES else params


def _knob_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


main()
