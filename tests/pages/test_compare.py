import pytest

from core.commands import OWNER
from core.jobs.queue import Queue
from core.runs.store import RunStore
from tests.pages.conftest import markup

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


def test_other_metrics_are_shown_on_demand(finished, opened):
    app = opened("compare.py", run=finished["binary"])
    assert "Brier score" not in table(app, "95 % interval")
    app.toggle(key="all_metrics").set_value(True).run()
    assert "Brier score" in table(app, "95 % interval")


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
