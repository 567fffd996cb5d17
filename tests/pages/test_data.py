"""The Data page: what is in a dataset, what is wrong with it, and what a person corrects."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from core.commands import OWNER
from core.data.ingest import ingest
from core.domain import Finding
from core.home import new_id
from core.jobs.queue import Queue
from core.runs.store import RunStore
from core.studies.plan import default_spec
from core.studies.start import start_run
from tests.core.pictures import bars_zip
from tests.pages.conftest import ROOT, markup

HOSTILE = "**bold** [x](javascript:1) :red[hi]"
ROWS = [(f"K{i:03}", 20 + i % 30, "yes" if i % 4 == 0 else "no", "" if i % 10 == 0 else i / 3) for i in range(120)]  # fmt: skip
TABLE = "key,age,churn,spend\n" + "".join(f"{k},{a},{c},{s}\n" for k, a, c, s in ROWS)


@pytest.fixture
def dataset(stored):
    return stored("customers.csv", TABLE)


def table_of(app):
    return app.data_editor[0].value


def edit(app, column: str, **cells: str):
    """Choose other cells in the row of a column, as a person does in the table."""
    row = list(table_of(app)["name"]).index(column)
    app.session_state[app.data_editor[0].key] = {
        "edited_rows": {row: cells},
        "added_rows": [],
        "deleted_rows": [],
    }
    return app.run()


def test_without_data_the_page_leads_to_where_it_comes_from(opened):
    app = opened("data.py")
    assert not app.exception
    assert "There is no data yet" in markup(app)
    app.button(key="nothing_start.py").click().run()
    assert app.title[0].value == "Fathom"


def test_of_many_columns_a_page_is_shown_and_any_can_be_found(opened, stored, catalog):
    names = [f"sensor_{i:03}" for i in range(450)]
    rows = "".join(",".join(str((i * k) % 7) for i in range(450)) + "\n" for k in range(3, 9))
    wide = stored("wide.csv", ",".join(names) + "\n" + rows)
    app = opened("data.py", dataset=wide.id)
    assert list(table_of(app)["name"]) == names[:200]
    app.text_input(key=f"columns_find_{wide.id}").set_value("SENSOR_44").run()
    assert list(table_of(app)["name"]) == names[440:]
    edit(app, "sensor_441", role="ignore")
    assert catalog.get(wide.id, OWNER).column("sensor_441").role == "ignore"
    app.text_input(key=f"columns_find_{wide.id}").set_value("nowhere").run()
    assert not app.exception and not app.data_editor


def test_the_page_says_what_there_is(opened, dataset):
    app = opened("data.py", dataset=dataset.id)
    assert not app.exception
    assert {m.label: m.value for m in app.metric} == {"Rows": "120", "Columns": "4", "Missing cells": "12"}
    table = table_of(app).set_index("name")
    assert dict(table["kind"]) == {"key": "text", "age": "integer", "churn": "category", "spend": "decimal"}
    assert dict(table["role"]) == {
        "key": "identifier",
        "age": "feature",
        "churn": "target",
        "spend": "feature",
    }
    assert table.loc["spend", "missing"] == pytest.approx(0.1)
    assert sum(table.loc["age", "distribution"]) == 120


def test_the_target_is_proposed_with_the_reason(opened, dataset):
    said = markup(opened("data.py", dataset=dataset.id))
    assert "Proposed because of its name" in said
    assert "'yes' is what is looked for" in said


def test_another_target_is_kept_and_its_findings_are_looked_for(opened, hand, settled, dataset, catalog):
    app = opened("data.py", dataset=dataset.id)
    app.selectbox(key=f"target_{dataset.id}_churn").select("age").run()
    settled(app, lambda a: not a.progress)
    changed = catalog.get(dataset.id, OWNER)
    assert changed.target == "age"
    assert catalog.known_findings(changed) is not None
    assert not app.exception


def test_a_target_that_cannot_be_predicted_is_said_in_a_sentence(opened, hand, settled, stored):
    one = stored("one.csv", "a,b,same\n" + "".join(f"{i},{i % 7},x\n" for i in range(30)))
    app = opened("data.py", dataset=one.id)
    app.selectbox(key=f"target_{one.id}_{one.target}").select("same").run()
    settled(app, lambda a: not a.progress)
    assert any("same" in w.value for w in app.warning)
    assert not app.exception


def test_serious_findings_come_first_and_beyond_six_they_are_folded(opened, dataset, catalog, monkeypatch):
    parameters = {"n": 3, "share": 0.1}
    many = [
        Finding(code="missing", severity="info", subject=f"c{i}", parameters=parameters) for i in range(8)
    ]
    many.append(Finding(code="missing", severity="serious", subject="worst", parameters=parameters))
    monkeypatch.setattr("core.data.catalog.Catalog.known_findings", lambda *_: tuple(many))
    app = opened("data.py", dataset=dataset.id)
    shown = [m.value for m in app.container(key="findings").markdown]
    assert "worst" in shown[0]
    assert app.expander(key="findings_more").label == "3 more"
    assert len(app.expander(key="findings_more").markdown) == 3
    assert "1 serious · 8 good to know" in markup(app)


def test_a_kind_is_corrected(opened, hand, settled, dataset, catalog):
    app = edit(opened("data.py", dataset=dataset.id), "age", kind="category")
    settled(app, lambda a: not a.progress)
    assert catalog.get(dataset.id, OWNER).column("age").kind == "category"
    assert not app.error and not app.exception


def test_a_kind_that_does_not_fit_is_refused_and_undone(opened, dataset, catalog):
    app = edit(opened("data.py", dataset=dataset.id), "churn", kind="integer")
    assert not app.exception
    assert "churn" in app.error[0].value and "row" in app.error[0].value
    assert catalog.get(dataset.id, OWNER) == dataset
    assert table_of(app).set_index("name").loc["churn", "kind"] == "category"
    assert not app.session_state[app.data_editor[0].key]["edited_rows"]
    assert not app.run().error  # said once


def detail_of(app, kind: str):
    """The widget of that kind ("kind", "role") under A closer look."""
    return next(w for w in app.selectbox if w.key.startswith(f"{kind}_"))


def test_kind_and_role_are_corrected_where_the_column_is_looked_at(opened, hand, settled, dataset, catalog):
    app = opened("data.py", dataset=dataset.id)
    assert (detail_of(app, "kind").value, detail_of(app, "role").value) == ("integer", "feature")
    settled(detail_of(app, "kind").select("category").run(), lambda a: not a.progress)
    settled(detail_of(app, "role").select("ignore").run(), lambda a: not a.progress)
    age = catalog.get(dataset.id, OWNER).column("age")
    assert (age.kind, age.role) == ("category", "ignore")
    assert table_of(app).set_index("name").loc["age", "role"] == "ignore"
    assert (detail_of(app, "kind").value, detail_of(app, "role").value) == ("category", "ignore")


def test_a_refused_correction_is_said_beside_the_column_and_undone(opened, dataset, catalog):
    app = opened("data.py", dataset=dataset.id)
    app.selectbox(key=f"detail_{dataset.id}").select("key").run()
    detail_of(app, "kind").select("integer").run()
    assert "cannot be read as integer" in app.error[0].value
    assert detail_of(app, "kind").value == "text" == catalog.get(dataset.id, OWNER).column("key").kind


def test_a_role_is_corrected(opened, hand, settled, dataset, catalog):
    settled(edit(opened("data.py", dataset=dataset.id), "spend", role="ignore"), lambda a: not a.progress)
    assert catalog.get(dataset.id, OWNER).column("spend").role == "ignore"


def test_the_role_target_makes_a_column_the_target(opened, hand, settled, dataset, catalog):
    app = edit(opened("data.py", dataset=dataset.id), "spend", role="target")
    settled(app, lambda a: not a.progress)
    assert catalog.get(dataset.id, OWNER).target == "spend"
    assert app.selectbox(key=f"target_{dataset.id}_spend").value == "spend"


def test_a_strangers_names_and_values_are_shown_letter_by_letter(opened, stored):
    text = f"{HOSTILE},<b>y</b>\n" + "".join(f":smile: ${i % 5}$,{i % 2}\n" for i in range(40))
    hostile = stored(f"{HOSTILE}.csv", text)
    for target in ("<b>y</b>", HOSTILE):
        app = opened("data.py", dataset=hostile.id)
        if app.selectbox(key=f"target_{hostile.id}_{hostile.target}").value != target:
            app.selectbox(key=f"target_{hostile.id}_{hostile.target}").select(target).run()
        assert not app.exception
        assert HOSTILE in list(table_of(app)["name"])
        said = markup(app) + " ".join(b.label for b in app.button)
        assert HOSTILE not in said and "<b>" not in said and ":smile:" not in said


def test_rows_kept_aside_are_counted_and_can_be_had(opened, stored):
    ragged = stored("ragged.csv", "a,b,c\n" + "".join(f"{i},{i},{i}\n" for i in range(50)) + "1,2,3,4,5\n")
    app = opened("data.py", dataset=ragged.id)
    assert {m.label: m.value for m in app.metric}["Rows kept aside"] == "1"
    assert app.download_button(key="rejects_csv")
    (shown,) = [d.value for d in app.dataframe if "Reason" in d.value]
    assert shown["Line or file"].tolist() == ["1,2,3,4,5"] and shown["Reason"].iloc[0]


def test_the_first_rows_are_read_only_when_asked_for(opened, dataset):
    app = opened("data.py", dataset=dataset.id)
    assert not [d for d in app.dataframe if "spend" in d.value]
    app.session_state["preview"] = True
    app.run()
    (preview,) = [d for d in app.dataframe if "spend" in d.value]
    assert preview.value.shape == (120, 4)


def test_a_dataset_is_renamed(opened, dataset, catalog):
    app = opened("data.py", dataset=dataset.id)
    app.text_input(key=f"dataset_name_{dataset.id}").set_value("Customers of May")
    app.button(key="dataset_rename").click().run()
    assert catalog.get(dataset.id, OWNER).name == "Customers of May"


def test_a_blank_name_is_refused_in_a_sentence(opened, dataset, catalog):
    app = opened("data.py", dataset=dataset.id)
    app.text_input(key=f"dataset_name_{dataset.id}").set_value("   ")
    app.button(key="dataset_rename").click().run()
    assert "needs a name" in app.error[0].value
    assert catalog.get(dataset.id, OWNER).name == "customers.csv"


def test_a_deleted_dataset_is_gone_and_the_next_one_is_shown(opened, stored, dataset, catalog):
    other = stored("other.csv", TABLE.replace("K0", "L0"))
    app = opened("data.py", dataset=other.id)
    app.button(key="dataset_delete").click().run()
    assert not app.exception
    assert [d.id for d in catalog.list(OWNER)] == [dataset.id]
    assert app.selectbox(key="pick_dataset").value == dataset.id


def test_deleting_names_the_runs_that_could_not_go_on(opened, stored, dataset, home):
    judge = stored("judge.csv", TABLE.replace("K0", "L0"))
    spec = default_spec(dataset, "churn")
    spec = replace(spec, split=replace(spec.split, strategy="file", test_dataset=judge.id))
    run = start_run(spec, OWNER, "waits *here*", store=RunStore(home))
    Queue(home).request(run.id, OWNER, "pause")
    ended = start_run(spec, OWNER, "over", store=RunStore(home))
    Queue(home).request(ended.id, OWNER, "cancel")
    for told_of in (judge, dataset):
        asked = next(
            m.value for m in opened("data.py", dataset=told_of.id).markdown if "for good?" in m.value
        )
        assert "unable to go on without it: **waits \\*here\\***." in asked and "over" not in asked


def test_another_datasets_page_is_a_choice_away(opened, stored, dataset):
    other = stored("other.csv", TABLE.replace("age", "years"))
    app = opened("data.py", dataset=other.id)
    app.selectbox(key="pick_dataset").select(dataset.id).run()
    assert app.query_params["dataset"] == dataset.id
    assert "age" in list(table_of(app)["name"])


@pytest.mark.parametrize("page", ["data.py", "train.py"])
def test_an_id_that_is_not_mine_shows_a_sentence_and_the_way_to_mine(opened, dataset, page):
    app = opened(page, dataset=new_id())
    assert "no dataset" in app.warning[0].value
    assert [b.label for b in app.button] == ["See your runs", "See your data"] and not app.selectbox
    assert "no dataset" in app.run().warning[0].value, "a reload says so again"
    app.button(key="absent_data.py").click().run()
    assert app.selectbox(key="pick_dataset").value == dataset.id
    assert not app.warning and not app.exception


def test_the_way_on_is_the_form_for_a_network(opened, dataset):
    app = opened("data.py", dataset=dataset.id)
    app.button(key="to_train").click().run()
    assert app.title[0].value == "Train"
    assert app.query_params["dataset"] == dataset.id
    assert not app.exception


def test_every_column_can_be_looked_at_closely(opened, dataset):
    app = opened("data.py", dataset=dataset.id)
    for column in dataset.columns:
        app.selectbox(key=f"detail_{dataset.id}").select(column.name).run()
        assert not app.exception and not app.error
        assert app.get("plotly_chart")


HEAVY = ("tensorflow", "keras", "sklearn", "skops")


def test_the_page_process_stays_light(dataset, home):
    program = f"""
