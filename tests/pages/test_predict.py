import csv
import io
import os
import re
import subprocess
import sys

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.commands import OWNER
from core.figures import readable
from core.jobs.queue import Queue
from core.prediction.contract import load_contract
from core.prediction.margin import margin_of
from core.runs.records import read_records
from core.runs.store import RunStore
from core.studies.standings import predictions
from pages.components.text import escape
from tests.pages.conftest import ROOT, markup
from tests.pages.finished import people

pytestmark = pytest.mark.usefixtures("stays_light")


def classic(home, run_id: str) -> int:
    """A classic model's number: it answers without TensorFlow, which takes seconds to import."""
    run = RunStore(home).get(run_id)
    records = read_records(RunStore(home).folder(run_id), run.spec)
    return next(r.number for r in records if r.family == "classic")


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Where nobody answers the page need not wait in vain."""
    monkeypatch.setattr("pages.components.single_prediction.PATIENCE_S", 0.0)


@pytest.fixture
def page(finished, opened, home):
    """page("binary"): the page of that run with a classic model chosen from the first."""

    def open_with(kind: str):
        run_id = finished[kind]
        app = opened(run=run_id)
        app.session_state[f"predict_model_{run_id}"] = classic(home, run_id)
        return app.switch_page("predict.py").run()

    return open_with


def answered(app) -> bool:
    return len(app.metric) == 1


def score_jobs(home):
    return Queue(home).list(OWNER, kind="score")


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
    rows = people()
    for name in ("age", "spent", "city"):
        rows = rows[rows[name] == field(app, home, run_id, name).value]
    assert len(rows), "what is typical is a row that there is"


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_a_row_is_answered_with_its_doubts(finished, page, home, other_hand, settled, kind):
    app, run_id = page(kind), finished[kind]
    field(app, home, run_id, "age").set_value(150).run()
    settled(app, lambda a: any("outside" in m.value for m in a.markdown))
    assert not app.exception and not app.error
    assert len(app.metric) == 1
    assert any("150" in m.value and "unusual combinations" in m.help for m in app.markdown)
    assert bool([c for c in app.get("plotly_chart") if c.key == "probabilities"]) == (kind != "regression")


def test_the_answer_is_held_against_the_training_rows(page, other_hand, settled):
    binary = settled(page("binary"), answered)
    assert "of the training rows are “yes”" in markup(binary) and "probable" in binary.metric[0].delta
    number = settled(page("regression"), answered)
    assert "The median of the training rows is" in markup(number)
    assert "for 8 of 10 of the" in markup(number) and "give or take" in number.metric[0].delta


def test_the_typical_row_is_answered_before_anybody_asks(page, other_hand, settled):
    app = settled(page("binary"), answered)
    assert "No value in this row is new" in markup(app)


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_a_random_test_row_is_answered_beside_what_really_happened(
    finished, page, home, other_hand, settled, kind
):
    app, run_id = settled(page(kind), answered), finished[kind]
    app.button(key="fill_random").click().run()
    settled(app, lambda a: "In truth it was" in markup(a))
    number = int(re.search(r"Row ([\d,]+) of the data", markup(app))[1].replace(",", ""))
    row = people().iloc[number - 1]
    assert field(app, home, run_id, "age").value == row["age"]
    truth = f"“{row['left']}”" if kind == "binary" else readable(row["bill"])
    assert escape(f"In truth it was {truth}") in markup(app)

    field(app, home, run_id, "age").set_value(31 if row["age"] != 31 else 32).run()
    settled(app, answered)
    assert "In truth" not in markup(app), "of a row with changes nobody knows the truth"
    assert "with your changes" in markup(app)


def test_a_former_answer_never_stands_beside_another_row(finished, page, home):
    app, run_id = page("binary"), finished["binary"]
    first = score_jobs(home)[0]
    run_here_as_the_scorer_would(home, first)
    assert answered(app.run())
    field(app, home, run_id, "age").set_value(33).run()
    assert not app.metric and "Answering" in markup(app)
    app.button(key="fill_typical").click().run()
    assert not app.metric
    app.selectbox(key=f"predict_model_{run_id}").set_value(0).run()
    assert not app.metric


def run_here_as_the_scorer_would(home, job):
    result = {
        "answers": [{"prediction": "yes", "p_no": 0.25, "p_yes": 0.75, "trust": "ok"}],
        "doubts": [[]], "margins": [None], "model": "Model", "ms": 1.0,
    }  # fmt: skip
    queue = Queue(home)
    claimed = queue.claim("interactive", "somebody")
    assert claimed.id == job.id
    queue.start(job.id, "somebody")
    queue.finish(job.id, "succeeded", result)


def test_a_question_is_asked_once_and_given_up_when_the_row_is_another(finished, page, home):
    app, run_id = page("binary"), finished["binary"]
    app.run()
    assert [job.state for job in score_jobs(home)] == ["queued"]
    field(app, home, run_id, "age").set_value(33).run()
    assert [job.state for job in score_jobs(home)] == ["queued", "stopped"]


def test_a_row_that_could_not_be_answered_may_be_asked_again(finished, page, home):
    app = page("binary")
    (job,) = score_jobs(home)
    Queue(home).request(job.id, OWNER, "cancel")
    app.run()
    assert "could not be predicted" in app.error[0].value
    app.button(key="ask_again").click().run()
    assert not app.error and len(score_jobs(home)) == 2


def test_an_answer_that_the_queue_forgot_is_asked_for_anew(finished, page, home):
    app = page("binary")
    run_here_as_the_scorer_would(home, score_jobs(home)[0])
    Queue(home).purge("interactive", -1.0)
    app.run()
    assert not app.exception and [job.state for job in score_jobs(home)] == ["queued"]


def test_many_fields_scroll_within_the_form_so_that_the_answer_stays_in_sight(finished, page):
    app = page("binary")
    (form,) = [block for block in blocks(app.main) if block.key == "row_form"]
    assert 0 < form.proto.height_config.pixel_height <= 500


def blocks(block):
    for child in getattr(block, "children", {}).values():
        if hasattr(child, "children"):
            yield child
            yield from blocks(child)


def test_a_random_test_row_and_the_typical_row_fill_the_form(finished, page, home):
    app, run_id = page("binary"), finished["binary"]
    typical = field(app, home, run_id, "age").value
    app.button(key="fill_random").click().run()
    assert re.search(r"Row \d+ of the data\.", markup(app))
    rows = people()
    assert (rows["age"] == field(app, home, run_id, "age").value).any()
    app.button(key="fill_typical").click().run()
    assert field(app, home, run_id, "age").value == typical
    assert "The typical row, one of the training rows." in markup(app)


def upload(app, name: str, frame: pd.DataFrame):
    content = frame.to_csv(index=False).encode()
    app.file_uploader(key="batch_file").set_value((name, content, "text/csv"))
    return app.button(key="batch_start").click().run()


def test_a_whole_file_is_answered_previewed_and_offered_and_is_there_after_f5(
    finished, page, opened, home, other_hand, settled
):
    app = page("binary")
    upload(app, "new people.csv", people().assign(age=lambda f: f["age"].where(f.index > 0, 150)))
    settled(app, lambda a: any(m.label == "Rows" for m in a.metric))
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


def test_page_and_terminal_write_the_same_answers(finished, page, home, other_hand, settled, tmp_path):
    app, run_id = page("regression"), finished["regression"]
    upload(app, "new people.csv", people())
    settled(app, lambda a: any(m.label == "Rows" for m in a.metric))
    preview = next(d.value for d in app.dataframe if "trust" in d.value)
    assert {"prediction", "low", "high"} <= set(preview)
    (export,) = home.exports.glob("*.csv")
    page_rows = list(csv.DictReader(export.open(encoding="utf-8")))

    (tmp_path / "new.csv").write_text(people().to_csv(index=False), encoding="utf-8")
    run = RunStore(home).get(run_id)
    record = read_records(RunStore(home).folder(run_id), run.spec)[classic(home, run_id)]
    command = [
        "predict",
        run_id,
        str(tmp_path / "new.csv"),
        "--out",
        str(tmp_path / "out.csv"),
        "--model",
        record.key,
    ]
    done = subprocess.run(
        [sys.executable, "-m", "core", *command], cwd=ROOT, env=os.environ | {"FATHOM_HOME": str(home.root)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    terminal_rows = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8")))
    assert list(terminal_rows[0]) == ["prediction", "low", "high", "trust"]
    assert [{name: row[name] for name in terminal_rows[0]} for row in page_rows] == terminal_rows

    margin = margin_of(*predictions(RunStore(home), run, record.number, "validation"))
    for row in terminal_rows:
        assert float(row["high"]) - float(row["prediction"]) == pytest.approx(margin.width, rel=1e-4)
        assert 0 <= float(row["low"]) <= float(row["prediction"])


def test_columns_that_differ_are_named_and_earlier_answers_stay(finished, page, home, other_hand, settled):
    app = page("binary")
    upload(app, "good.csv", people())
    settled(app, lambda a: any(m.label == "Rows" for m in a.metric))
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


def test_drawn_again_the_page_asks_for_nothing(finished, page, home, monkeypatch):
    app = page("binary")
    monkeypatch.setattr(Queue, "put", lambda *_, **asked: pytest.fail(f"asked for {asked['kind']}"))
    assert not app.run().exception


def test_of_very_many_columns_few_are_drawn_and_all_are_sent(monkeypatch):
    monkeypatch.setattr("pages.components.prediction_form.MOST_SHOWN", 2)
    monkeypatch.setattr("pages.components.prediction_form.MOST_UNFOLDED", 3)

    def a_form():
        import streamlit as st

        from core.domain import Task
        from core.prediction.contract import Contract, Field
        from pages.components.prediction_form import as_drawn, draw_fields, fill, is_filled

        names = [f"sensor {i}" for i in range(12)]
        contract = Contract(
            task=Task(kind="regression", target="y", features=tuple(names)),
            fields=tuple(Field(name=n, kind="decimal") for n in names),
        )
        row = {n: i + 0.5 for i, n in enumerate(names)}
        if not is_filled(contract, prefix="p"):
            fill(contract, row, prefix="p")
        st.session_state["sent"] = draw_fields(contract, prefix="p")
        st.session_state["same"] = st.session_state["sent"] == as_drawn(contract, row)

    app = AppTest.from_function(a_form, default_timeout=30).run()
    assert len(app.number_input) == 2 and app.session_state["same"]
    app.session_state["p_more"] = True
    app.run()
    assert [n.label for n in app.number_input] == [f"sensor {i}" for i in (0, 1, 2, 3, 4)]
    app.text_input(key="p_find").set_value("SENSOR 11").run()
    app.number_input(key="p_11").set_value(99.0).run()
    assert app.session_state["sent"]["sensor 11"] == 99.0 and not app.session_state["same"]
    app.text_input(key="p_find").set_value("7").run()
    assert app.session_state["sent"]["sensor 11"] == 99.0, "what was changed stays when others are looked at"
    assert app.session_state["sent"]["sensor 5"] == 5.5
