"""The form proposes a whole run, refuses what cannot be trained in a sentence, and starts what it shows."""

from dataclasses import replace

import pytest

from core.codec import to_plain
from core.commands import OWNER
from core.data.catalog import Catalog
from core.domain import ModelSpec
from core.evaluation.metrics import METRICS
from core.jobs.queue import Queue
from core.runs.events import EventWriter
from core.runs.live import Point, curves
from core.runs.records import Record, first_records, fold_folder, save_record
from core.runs.store import RunStore
from core.studies.plan import default_spec, recommended_models
from core.studies.start import start_run
from pages.components.curves import numbers
from pages.components.text import escape
from tests.pages.conftest import markup

CLASSES = "age,income,city,bought\n" + "".join(
    f"{20 + i % 50},{i * 37 % 1000},{'north' if i % 3 else 'south'},{'yes' if i * 7 % 5 < 2 else 'no'}\n"
    for i in range(120)
)
PRICES = "size,rooms,price\n" + "".join(f"{50 + i},{1 + i % 5},{1000.5 * i}\n" for i in range(90))


@pytest.fixture
def form(stored, opened):
    """form(text): the Train page with a dataset of that text chosen, and the perceptron or what else is named."""

    def open_form(text: str = CLASSES, network: str = "mlp"):
        dataset = stored("table.csv", text)
        app = opened("train.py", dataset=dataset.id)
        app.session_state["train_architecture"] = network
        return app.run(), dataset

    return open_form


def field(app, kind: str, ending: str):
    return next(w for w in getattr(app, kind) if w.key and w.key.endswith(ending))


def start(app):
    return app.button(key="start_training").click().run()


def started(app, home):
    assert not app.exception
    return RunStore(home).get(app.query_params["run"], OWNER)


def test_the_recommended_mix_is_the_first_choice_with_its_plan(stored, opened, home):
    dataset = stored("table.csv", CLASSES)
    app = opened("train.py", dataset=dataset.id)
    choices = next(c for c in app.get("button_group") if c.key == "train_architecture")
    assert choices.value == "auto" and choices.proto.options[0].content == "Recommended"
    assert (
        "**bought** from 3 columns · Linear network, TabM, RealMLP · 9 classic models beside them"
        in markup(app)
    )
    plan = [m.value for m in app.markdown if "radio_button_unchecked" in m.value]
    assert [line.split("**")[1] for line in plan][::2] == ["Linear network", "TabM", "Ensemble"]
    assert "at most 2 min" in plan[2] and app.button(key="search_closed").disabled
    run = started(start(app), home)
    assert run.spec.models == recommended_models(run.spec.task) and run.name == "bought · Recommended"
    app.session_state["again_with"] = run.id
    assert started(start(app.run()), home).spec.models == run.spec.models


def test_few_rows_are_recommended_in_folds_unless_the_time_is_too_short(stored, opened, home):
    rows = "".join(f"{i % 40},{'abc'[i % 3]},{i % 7},{'yes' if i % 2 else 'no'}\n" for i in range(300))
    app = opened("train.py", dataset=stored("few.csv", "age,city,visits,bought\n" + rows).id)
    assert field(app, "selectbox", "_folds_5").value == 5
    assert any("5 folds" in text for text in markup(app).splitlines())
    app.toggle(key="train_limited").set_value(True).run()
    app.number_input(key="train_budget").set_value(20).run()
    assert started(start(app), home).spec.folds == 0


def test_the_plan_ticks_off_as_the_run_goes_on(form, home):
    app, _ = form(network="auto")
    run = started(start(app), home)
    folder = RunStore(home).folder(run.id)
    linear, tabm, realmlp, *others = first_records(run.spec)
    for record in (
        replace(linear, state="done", fit_s=2.0),
        replace(tabm, state="skipped", reason="There was no time."),
        replace(realmlp, state="training", expected_s=120.0),
        replace(others[1], state="done", fit_s=1.0, expected_s=1.0),
        replace(others[2], state="training", expected_s=7.0),
    ):
        save_record(folder, record)
    lines = [
        m.value
        for m in app.run().markdown
        if m.value.startswith((":gray[:mat", ":green", ":blue", ":orange"))
    ]
    assert "**Linear network** · finished · 2.0 s" in lines[0] and "1 of 9 are done" in lines[1]
    assert "**TabM** · left out" in lines[2] and escape("There was no time.") in lines[2]
    assert "**RealMLP** · training · at most 2 min" in lines[3] and "**Ensemble** · waiting" in lines[4]
    assert not app.exception


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


