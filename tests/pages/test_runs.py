from dataclasses import replace

import pytest

from core.commands import OWNER
from core.jobs.queue import Queue
from core.runs.store import RunStore
from tests.pages.conftest import markup

pytestmark = pytest.mark.usefixtures("stays_light")


def listed(app):
    return next(d for d in app.dataframe if d.key.startswith("runs_")).value


def test_every_run_is_listed_newest_first(finished, opened):
    app = opened("runs.py")
    names = list(listed(app)["Name"])
    assert names == ["regression *run*", "multiclass *run*", "fails", "other seed", "binary *run*"]
    assert not app.exception


def test_runs_are_filtered_by_text_state_and_dataset(finished, opened):
    app = opened("runs.py")
    app.text_input(key="runs_text").set_value("SEED").run()
    assert list(listed(app)["Name"]) == ["other seed"]
    app.text_input(key="runs_text").set_value("")
    app.button_group(key="runs_states").set_value(["Failed"]).run()
    assert list(listed(app)["Name"]) == ["fails"]
    app.button_group(key="runs_states").set_value([])
    app.selectbox(key="runs_dataset").set_value(finished["dataset"]).run()
    assert len(listed(app)) == 5


def test_a_filter_that_finds_nothing_says_so_without_failing(finished, opened):
    app = opened("runs.py")
    app.text_input(key="runs_text").set_value("no such run").run()
    assert "0 runs" in markup(app) and not app.exception


@pytest.mark.parametrize(("kind", "title"), [("binary", "Compare"), ("failed", "Train")])
def test_opening_leads_where_the_run_can_be_seen(finished, opened, kind, title):
    app = opened("runs.py", run=finished[kind])
    app.button(key="open_run").click().run()
    assert not app.exception
    if title == "Compare":
        assert app.title[0].value == "Compare"
    else:
        assert app.session_state["train_view"] == "run"


def test_a_run_is_renamed(finished, opened, home):
    app = opened("runs.py", run=finished["binary"])
    app.text_input(key=f"name_{finished['binary']}").set_value("  a better\nname ")
    app.button(key="rename_confirm").click().run()
    assert RunStore(home).get(finished["binary"]).name == "a better name"
    assert "a better name" in list(listed(app)["Name"])


def test_a_run_is_deleted_after_confirmation_and_no_longer_chosen(finished, opened, home):
    app = opened("runs.py", run=finished["binary"])
    app.button(key="delete_confirm").click().run()
    assert len(listed(app)) == 4 and not app.exception
    assert not (home.runs / finished["binary"]).exists()
    assert "run" not in app.query_params


def test_a_run_that_is_alive_is_not_deleted(finished, opened, home):
    store, queue = RunStore(home), Queue(home)
    run = store.create(store.get(finished["binary"]).spec, OWNER, "alive")
    queue.put(kind="train", lane="training", owner=OWNER, payload={}, job_id=run.id, worker="w")
    app = opened("runs.py", run=run.id)
    app.button(key="delete_confirm").click().run()
    assert "Stop it first" in app.error[0].value and (home.runs / run.id).exists()


def test_trying_again_opens_the_form_of_its_dataset(finished, opened):
    app = opened("runs.py", run=finished["binary"])
    app.button(key="again_run").click().run()
    assert not app.exception
    assert app.session_state["chosen_dataset"] == finished["dataset"]


def test_a_state_reads_alike_in_every_list(finished, opened):
    app = opened("runs.py", run=finished["failed"])
    assert set(listed(app)["State"]) == {"finished", "failed"}
    assert "· failed" in markup(app)
    assert "finished ·" in markup(opened())
    assert any("· finished ·" in option for option in opened("compare.py").selectbox(key="pick_run").options)


def test_a_value_has_the_digits_of_its_verdict(finished, opened, home):
    values = listed(opened("runs.py")).set_index("Name")["Value"]
    summary = RunStore(home).get(finished["binary"]).summary
    assert values["binary *run*"] == round(summary["value"], 3)


def test_others_runs_are_not_listed(finished, opened, home):
    store = RunStore(home)
    store.create(store.get(finished["binary"]).spec, "somebody else", "theirs")
    assert "theirs" not in list(listed(opened("runs.py"))["Name"])


def test_a_thousand_runs_are_shown_page_by_page(finished, opened, home):
    store = RunStore(home)
    spec = store.get(finished["binary"]).spec
    for number in range(995):
        store.create(replace(spec, seed=number), OWNER, f"run {number}")
    app = opened("runs.py")
    assert len(listed(app)) == 50 and "1,000 runs" in markup(app)


def test_without_runs_the_page_says_where_to_begin(opened):
    assert "Nothing has been trained yet" in markup(opened("runs.py"))