import sys
from streamlit.testing.v1 import AppTest
import pages.components.session
pages.components.session.ensure_supervisor = lambda *_: None
app = AppTest.from_file({str(ROOT / "pages" / "main.py")!r}, default_timeout=30)
app.query_params["dataset"] = {dataset.id!r}
for page in ("start.py", "data.py"):
    app.run()
    app.switch_page(page).run()
    assert not app.exception, app.exception
    assert app.title
assert app.data_editor
print(sorted(set({HEAVY!r}) & {{name.split(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"FATHOM_HOME": str(home.root)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_how_columns_go_together_is_measured_when_asked_for(opened, hand, settled, dataset):
    app = opened("data.py")
    assert not any(box.label == "Measure" for box in app.selectbox)
    app.session_state["relations"] = True
    settled(app, lambda app: any(box.label == "Measure" for box in app.selectbox))
    assert not app.exception and "rows" in " ".join(caption.value for caption in app.caption)


def test_a_day_is_shown_as_a_day_and_its_neighbours_as_they_are(opened, stored):
    rows = "".join(f"{i},{i % 9}.5,2026-01-{i % 28 + 1:02},{'yn'[i % 2]}\n" for i in range(60))
    dataset = stored("orders.csv", "order,paid,day,late\n" + rows)
    app = opened("data.py", dataset=dataset.id)
    app.session_state["preview"] = True
    app.run()
    (preview,) = [d for d in app.dataframe if "paid" in d.value]
    shown = json.loads(preview.proto.columns)
    assert {
        name for name, column in shown.items() if column.get("type_config", {}).get("type") == "date"
    } == {"day"}


def test_images_are_shown_by_class_and_among_the_first_rows(opened, home, tmp_path):
    path = bars_zip(tmp_path / "bars.zip")
    dataset = ingest(path, name="bars.zip", owner=OWNER, home=home)
    app = opened("data.py", dataset=dataset.id)
    assert not app.exception
    assert "Gallery" in [s.value for s in app.subheader]
    assert {"**lying**", "**standing**"} <= {m.value for m in app.markdown}
    assert not app.error
    app.selectbox(key=f"gallery_{dataset.id}_image_class").select("lying").run()
    assert not app.exception and "**standing**" not in {m.value for m in app.markdown}


def test_an_image_stays_an_image(opened, home, tmp_path):
    dataset = ingest(bars_zip(tmp_path / "bars.zip"), name="bars.zip", owner=OWNER, home=home)
    app = edit(opened("data.py", dataset=dataset.id), "image", kind="text")
    assert not app.exception and "cannot be read as another kind" in app.error[0].value
