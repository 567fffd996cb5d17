"""What will happen? One row by a form, or a whole file, with any model of a finished run."""

import streamlit as st

from core.prediction.contract import load_contract
from core.studies.standings import trained
from pages.components import session
from pages.components.batch import draw_batch
from pages.components.frame import go, head, run_picker
from pages.components.single_prediction import draw_single


def main() -> None:
    head("Predict", "What will happen? Each answer says what of the row the model has never seen.")
    left, right = st.columns([2, 1], gap="medium")  # as the row and its answer below
    with left:
        run = run_picker()
    if run is None:
        return
    store = session.store()
    records = trained(store, run) if store.is_whole(run.id) else ()
    if not records:
        st.info("This run has no finished models to predict with.", icon=":material/hourglass_empty:")
        if st.button("Open it on the Train page", icon=":material/model_training:", key="to_train"):
            go("train.py")
        return
    titles = {r.number: r.title for r in records}
    recommended = run.summary.get("recommended_number")
    with right:
        number = st.selectbox(
            "Model",
            list(titles),
            format_func=lambda n: f"{titles[n]} (recommended)" if n == recommended else titles[n],
            key=f"predict_model_{run.id}",
            persist_state="session",
        )
    draw_single(run, load_contract(store.folder(run.id)), number)
    draw_batch(run, number)


main()
