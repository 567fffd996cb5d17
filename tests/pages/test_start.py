"""The first page: samples, uploads good and bad, the demo, and the way back to what one was at."""

import pytest

from core.commands import OWNER
from core.data.samples import list_samples, sample_called
from core.jobs.queue import Queue
from core.runs.store import RunStore
from core.studies.plan import default_spec
from core.studies.start import start_run
from tests.pages.conftest import markup

TABLE = "region,amount\n" + "".join(f"{'north' if i % 3 else 'south'},{i * 1.5}\n" for i in range(40))


def title(app) -> str:
    return app.title[0].value


def on_data(app) -> bool:
    return title(app) == "Data"


def upload(app, name: str, content: str | bytes):
    widget = next(w for w in app.file_uploader if w.key.startswith("upload_"))
    widget.upload(name, content.encode() if isinstance(content, str) else content)
    return app.run()


def test_every_sample_is_offered_with_its_question(opened):
    app = opened()
    shown = markup(app)
    for sample in list_samples():
        assert sample.question in shown
        assert app.button(key=f"open_sample_{sample.key}")
    assert not app.exception


def test_a_sample_opens_with_the_target_its_card_names(opened, hand, settled, catalog):
    app = settled(opened().button(key="open_sample_demand").click().run(), on_data)
    dataset = catalog.get(app.query_params["dataset"], OWNER)
    assert dataset.target == sample_called("demand").target
    assert dataset.n_rows == sample_called("demand").n_rows


def test_a_sample_opened_again_is_the_same_dataset(opened, hand, settled, catalog):
    settled(opened().button(key="open_sample_churn").click().run(), on_data)
    settled(opened().button(key="open_sample_churn").click().run(), on_data)
    assert len(catalog.list(OWNER)) == 1


def test_show_me_starts_a_run_with_the_defaults_and_opens_it(opened, hand, settled, home):
    app = settled(opened().button(key="show_me").click().run(), lambda a: title(a) not in ("Fathom", "Data"))
    assert not app.exception
    run = RunStore(home).get(app.query_params["run"], OWNER)
    assert run.spec.task.target == "churned"
    assert {"linear", "tabm", "realmlp", "logistic", "boosting", "dummy"} <= {m.key for m in run.spec.models}
    assert run.spec.budget_s <= 45
    assert app.query_params["dataset"] == run.spec.dataset


def test_an_upload_becomes_a_dataset_and_is_shown(opened, hand, settled, catalog, home):
    app = settled(upload(opened(), "regions.csv", TABLE), on_data)
    (dataset,) = catalog.list(OWNER)
    assert app.query_params["dataset"] == dataset.id
    assert (dataset.name, dataset.n_rows) == ("regions.csv", 40)
    assert list(home.uploads.iterdir()) == []  # stored as a table; the upload is not needed any more


@pytest.mark.parametrize("name", ["../../../outside.csv", "..\\outside.csv", "/etc/outside.csv"])
def test_an_uploaded_name_is_never_a_path(opened, hand, settled, catalog, home, name):
    settled(upload(opened(), name, TABLE), on_data)
    assert [d.name for d in catalog.list(OWNER)] == ["outside.csv"]
    assert not list(home.root.parent.rglob("outside*"))


BAD_FILES = [
    ("empty.csv", b""),
    ("blank.csv", b"\n\n  \n"),
    ("header.csv", b"a,b,c\n"),
    ("narrow.csv", b"a\n1\n2\n3\n"),
    ("zeros.csv", b"a,b\n1,2\n\x00\x00\x00\x00\n"),
    ("report.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"),
    ("table.xlsx", b"PK\x03\x04 but no workbook"),
    ("table.parquet", b"PAR1 cut off"),
]


@pytest.mark.parametrize(("name", "content"), BAD_FILES, ids=[name for name, _ in BAD_FILES])
def test_a_bad_file_is_refused_in_a_sentence_that_names_it(opened, hand, settled, catalog, name, content):
    app = settled(upload(opened(), name, content), lambda a: a.error)
    (error,) = [e.value for e in app.error]
    assert name.replace(".", "\\.") in error
    assert error.endswith(".") and "Traceback" not in error
    assert not app.exception
    assert catalog.list(OWNER) == []


def test_a_refused_file_can_be_read_in_another_way(opened, hand, settled, catalog):
    app = settled(upload(opened(), "header.csv", "a,b,c\n"), lambda a: a.error)
    next(w for w in app.number_input if w.label == "Rows of names").set_value(0).run()
    settled(app.button(key="read_again").click().run(), on_data)
    assert [d.n_rows for d in catalog.list(OWNER)] == [1]


def test_a_refused_file_can_be_given_up(opened, hand, settled, home):
    app = settled(upload(opened(), "empty.csv", ""), lambda a: a.error)
    app.button(key="give_up").click().run()
    assert not app.error
    assert app.file_uploader
    assert list(home.uploads.iterdir()) == []


def test_a_date_format_that_is_none_is_said_before_the_upload_is_read(opened, hand):
    app = opened()
    app.text_area(key="read_dates").set_value("delivered: day first").run()
    assert "column = %d/%m/%Y" in app.warning[0].value
    assert not app.exception


def test_reading_can_be_stopped(opened, home):  # nobody works: the job waits
    app = upload(opened(), "regions.csv", TABLE)
    (job,) = Queue(home).list(OWNER, kind="ingest")
    assert "Reading regions\\.csv" in app.progress[0].text
    app.button(key=f"stop_{job.id}").click().run()
    app.run()
    assert Queue(home).get(job.id).state == "stopped"
    assert app.file_uploader


def test_what_is_being_read_elsewhere_is_shown(opened, home):
    payload = {"file": "0" * 20, "name": "big *table*.csv", "options": {}}
    Queue(home).put(kind="ingest", lane="data", owner=OWNER, payload=payload)
    Queue(home).put(kind="ingest", lane="data", owner="somebody else", payload=payload)
    app = opened()
    assert [p.text for p in app.progress] == ["**Reading big \\*table\\*\\.csv** · starting"]
    assert app.file_uploader


def test_what_one_was_at_is_a_click_away(opened, stored, home):
    dataset = stored("my *regions*.csv", TABLE)
    spec = default_spec(dataset, "amount")
    run = start_run(spec, OWNER, "first try", store=RunStore(home))
    app = opened()
    assert app.button(key=f"open_{dataset.id}").label == "my \\*regions\\*\\.csv"
    app.button(key=f"run_{run.id}").click().run()
    assert app.query_params["run"] == run.id
    assert not app.exception


def test_another_owners_things_are_not_shown(opened, home, tmp_path):
    from core.data.ingest import ingest

    path = tmp_path / "theirs.csv"
    path.write_text(TABLE)
    ingest(path, name="theirs.csv", owner="somebody else", home=home)
    app = opened()
    assert "theirs" not in " ".join(b.label for b in app.button)