def test_folds_and_how_often_they_are_cut_are_in_the_run_and_the_same_rows_judge(form, home):
    app, dataset = form()
    assert any("Folds would use all of them" in c.value for c in app.caption), "rows are few"
    field(app, "selectbox", "_folds_0").set_value(5).run()
    assert not [w for w in app.number_input if w.key and w.key.endswith("_validation")]
    field(app, "number_input", "_repeats").set_value(2).run()
    assert any("each model is trained 10 times" in c.value for c in app.caption)
    run = started(start(app), home)
    assert (run.spec.folds, run.spec.repeats) == (5, 2)
    assert run.spec.split == default_spec(dataset, "bought").split
    app.session_state["again_with"] = run.id
    assert to_plain(started(start(app.run()), home).spec) == to_plain(run.spec), "tried again, it is the same"


def test_of_many_columns_those_that_tell_nothing_can_be_left_out_and_the_others_condensed(form, home):
    head = ",".join(f"c{i}" for i in range(31))
    rows = "".join(
        f"{','.join(str(r * (i + 3) % 17 + i) for i in range(31))},{'ny'[r % 2]}\n" for r in range(80)
    )
    app, _ = form(f"{head},bought\n{rows}")
    assert any("30 columns against 80 rows" in c.value for c in app.caption), "with the reason"
    field(app, "toggle", "_selects").set_value(True).run()
    field(app, "selectbox", "_condenses").set_value("pca").run()
    run = started(start(app), home)
    assert run.spec.selects and run.spec.condenses == "pca"
    app.session_state["again_with"] = run.id
    assert to_plain(started(start(app.run()), home).spec) == to_plain(run.spec), "tried again, it is the same"
    few, _ = form()
    assert not [w for w in few.toggle if w.key and w.key.endswith("_selects")]


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
    assert "Units per layer should be a list" in markup(app)
    assert app.button(key="start_training").disabled
    assert not app.exception


def test_a_target_that_cannot_be_predicted_is_refused_in_a_sentence(form):
    app, _ = form("constant,size\n" + "".join(f"same,{i}\n" for i in range(50)))
    field(app, "selectbox", "_target").select("constant").run()
    assert app.error and "constant" in app.error[0].value
    assert app.button(key="start_training").disabled
    assert not app.exception


def test_a_run_is_tried_again_with_its_settings(form, home, opened):
    app, dataset = form()
    spec = default_spec(dataset, "bought", seed=5, budget_s=90)
    models = (
        ModelSpec(key="linear", params={"epochs": 9}),
        ModelSpec(key="dummy"),
        ModelSpec(key="logistic"),
    )
    spec = type(spec)(**{**vars(spec), "models": models})
    first = start_run(spec, OWNER, "first", store=RunStore(home))
    app.session_state["again_with"] = first.id
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


def said_of_progress(app) -> str:
    return app.get("progress")[0].proto.text


def test_progress_says_the_epoch_what_ends_it_and_that_it_may_stop_early(form, home):
    app, _ = form()
    run = started(start(app), home)
    queue = Queue(home)
    queue.claim("training", "somebody")
    queue.start(run.id, "somebody")
    folder = RunStore(home).folder(run.id)
    save_record(folder, replace(first_records(run.spec)[0], state="training"))
    with EventWriter(folder / "models" / "0-mlp", run.id, 0, 1) as events:
        for epoch in (1, 2):
            events.write(epoch=epoch, batch=None, elapsed_s=epoch, values={"loss": 1.0, "val_loss": 1.0})
    app.run()
    said = said_of_progress(app)
    assert "Training · epoch 2 of 80" in said
    assert "at most 78 s left, until the last epoch · sooner if nothing improves for 16 epochs" in said
    assert app.get("progress")[0].proto.value == 2  # percent: of the epochs, not of the models
    queue.request(run.id, OWNER, "pause")
    queue.finish(run.id, "paused", worker="somebody")
    assert said_of_progress(app.run()).startswith("Paused · epoch 2 of 80")
    states = next(d for d in app.dataframe if "State" in d.value).value["State"]
    assert list(states)[:2] == ["paused", "waiting"]


