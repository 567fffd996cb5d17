import ast
import json
from dataclasses import replace
from typing import get_args

import pytest

from core.commands import OWNER
from core.evaluation.verdict import VerdictCode
from core.jobs.queue import Queue
from core.runs.predictions import load_predictions, save_predictions
from core.runs.records import read_records, save_record
from core.runs.store import RunStore
from core.studies.conclude import load_verdict
from tests.pages.conftest import ROOT, markup

pytestmark = pytest.mark.usefixtures("stays_light")


def table(app, column):
    """The table that has a column of that name."""
    return next(d.value for d in app.dataframe if column in d.value)


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_a_finished_run_shows_its_verdict_every_model_and_its_figures(finished, opened, home, kind):
    app = opened("compare.py", run=finished[kind])
    assert not app.exception and not app.error
    run = RunStore(home).get(finished[kind])
    boxes = [*app.success, *app.info, *app.warning]
    assert any(run.summary["recommended"] in b.value or "trivial" in b.value for b in boxes)
    models = table(app, "95 % interval")
    assert len(models) == len(run.spec.models)
    assert sum(name.startswith("★") for name in models["Model"]) == 1
    assert models.iloc[:, 2].notna().all() and (models["95 % interval"] != "").all()
    charts = {c.key for c in app.get("plotly_chart")}
    expected = {"predicted_actual", "residuals"} if kind == "regression" else {"roc", "precision_recall"}
    assert expected | {"intervals"} <= charts


def test_folds_are_shown_one_by_one_with_their_mean_and_spread(finished, opened, home):
    without = opened("compare.py", run=finished["binary"])
    assert "folds" not in {c.key for c in without.get("plotly_chart")}
    assert "Spread" not in table(without, "95 % interval")
    store = RunStore(home)
    run = store.get(finished["binary"])
    folder, records = store.folder(run.id), read_records(store.folder(run.id), run.spec)
    try:
        for record in records:
            save_record(folder, replace(record, folds=(0.7, 0.8, 0.9), validation=0.8))
        app = opened("compare.py", run=run.id)
    finally:
        for record in records:
            save_record(folder, record)
    assert not app.exception and not app.error
    assert "folds" in {c.key for c in app.get("plotly_chart")}
    assert any("Each model was trained 3 times" in c.value for c in app.caption)
    models = table(app, "95 % interval")
    assert models["Spread"].tolist() == pytest.approx([0.1] * len(records))


def test_other_metrics_are_shown_on_demand(finished, opened):
    app = opened("compare.py", run=finished["binary"])
    assert "Brier score" not in table(app, "95 % interval")
    app.toggle(key="all_metrics").set_value(True).run()
    assert "Brier score" in table(app, "95 % interval")


def test_the_score_that_chose_the_champions_is_shown_beside_the_one_that_judged(finished, opened, home):
    app = opened("compare.py", run=finished["binary"])
    models = table(app, "95 % interval")
    run = RunStore(home).get(finished["binary"])
    validation = {r.title: r.validation for r in read_records(RunStore(home).folder(run.id), run.spec)}
    shown = {name.removeprefix("★ "): value for name, value in zip(models["Model"], models["Validation"])}
    assert shown == pytest.approx(validation)
    assert models["Remark"].str.contains("Best network by the validation rows").sum() == 1


def test_a_note_on_the_training_does_not_hide_who_was_sent(finished, opened, home):
    store = RunStore(home)
    run = store.get(finished["binary"])
    network = read_records(store.folder(run.id), run.spec)[0]
    save_record(store.folder(run.id), replace(network, note="It ended early."))
    models = table(opened("compare.py", run=run.id), "95 % interval")
    assert "Best network by the validation rows · It ended early." in set(models["Remark"])


def alarm_numbers(app):
    """The alarm counts, a dictionary for every line of them."""
    said = [(m.label, m.value) for m in app.metric]
    return [dict(said[n : n + 5]) for n in range(0, len(said), 5)]


def test_the_verdict_counts_who_is_found_and_who_is_troubled_in_vain(finished, opened, home):
    run = RunStore(home).get(finished["binary"])
    app = opened("compare.py", run=run.id)
    verdict = load_verdict(RunStore(home).folder(run.id))
    if verdict.practice is not None:  # else the trivial model is recommended
        told = verdict.practice.parameters
        on_test = alarm_numbers(app)[1]
        assert on_test["Found"].startswith(f"{told['found']} (")
        assert (on_test["Missed"], on_test["False alarms"]) == (
            str(told["missed"]),
            str(told["false_alarms"]),
        )


