import io
import time

import pandas as pd
import pytest

from core.commands import OWNER
from core.jobs.queue import Queue
from core.prediction.contract import load_contract
from core.runs.records import read_records
from core.runs.store import RunStore
from tests.pages.conftest import markup
from tests.pages.finished import people

pytestmark = pytest.mark.usefixtures("stays_light")


def classic(home, run_id: str) -> int:
    """A classic model's number: it answers without TensorFlow, which takes seconds to import."""
    run = RunStore(home).get(run_id)
    records = read_records(RunStore(home).folder(run_id), run.spec)
    return next(r.number for r in records if r.family == "classic")


@pytest.fixture
def page(finished, opened, home):
    def open_with(kind: str):
        app = opened("predict.py", run=finished[kind])
        return (
            app.selectbox(key=f"predict_model_{finished[kind]}")
            .set_value(classic(home, finished[kind]))
            .run()
        )

    return open_with


def field(app, home, run_id: str, name: str):
    """The widget of that column."""
    place = load_contract(RunStore(home).folder(run_id)).names.index(name)
    key = f"in_{run_id}_{place}"
    for widgets in (app.number_input, app.selectbox, app.text_input, app.date_input):
        for widget in widgets:
            if widget.key == key:
                return widget
    raise AssertionError(f"no widget for {name}")


def test_the_form_has_the_right_widget_a_column_filled_with_the_typical_row(finished, page, home):
    app, run_id = page("binary"), finished["binary"]
    assert not app.exception
    kinds = {n: field(app, home, run_id, n).type for n in ("age", "spent", "city", "member", "since")}
    assert kinds == {
        "age": "number_input", "spent": "number_input", "city": "selectbox", "member": "selectbox",
        "since": "date_input",
    }  # fmt: skip
    assert field(app, home, run_id, "city").value == "Bonn"
    age = people()["age"]
    assert age.min() <= field(app, home, run_id, "age").value <= age.max()


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_a_row_is_answered_with_its_doubts(finished, page, home, other_hand, settled, kind):
    app, run_id = page(kind), finished[kind]
    field(app, home, run_id, "age").set_value(150)
    app.button(key="predict_row").click().run()
    settled(app, lambda a: any("outside" in m.value for m in a.markdown), timeout_s=60)
    assert not app.exception and not app.error
    assert len(app.metric) == 1
    assert any("150" in m.value for m in app.markdown)
    assert bool([c for c in app.get("plotly_chart") if c.key == "probabilities"]) == (kind != "regression")


def test_a_random_test_row_and_the_typical_row_fill_the_form(finished, page, home):
    app, run_id = page("binary"), finished["binary"]
    typical = field(app, home, run_id, "age").value
    app.button(key="fill_random").click().run()
    assert "where left was" in markup(app)
    rows = people()
    assert (rows["age"] == field(app, home, run_id, "age").value).any()
    app.button(key="fill_typical").click().run()
    assert field(app, home, run_id, "age").value == typical and "where left was" not in markup(app)


def upload(app, name: str, frame: pd.DataFrame):
    content = frame.to_csv(index=False).encode()
    app.file_uploader(key="batch_file").set_value((name, content, "text/csv"))
    return app.button(key="batch_start").click().run()


def test_a_whole_file_is_answered_previewed_and_offered_and_is_there_after_f5(
    finished, page, opened, home, other_hand, settled
):
    app = page("binary")
    upload(app, "new people.csv", people().assign(age=lambda f: f["age"].where(f.index > 0, 150)))
    settled(app, lambda a: any(m.label == "Rows" for m in a.metric), timeout_s=60)
    again = opened("predict.py", run=finished["binary"])  # a new session, as after F5
    for shown in (app, again):
        figures = {m.label: m.value for m in shown.metric}
        assert figures["Rows"] == "300" and int(figures["Doubtful rows"]) >= 1
        preview = next(d.value for d in shown.dataframe if "trust" in d.value)
        assert len(preview) == 100 and {"prediction", "p_no", "p_yes", "trust", "age"} <= set(preview)
        assert [b for b in shown.get("download_button") if "new people" in b.label]
    (export,) = home.exports.glob("*.csv")
    assert len(pd.read_csv(io.BytesIO(export.read_bytes()))) == 300
    assert not list(home.uploads.iterdir())  # nobody needs it any more


def test_columns_that_differ_are_named_and_earlier_answers_stay(finished, page, home, other_hand, settled):
    app = page("binary")
    upload(app, "good.csv", people())
    settled(app, lambda a: any(m.label == "Rows" for m in a.metric), timeout_s=60)
    upload(app, "bad.csv", people().rename(columns={"spent": "spend"}))
    settled(app, lambda a: len(a.error) == 1)
    assert "spend" in app.error[0].value and "spent" in app.error[0].value
    assert [b for b in app.get("download_button") if "good" in b.label]


def test_nothing_is_predicted_without_a_file(page):
    app = page("binary")
    app.button(key="batch_start").click().run()
    assert "Choose a file" in app.warning[0].value


def test_a_batch_that_waits_can_be_stopped(finished, page, home):
    app = page("binary")
    upload(app, "new.csv", people())
    (job,) = Queue(home).list(OWNER, kind="predict")
    app.button(key=f"stop_{job.id}").click().run()
    assert Queue(home).get(job.id).state == "stopped"
    app.run()
    assert any("was stopped" in i.value for i in app.info)


def test_others_answers_are_not_shown(finished, page, home):
    Queue(home).put(
        kind="predict", lane="batch", owner="somebody else",
        payload={"run": finished["binary"], "model": 0, "file": "x", "name": "secret.csv"},
    )  # fmt: skip
    assert "secret" not in markup(page("binary"))


def test_of_two_runs_that_look_alike_the_one_in_the_url_is_used(finished, opened, home):
    store = RunStore(home)
    store.rename(finished["other_seed"], OWNER, store.get(finished["binary"]).name)
    for run_id in (finished["binary"], finished["other_seed"]):
        app = opened("predict.py", run=run_id)
        app.button(key="fill_typical").click().run()  # the browser says again what is picked
        assert app.session_state["chosen_run"] == run_id
        assert app.selectbox(key=f"predict_model_{run_id}")


def test_a_run_without_models_says_so(finished, opened):
    app = opened("predict.py", run=finished["failed"])
    assert "no finished models" in app.info[0].value and not app.exception


def test_the_page_asks_for_nothing_slow(finished, page):
    app = page("binary")
    started = time.perf_counter()
    app.run()
    assert time.perf_counter() - started < 2.0