def test_the_numbers_of_the_curves_are_there_to_take_away():
    points = (Point(epoch=1.0, part="Training", value=0.9), Point(epoch=1.0, part="Validation", value=0.8))
    told = curves(Record(number=0, key="mlp", title="MLP", family="deep"), [], "auc")
    table = numbers(replace(told, loss=points, metric=points[1:]), METRICS["auc"])
    assert table.values.tolist() == [
        ["loss", "training", 1.0, 0.9],
        ["loss", "validation", 1.0, 0.8],
        ["auc", "validation", 1.0, 0.8],
    ]


def test_finishing_reaches_the_queue_in_training_and_while_paused(form, home):
    app, _ = form()
    run = started(start(app), home)
    queue = Queue(home)
    assert app.button(key="run_finish").disabled and "nothing to keep" in app.button(key="run_finish").help
    queue.claim("training", "somebody")
    queue.start(run.id, "somebody")
    queue.request(run.id, OWNER, "pause")
    queue.finish(run.id, "paused", worker="somebody")
    app.run().button(key="run_finish").click().run()
    assert (queue.get(run.id).state, queue.requested(run.id)) == ("queued", "finish")
    queue.claim("training", "somebody")
    queue.start(run.id, "somebody")
    assert app.run().button(key="run_finish").disabled
    assert app.button(key="run_finish").help == "It is being finished."


def test_a_run_under_way_is_told_of_in_another_window_with_the_way_to_it(form, home, opened):
    app, dataset = form()
    assert not [b for b in app.button if b.label == "Watch it"]
    run = started(start(app), home)
    assert not [b for b in app.button if b.label == "Watch it"], "it is being watched"
    for page in (None, "train.py"):
        other = opened(page)
        assert f"A run is waiting: **{escape(run.name)}**" in markup(other)
        other.button(key=f"watch_{run.id}").click().run()
        assert other.title[0].value == escape(run.name)
        assert other.query_params["run"] == run.id and not other.exception
    Queue(home).request(run.id, OWNER, "cancel")
    assert "A run is" not in markup(opened("train.py"))


def test_somebody_elses_run_under_way_is_not_told_of(form, home, opened):
    _, dataset = form()
    start_run(default_spec(dataset, "bought"), "somebody else", "secret plans", store=RunStore(home))
    assert "secret plans" not in markup(opened("train.py")) + markup(opened())


def test_a_finished_run_leads_to_the_comparison(finished, opened):
    app = opened("train.py", run=finished["binary"])
    assert app.success and app.button(key="to_compare")
    assert app.button(key="new_run").click().run().button(key="start_training")
    assert not app.exception


def test_of_a_run_in_folds_the_curves_of_each_can_be_seen(stored, opened, home):
    dataset = stored("table.csv", CLASSES)
    spec = replace(default_spec(dataset, "bought"), folds=2, models=(ModelSpec(key="linear"),))
    store = RunStore(home)
    run = start_run(spec, OWNER, "in folds", store=store)
    (record,) = first_records(spec)
    save_record(store.folder(run.id), replace(record, state="training", fold=2, folds=(0.7,)))
    for fold, epochs in ((1, 4), (2, 2)):
        place = fold_folder(store.folder(run.id), fold) / "models" / record.folder
        with EventWriter(place, run.id, 0, 1) as events:
            for epoch in range(1, epochs + 1):
                events.write(
                    epoch=epoch, batch=None, elapsed_s=epoch, values={"loss": 1, "val_loss": 1 / epoch}
                )
    app = opened("train.py", run=run.id)
    chosen = next(w for w in app.selectbox if w.key and w.key.startswith("watched_fold_"))
    assert chosen.options == ["Fold 1 of 2", "Fold 2 of 2"] and chosen.value == 2
    assert next(m for m in app.metric if m.label == "Epoch").value.startswith("2")
    chosen.set_value(1).run()
    assert not app.exception
    assert next(m for m in app.metric if m.label == "Epoch").value.startswith("4")


