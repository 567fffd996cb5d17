"""How was this read? Every decision shown, changed, seen, and read again."""

import pytest

from core.commands import OWNER
from tests.pages.conftest import markup

MESSY = "Report of 2020;;;\nid;day;price;word\n" + "".join(f"{i};0{1 + i % 9}/0{1 + i % 7}/2020;{i}.500;w{i % 3}\n" for i in range(60))  # fmt: skip


def opened_screen(opened, settled, dataset):
    app = opened("data.py", dataset=dataset.id)
    next(e for e in app.expander if e.label == "How was this read?")
    app.session_state["opened_reading"] = dataset.id
    app.session_state[f"reading_{dataset.id}"] = True
    return settled(app.run(), lambda a: any(w.key == "read_again" and not w.disabled for w in a.button))


def number(app, label):
    return next(w for w in app.number_input if w.label == label)


@pytest.fixture
def dataset(stored):
    return stored("messy.csv", MESSY)


def test_the_screen_says_what_was_recognised_and_asks_what_is_open(
    opened, hand, settled, dataset, stays_light
):
    app = opened_screen(opened, settled, dataset)
    assert not app.exception
    assert "60 rows and 4 columns" in markup(app) and "1 line around the table kept aside" in markup(app)
    separator = next(w for w in app.selectbox if w.label == "Separator")
    assert separator.placeholder == "Find out: Semicolon ;"
    assert number(app, "Rows of names").placeholder == "Find out: 1"
    doubt = app.segmented_control(key=f"doubt_{dataset.id}_day")
    assert doubt.label.startswith("In **day**, how is 01")
    assert doubt.options == ["MM/DD/YYYY", "DD/MM/YYYY"]


def test_an_answer_is_seen_at_once_and_read_again_as_a_dataset_of_its_own(
    opened, hand, settled, catalog, dataset
):
    app = opened_screen(opened, settled, dataset)
    app.segmented_control(key=f"doubt_{dataset.id}_day").set_value("%d/%m/%Y").run()
    app = settled(app, lambda a: not any(w.key == f"doubt_{dataset.id}_day" for w in a.segmented_control))
    settled(app.button(key="read_again").click().run(), lambda _: len(catalog.list(OWNER)) == 2)
    newest = catalog.list(OWNER)[0]
    assert newest.column("day").statistics["date_format"] == "%d/%m/%Y"
    assert catalog.asked_options(newest) == {"date_formats": {"day": "%d/%m/%Y"}}
    assert catalog.get(dataset.id, OWNER) == dataset


def test_a_decision_that_cannot_be_read_is_refused_in_a_sentence(opened, hand, settled, dataset):
    app = opened_screen(opened, settled, dataset)
    number(app, "Lines above them").set_value(500).run()
    app = settled(app, lambda a: a.error)
    assert "messy" in app.error[0].value and not app.exception
    assert app.button(key="read_again").disabled


def test_a_dataset_with_rejected_rows_opens_the_screen_by_itself(opened, hand, settled, catalog):
    app = opened()
    app.file_uploader[0].set_value(
        [("torn.csv", b"a,b,c\n" + b"1,x,2\n" * 40 + b"torn\n" + b"1,x,2\n", "text/csv")]
    ).run()
    app = settled(app, lambda a: a.title[0].value == "Data" and any(w.key == "read_again" for w in a.button))
    assert not app.exception
    aside = next(d.value for d in app.dataframe if "reason" in d.value)
    assert aside[["line", "text"]].values.tolist() == [["42", "torn"]]