def test_a_threshold_is_tried_on_validation_rows_and_the_test_rows_answer_when_asked(finished, opened):
    run_id = finished["binary"]
    app = opened("compare.py", run=run_id)
    assert len(alarm_numbers(app)) == 2  # at the usual threshold nobody has chosen by the test rows
    before = alarm_numbers(app)[0]
    app.select_slider(key=f"threshold_{run_id}").set_value(0.2).run()
    (after,) = alarm_numbers(app)
    assert int(after["Missed"]) <= int(before["Missed"])
    assert int(after["False alarms"]) >= int(before["False alarms"])
    assert not any("thresholds" in w.value for w in app.warning) and "flatters itself" in markup(app)
    app.button(key="ask_test_rows").click().run()
    assert len(alarm_numbers(app)) == 2 and "ask_test_rows" not in {b.key for b in app.button}
    assert not any("thresholds" in w.value for w in app.warning)  # asked once, as it should be
    app.select_slider(key=f"threshold_{run_id}").set_value(0.3).run()
    app.button(key="ask_test_rows").click().run()
    assert any("answered for 2 thresholds" in w.value for w in app.warning) and not app.exception


def test_without_stored_validation_rows_the_threshold_says_what_it_is_moved_on(finished, opened, home):
    store = RunStore(home)
    run = store.get(finished["binary"])
    for path in store.folder(run.id).glob("models/*/predictions.parquet"):
        save_predictions(path, {"test": load_predictions(path, "test")})
    app = opened("compare.py", run=run.id)
    assert "kept no predictions of its validation rows" in markup(app) and len(alarm_numbers(app)) == 1


@pytest.mark.parametrize("kind", ["multiclass", "regression"])
def test_only_two_classes_have_a_threshold(finished, opened, kind):
    assert not opened("compare.py", run=finished[kind]).metric


def test_every_figure_says_how_to_read_it_and_hides_no_title_behind_buttons(finished, opened):
    app = opened("compare.py", run=finished["binary"])
    for words in ("ROC:", "precision the share", "on the diagonal", "95 % intervals"):
        assert words in markup(app)
    assert all(json.loads(c.proto.config)["displayModeBar"] is False for c in app.get("plotly_chart"))


def test_every_verdict_has_its_look():
    assert set(get_args(VerdictCode)) == set(verdict_looks())


def verdict_looks():
    """The page's own table, read from its source: importing a page draws it."""
    tree = ast.parse((ROOT / "pages" / "compare.py").read_text(encoding="utf-8"))
    table = next(
        n.value for n in tree.body if isinstance(n, ast.Assign) and n.targets[0].id == "VERDICT_LOOKS"
    )
    return [key.value for key in table.keys]


def test_two_models_can_be_looked_at_beside_each_other(finished, opened):
    app = opened("compare.py", run=finished["binary"])
    assert "confusion_1" not in {c.key for c in app.get("plotly_chart")}
    app.selectbox(key=f"closer_second_{finished['binary']}").set_value(0).run()  # the network
    assert "confusion_1" in {c.key for c in app.get("plotly_chart")}


def test_runs_with_other_test_rows_are_marked_as_no_fair_comparison(finished, opened):
    app = opened("compare.py", run=finished["binary"])
    assert sorted(table(app, "Test rows")["Test rows"]) == ["others", "the same"]
    assert any("other test rows" in w.value for w in app.warning)
    assert "judged once so far" in markup(app)


def test_a_failed_run_shows_its_sentence_and_what_was_settled(finished, opened):
    app = opened("compare.py", run=finished["failed"])
    assert len(app.error) == 1 and "city" in app.error[0].value
    assert set(table(app, "State")["State"]) == {"waiting"}
    assert app.button(key="to_train")


def test_a_run_that_is_still_training_shows_validation_scores_and_no_test_score(finished, opened, home):
    store = RunStore(home)
    spec = store.get(finished["binary"]).spec
    run = store.create(spec, OWNER, "under way")
    Queue(home).put(kind="train", lane="training", owner=OWNER, payload={}, job_id=run.id)
    app = opened("compare.py", run=run.id)
    assert len(app.dataframe) == 1 and len(table(app, "State")) == len(spec.models)
    assert "validation rows" in app.info[0].value and not app.exception


def test_the_next_step_leads_to_predict_with_the_run_still_chosen(finished, opened):
    app = opened("compare.py", run=finished["binary"])
    app.button(key="to_predict").click().run()
    assert app.title[0].value == "Predict" and app.query_params["run"] in (
        finished["binary"],
        [finished["binary"]],
    )


def test_without_any_run_the_page_says_where_to_begin(opened):
    app = opened("compare.py")
    assert "Nothing has been trained yet" in markup(app) and not app.exception


def test_another_owners_run_is_answered_like_one_that_does_not_exist(finished, opened, home):
    store = RunStore(home)
    foreign = store.create(store.get(finished["binary"]).spec, "somebody else", "theirs")
    app = opened("compare.py", run=foreign.id)
    assert foreign.id in app.warning[0].value and "theirs" not in markup(app)


def test_the_details_title_the_settings_as_the_form_does(finished, opened):
    settings = set(table(opened("compare.py", run=finished["binary"]), "Setting")["Setting"])
    assert "Batch size" in settings and "batch_size" not in settings