def test_a_failed_run_says_why(finished, opened):
    app = opened("train.py", run=finished["failed"])
    assert app.error
    assert "Traceback" not in markup(app)


def test_another_owners_run_is_not_shown(finished, opened, home):
    spec = RunStore(home).get(finished["binary"]).spec
    theirs = start_run(spec, "somebody else", "secret plans", store=RunStore(home))
    app = opened("train.py", run=theirs.id)
    assert "secret plans" not in markup(app)
    assert "no run" in app.warning[0].value


@pytest.mark.parametrize("page", ["train.py", "compare.py", "predict.py"])
def test_a_run_that_is_not_there_shows_a_sentence_and_the_way_on_and_no_other_run(finished, opened, page):
    app = opened(page, run="0" * 20)
    assert "no run" in app.warning[0].value
    assert [b.label for b in app.button] == ["See your runs", "See your data"]
    assert not (app.success or app.dataframe or app.selectbox or app.exception)
    app.button(key="absent_runs.py").click().run()
    assert app.title[0].value == "Runs" and not app.warning and "run" not in app.query_params


def test_a_run_of_a_deleted_dataset_is_shown_and_leads_nobody_to_what_is_gone(finished, opened, home):
    Catalog(home).delete(finished["dataset"], OWNER)
    app = opened("train.py", run=finished["binary"])
    assert app.success and "dataset" not in app.query_params
    assert "There is no data yet" in markup(app.switch_page("data.py").run())


def test_what_would_be_trained_stands_beside_the_button(form):
    app, _ = form()
    assert "**bought** from 3 columns · Multi-layer perceptron · 9 classic models beside it" in markup(app)


def test_the_page_stays_light(stays_light, form):
    app, _ = form()
    start(app)


def test_the_coach_speaks_beside_the_curve_and_one_click_branches_the_run(form, home):
    app, _ = form()
    run = started(start(app), home)
    queue = Queue(home)
    queue.claim("training", "somebody")
    queue.start(run.id, "somebody")
    folder = RunStore(home).folder(run.id)
    network = next(r for r in first_records(run.spec) if r.family == "deep")
    save_record(folder, replace(network, state="training"))
    with EventWriter(folder / "models" / network.folder, run.id, network.number, 1) as events:
        for epoch in range(1, 21):
            values = {"loss": 0.7 / epoch, "val_loss": 0.7 - 0.1 * epoch if epoch < 4 else 0.3 + epoch / 50}
            events.write(epoch=epoch, batch=None, elapsed_s=epoch, values=values | {"learning_rate": 0.003})
    app.run()
    assert "Since epoch 4 the validation loss has risen" in markup(app)
    assert escape("Dropout: 0.2 → 0.35") in markup(app)
    app.button(key=f"branch_{network.number}_overfitting").click().run()
    branch = started(app, home)
    assert branch.id != run.id and branch.spec.models[0].params["dropout"] == 0.35
    assert (branch.spec.models[0].start.run, branch.spec.models[0].start.number) == (run.id, network.number)
    assert queue.requested(run.id) == "finish"


def test_a_learning_rate_can_be_looked_for_and_used(form, home, monkeypatch):
    monkeypatch.setattr("pages.components.rate_finder.asked", lambda *_, **__: FOUND)
    app, _ = form()
    app.button(key="find_rate").click().run()
    assert any("a learning rate of 0.02" in c.value for c in app.caption)
    app.button(key="use_rate").click().run()
    assert app.button(key="use_rate").disabled, "it is in use"
    assert started(start(app), home).spec.models[0].params["learning_rate"] == 0.02


FOUND = {"rates": [0.002, 0.02, 0.2, 2.0], "losses": [0.7, 0.6, 0.4, 3.0], "suggested": 0.02}
