"""The form proposes a whole run, refuses what cannot be trained in a sentence, and starts what it shows."""

import pytest

from core.codec import to_plain
from core.commands import OWNER
from core.domain import ModelSpec
from core.jobs.queue import Queue
from core.runs.events import EventWriter
from core.runs.store import RunStore
from core.studies.plan import default_spec
from core.studies.start import start_run
from tests.pages.conftest import markup

CLASSES = "age,income,city,bought\n" + "".join(
    f"{20 + i % 50},{i * 37 % 1000},{'north' if i % 3 else 'south'},{'yes' if i * 7 % 5 < 2 else 'no'}\n"
    for i in range(120)
)
PRICES = "size,rooms,price\n" + "".join(f"{50 + i},{1 + i % 5},{1000.5 * i}\n" for i in range(90))


@pytest.fixture
def form(stored, opened):
    """form(text): the Train page with a dataset of that text chosen."""

    def open_form(text: str = CLASSES):
        dataset = stored("table.csv", text)
        return opened("train.py", dataset=dataset.id), dataset

    return open_form


def field(app, kind: str, ending: str):
    return next(w for w in getattr(app, kind) if w.key and w.key.endswith(ending))


def start(app):
    return app.button(key="start_training").click().run()


def started(app, home):
    assert not app.exception
    return RunStore(home).get(app.query_params["run"], OWNER)


def test_everything_is_proposed_and_one_click_starts_it(form, home):
    app, dataset = form()
    run = started(start(app), home)
    spec = run.spec
    assert (spec.task.kind, spec.task.target, spec.task.positive_class) == ("binary", "bought", "yes")
    assert spec.split.strategy == "stratified" and spec.split.fractions == pytest.approx((0.65, 0.15, 0.2))
    assert spec.models[0] == ModelSpec(key="mlp")
    assert {"dummy", "logistic", "boosting"} <= {m.key for m in spec.models}
    assert (run.state, spec.dataset) == ("queued", dataset.id)
    assert Queue(home).get(run.id, OWNER).lane == "training"


def test_a_changed_setting_is_in_the_run(form, home):
    app, _ = form()
    app.text_input(key="knob_mlp_units").set_value("16, 8").run()
    app.number_input(key="knob_mlp_epochs").set_value(7).run()
    field(app, "number_input", "_test").set_value(30).run()
    spec = started(start(app), home).spec
    assert spec.models[0].params == {"units": [16, 8], "epochs": 7}
    assert spec.split.fractions == pytest.approx((0.55, 0.15, 0.3))


def test_a_tutorial_preset_fills_the_form(form, home):
    app, _ = form(PRICES)
    app.selectbox(key="preset_mlp").select("house_prices").run()
    params = started(start(app), home).spec.models[0].params
    assert params["units"] == [32, 16]
    assert (params["optimizer"], params["epochs"], params["batch_size"]) == ("adam", 100, 32)
    assert params["early_stopping"] is False


def test_a_value_that_does_not_fit_is_said_and_nothing_can_start(form):
    app, _ = form()
    app.text_input(key="knob_mlp_units").set_value("many").run()
    assert "units" in markup(app)
    assert app.button(key="start_training").disabled
    assert not app.exception


def test_a_target_that_cannot_be_predicted_is_refused_in_a_sentence(form):
    app, _ = form("constant,size\n" + "".join(f"same,{i}\n" for i in range(50)))
    field(app, "selectbox", "_target").select("constant").run()
    assert app.error and "constant" in app.error[0].value
    assert app.button(key="start_training").disabled
    assert not app.exception


def test_a_run_is_cloned_with_its_settings(form, home, opened):
    app, dataset = form()
    spec = default_spec(dataset, "bought", seed=5, budget_s=90)
    models = (
        ModelSpec(key="linear", params={"epochs": 9}),
        ModelSpec(key="dummy"),
        ModelSpec(key="logistic"),
    )
    spec = type(spec)(**{**vars(spec), "models": models})
    first = start_run(spec, OWNER, "first", store=RunStore(home))
    app.session_state["clone_run"] = first.id
    run = started(start(app.run()), home)
    assert run.id != first.id
    assert to_plain(run.spec) == to_plain(spec)


def test_a_waiting_run_says_how_many_are_before_it(form, home):
    app, dataset = form()
    start(app)
    app.session_state["train_view"] = "form"
    app = start(app.run())
    assert any("1 before it" in str(p.text) for p in app.get("progress")) or "1 before it" in str(app)


def test_a_run_in_training_shows_its_curves_and_figures(form, home):
    app, dataset = form()
    run = started(start(app), home)
    Queue(home).claim("training", "somebody")
    folder = RunStore(home).folder(run.id) / "models" / "0-mlp"
    with EventWriter(folder, run.id, 0, 1) as events:
        for epoch in (1, 2, 3):
            values = {"loss": 1 / epoch, "val_loss": 1.1 / epoch, "auc": 0.7, "val_auc": 0.6 + epoch / 100}
            events.write(epoch=epoch, batch=None, elapsed_s=epoch * 0.5, values=values | {"rows_per_s": 1000})
    app.run()
    figures = {m.label: m.value for m in app.metric}
    assert figures["Epoch"].startswith("3 of")
    assert figures["Best epoch"] == "3"
    assert figures["Rows a second"] == "1,000"
    assert not app.exception


def test_asking_to_pause_finish_and_resume_reaches_the_queue(form, home):
    app, _ = form()
    run = started(start(app), home)
    queue = Queue(home)
    queue.claim("training", "somebody")
    queue.start(run.id, "somebody")
    app.run().button(key="run_finish").click().run()
    assert queue.requested(run.id) == "finish"


def test_a_finished_run_leads_to_the_comparison(finished, opened):
    app = opened("train.py", run=finished["binary"])
    assert app.success and app.button(key="to_compare")
    assert app.button(key="new_run").click().run().button(key="start_training")
    assert not app.exception


def test_a_failed_run_says_why(finished, opened):
    app = opened("train.py", run=finished["failed"])
    assert app.error
    assert "Traceback" not in markup(app)


def test_another_owners_run_is_not_shown(finished, opened, home):
    spec = RunStore(home).get(finished["binary"]).spec
    theirs = start_run(spec, "somebody else", "secret plans", store=RunStore(home))
    app = opened("train.py", run=theirs.id)
    assert "secret plans" not in markup(app)
    assert app.warning


def test_the_page_stays_light(stays_light, form):
    app, _ = form()
    start(app)
