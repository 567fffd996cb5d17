"""A search starts from the form, shows its trials, and its best one can be adopted as a run."""

import json

from core.commands import OWNER
from core.data.catalog import Catalog
from core.domain import ModelSpec
from core.home import write_whole
from core.jobs.queue import Queue
from core.runs.store import RunStore
from core.studies.plan import default_spec
from core.studies.search.trials import (
    IMPORTANCE,
    Search,
    Trial,
    folder_of,
    read_search,
    save_trial,
    start_search,
)
from tests.pages.conftest import markup

TABLE = "age,income,city,bought\n" + "".join(
    f"{20 + i % 50},{i * 37 % 1000},{'north' if i % 3 else 'south'},{'yes' if i * 7 % 5 < 2 else 'no'}\n"
    for i in range(120)
)


def found(home, dataset, n=10, owner=OWNER) -> str:
    """A search that has ended, of n trials."""
    spec = default_spec(Catalog(home).get(dataset.id, OWNER), "bought")
    spec = type(spec)(**{**vars(spec), "models": (ModelSpec(key="mlp"), ModelSpec(key="dummy"))})
    search = Search(
        name="toy search", spec=spec, names=("units", "learning_rate", "optimizer"), budget_s=60.0
    )
    search_id = start_search(search, owner, home, worker="somebody")
    folder = folder_of(home, search_id)
    for i in range(n):
        params = {
            "units": "64, 32" if i % 2 else "128, 64",
            "learning_rate": 0.001 * (i + 1),
            "optimizer": "adam",
        }
        value, state = 0.7 + i / 100, "pruned" if i % 4 == 3 else "done"
        save_trial(
            folder,
            Trial(
                number=i,
                params=params,
                state=state,
                value=value,
                course=(0.6, value),
                best_epoch=2,
                fit_s=1.0,
            ),
        )
    write_whole(folder / IMPORTANCE, json.dumps({"learning_rate": 0.8, "units": 0.2}))
    Queue(home).start(search_id, "somebody")
    Queue(home).finish(search_id, "succeeded", {"n_trials": n}, worker="somebody")
    return search_id


def test_a_search_starts_from_what_the_form_says(stored, opened, home):
    app = opened("train.py", dataset=stored("table.csv", TABLE).id)
    assert (
        app.button(key="search_closed").disabled
        and "Choose one network" in app.button(key="search_closed").help
    )
    app.session_state["train_architecture"] = "mlp"
    app.run().number_input(key="search_budget").set_value(60).run()
    app.button(key="start_search").click().run()
    assert not app.exception and app.title[0].value == "Search"
    job = Queue(home).list(OWNER, kind="search")[0]
    search = read_search(folder_of(home, job.id))
    assert (job.lane, job.state, search.budget_s) == ("training", "queued", 60.0)
    assert "learning_rate" in search.names and search.spec.task.target == "bought"
    assert app.query_params["search"] == job.id


def test_the_best_trial_is_shown_against_the_defaults_and_adopted_as_a_run(stored, opened, home):
    search_id = found(home, stored("table.csv", TABLE))
    app = opened("search.py", search=search_id)
    assert not app.exception
    assert "**Best so far: trial 10**" in markup(app) and "The defaults gave 0.700" in markup(app)
    assert len(app.get("plotly_chart")) == 3
    app.button(key="adopt_trial").click().run()
    assert not app.exception
    run = RunStore(home).get(app.query_params["run"], OWNER)
    assert run.spec.models[0].params == {"units": [64, 32], "learning_rate": 0.01, "optimizer": "adam"}
    assert run.spec.models[0].start is None and run.state == "queued"


def test_a_search_under_way_can_be_paused_and_finished(stored, opened, home):
    search_id = found(home, stored("table.csv", TABLE), n=1)
    queue = Queue(home)
    second = start_search(read_search(folder_of(home, search_id)), OWNER, home)
    queue.claim("training", "somebody")
    queue.start(second, "somebody")
    app = opened("search.py", search=second)
    app.button(key="search_pause").click().run()
    assert queue.requested(second) == "pause"
    app.button(key="search_finish").click().run()
    assert queue.requested(second) == "finish" and not app.exception


def test_another_owners_search_is_not_shown(stored, opened, home):
    dataset = stored("table.csv", TABLE)
    found(home, dataset)
    theirs = found(home, dataset, owner="somebody else")
    app = opened("search.py", search=theirs)
    assert app.warning and not app.get("plotly_chart")


def test_without_a_search_the_page_says_where_one_starts(opened):
    assert "starts from the form on the Train page" in markup(opened("search.py"))
