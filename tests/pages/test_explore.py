"""The Explore page: suggestions, charts that a link carries, rows behind marks, groups, and SQL."""

import json

import pytest

from core.commands import OWNER
from core.data.charting import CHARTS, ChartRequest, chart_table
from core.data.query_history import QueryHistory
from core.home import new_id
from core.jobs import lanes
from pages.components.chart_builder import LINK
from pages.components.chart_figures import FIGURES, figure_of
from pages.components.chart_view import _marks
from tests.pages.conftest import Hand, markup

HOSTILE = '**b** [x](javascript:1) :red[hi]"; DROP'
ROWS = "".join(
    f"{'online' if i % 3 else 'shop'},{['a', 'b', 'c'][i % 3]},{i % 12},{i / 7:.2f},2024-{1 + i % 12:02}-05,"
    f"{'yes' if i % 3 == 0 else 'no'}\n"
    for i in range(240)
)
TABLE = f"channel,category,month,spend,day,churn\n{ROWS}"


@pytest.fixture
def dataset(stored):
    return stored("customers.csv", TABLE)


@pytest.fixture
def sql_hand(home):
    """Somebody runs queries and makes datasets."""
    assert "query" in lanes.LANES
    hand = Hand(home, ("query", "data"))
    yield hand
    hand.let_go()


def explored(opened, dataset, view: str, **query: str):
    return opened("explore.py", dataset=dataset.id, view=view, **query)


def linked(**fields: object) -> str:
    return json.dumps(fields)


def test_without_data_the_page_leads_to_where_it_comes_from(opened):
    assert "There is no data yet" in markup(opened("explore.py"))


def test_suggestions_come_first_with_a_reason_each(opened, dataset, stays_light):
    app = opened("explore.py", dataset=dataset.id)
    assert not app.exception
    said = markup(app)
    assert "What goes together with **churn**" in said and "as frequent where" in said.replace("\\", "") or "category" in said  # fmt: skip
    assert app.button(key="open_suggested_0")


def test_a_suggestion_is_opened_in_the_builder(opened, dataset):
    app = opened("explore.py", dataset=dataset.id)
    app.button(key="open_suggested_0").click().run()
    assert not app.exception and not app.warning
    assert app.session_state["view"] == "Chart"
    assert "churn" in app.query_params[LINK]


def test_without_a_target_it_is_said_where_to_choose_one(opened, stored, catalog):
    from dataclasses import replace

    other = stored("plain.csv", TABLE.replace("churn", "zz"))
    catalog.update(replace(other, target=None))
    assert "Data page" in markup(opened("explore.py", dataset=other.id))


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "bar", "x": "category", "y": "spend", "aggregate": "mean", "colour": "churn", "facet": "channel"},
        {"kind": "line", "x": "day", "y": "spend", "aggregate": "sum", "colour": "category"},
        {"kind": "area", "x": "month"},
        {"kind": "histogram", "x": "spend", "bins": 10},
        {"kind": "box", "y": "spend", "x": "category", "facet": "channel"},
        {"kind": "violin", "y": "spend", "x": "category"},
        {"kind": "scatter", "x": "spend", "y": "month", "colour": "category"},
        {"kind": "heatmap", "x": "category", "y": "month", "z": "spend", "aggregate": "max"},
        {"kind": "parallel", "columns": ["spend", "category", "month"], "colour": "churn"},
        {"kind": "correlation", "columns": ["spend", "month"]},
    ],
    ids=lambda f: f["kind"],
)  # fmt: skip
def test_a_link_shows_the_chart_it_names_and_stays_as_it_is(opened, dataset, fields):
    app = explored(opened, dataset, "Chart", **{LINK: linked(**fields)})
    assert not app.exception and not app.warning and not app.error
    assert app.pills[0].value == fields["kind"]
    found = json.loads(app.query_params[LINK])
    assert {k: v for k, v in fields.items() if k != "bins" or v != 30} == {k: found.get(k) for k in fields}


def test_every_kind_of_chart_has_a_figure():
    assert set(FIGURES) == set(CHARTS)


@pytest.mark.parametrize(
    "link",
    ["{", "[]", '{"kind": "pie"}', '{"kind": "bar", "x": "nope"}', '{"kind": "bar", "evil": 1}', "x" * 9_000,
     '{"kind": "histogram", "x": "spend", "bins": 1000000000}', '{"kind": "bar", "x": 5}', "[" * 3_000],
    ids=lambda link: link[:30],
)  # fmt: skip
def test_a_link_that_does_not_fit_is_told_of_and_another_chart_shown(opened, dataset, link):
    app = explored(opened, dataset, "Chart", **{LINK: link})
    assert not app.exception
    assert len(app.warning) == 1 and app.pills[0].value == "histogram"
    assert not app.run().warning


def test_another_kind_keeps_the_columns_that_fit(opened, dataset):
    app = explored(
        opened, dataset, "Chart", **{LINK: linked(kind="bar", x="month", y="spend", aggregate="mean")}
    )
    app.pills[0].set_value("line").run()
    assert not app.exception
    assert json.loads(app.query_params[LINK]) == {
        "kind": "line", "x": "month", "y": "spend", "aggregate": "mean",
    }  # fmt: skip


def test_filters_in_a_link_are_shown_and_can_be_removed(opened, dataset):
    filters = [{"column": "category", "test": "is", "values": ["a"]}]
    app = explored(opened, dataset, "Chart", **{LINK: linked(kind="bar", x="channel", filters=filters)})
    chip = next(b for b in app.button if b.label == "category is a")
    chip.click().run()
    assert not app.exception and "filters" not in json.loads(app.query_params[LINK])


def test_chosen_marks_show_the_rows_behind_them(opened, dataset, monkeypatch):
    monkeypatch.setattr("pages.components.chart_view._marks", lambda event: [1])
    app = explored(opened, dataset, "Chart", **{LINK: linked(kind="bar", x="category")})
    assert not app.exception
    assert "**80 rows** behind 1 mark" in markup(app)
    (rows,) = [d.value for d in app.dataframe]
    assert len(rows) == 80 and rows["category"].nunique() == 1


@pytest.mark.parametrize(
    ("points", "marks"),
    [
        ([{"customdata": [3, "x"]}, {"customdata": [3, "x"]}, {"customdata": {"0": 5}}], [3, 5]),
        ([{"customdata": ["1 OR 1=1"]}, {"customdata": None}, {}, {"customdata": [1.5]}], []),
    ],
)
def test_what_the_browser_says_was_chosen_is_a_place_or_nothing(points, marks):
    assert _marks({"selection": {"points": points}}) == marks


@pytest.mark.parametrize("kind", ["bar", "scatter", "heatmap", "box", "violin"])
def test_every_figure_carries_the_places_of_its_marks(dataset, kind):
    request = {
        "bar": ChartRequest(kind="bar", x="category", colour="churn", facet="channel"),
        "scatter": ChartRequest(kind="scatter", x="spend", y="month", colour="category"),
        "heatmap": ChartRequest(kind="heatmap", x="category", y="month"),
        "box": ChartRequest(kind="box", x="category", y="spend"),
        "violin": ChartRequest(kind="violin", x="category", y="spend"),
    }[kind]
    table = chart_table(dataset, request)
    marks = [
        int(c[0])
        for t in figure_of(request, table, dataset).data
        if t.customdata is not None
        for c in t.customdata
    ]
    assert sorted(marks) == list(range(len(table.rows)))


def test_groups_are_proposed_and_follow_the_link(opened, dataset):
    app = explored(opened, dataset, "Group by")
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table) == ["category", "rows", *(f"{f} of spend" for f in ("mean", "median", "max", "min"))]
    group = {"keys": [{"column": "day", "step": "quarter"}], "measures": ["spend"], "functions": ["sum"]}
    app = explored(opened, dataset, "Group by", group=json.dumps(group))
    assert list(app.dataframe[0].value.iloc[:, 0]) == ["2024 Q1", "2024 Q2", "2024 Q3", "2024 Q4"]


def test_another_key_is_one_choice_away(opened, dataset):
    app = explored(opened, dataset, "Group by")
    app.multiselect(key=f"group_{dataset.id}_keys").set_value(["channel", "churn"]).run()
    assert not app.exception
    assert list(app.dataframe[0].value)[:2] == ["channel", "churn"]


def test_a_query_is_answered_and_remembered(opened, dataset, sql_hand, settled, home):
    app = explored(opened, dataset, "SQL")
    app.text_area(key="sql_text").set_value(
        "SELECT category, count(*) AS n FROM customers GROUP BY ALL"
    ).run()
    app.button(key="sql_run").click().run()
    settled(app, lambda a: a.dataframe)
    assert not app.exception and sorted(app.dataframe[0].value["n"]) == [80, 80, 80]
    assert [q.n_rows for q in QueryHistory(home).list(OWNER)] == [3]


def test_a_mistake_is_told_in_a_sentence_letter_by_letter(opened, dataset, sql_hand, settled):
    app = explored(opened, dataset, "SQL")
    app.text_area(key="sql_text").set_value('SELECT "![x](https://evil)" FROM customers').run()
    app.button(key="sql_run").click().run()
    settled(app, lambda a: a.error)
    assert "](" not in app.error[0].value and not app.exception


def test_a_result_becomes_a_dataset(opened, dataset, sql_hand, settled, catalog):
    app = explored(opened, dataset, "SQL")
    app.text_area(key="sql_text").set_value(
        "SELECT category, sum(spend) AS s FROM customers GROUP BY ALL"
    ).run()
    app.button(key="sql_run").click().run()
    settled(app, lambda a: a.dataframe)
    app.button(key="sql_keep_make").click().run()
    settled(app, lambda a: a.title[0].value == "Data")
    made = catalog.list(OWNER)[0]
    assert (made.name, made.n_rows, [c.name for c in made.columns]) == ("Answer", 3, ["category", "s"])


def test_names_are_inserted_as_sql_writes_them(opened, stored):
    table = stored("odd.csv", TABLE.replace("channel", "My Channel"))
    app = explored(opened, table, "SQL")
    app.button(key="sql_insert_odd_0").click().run()
    assert app.text_area(key="sql_text").value.endswith('"My Channel"')


def test_a_strangers_names_are_shown_letter_by_letter_in_every_view(opened, stored, catalog):
    text = TABLE.replace("category", f'"{HOSTILE.replace(chr(34), chr(34) * 2)}"').replace(
        ",a,", ",<b>x</b>,"
    )
    hostile = stored(f"{HOSTILE}.csv", text)
    for view in ("Suggested", "Chart", "Group by", "SQL"):
        app = explored(opened, hostile, view)
        assert not app.exception, view
        said = markup(app) + " ".join(b.label for b in app.button)
        assert "](javascript" not in said and "<b>" not in said and ":red[" not in said
    request = ChartRequest(kind="bar", x=HOSTILE, colour=HOSTILE, facet=HOSTILE)
    drawn = figure_of(request, chart_table(hostile, request), hostile).to_json()
    assert "<b>x" not in drawn.replace("\\u003c", "<") or "&lt;b&gt;" in drawn


def test_another_owners_dataset_is_not_explored(opened, dataset):
    app = opened("explore.py", dataset=new_id())
    assert "no dataset" in app.warning[0].value


def box(app, label: str):
    return next(b for b in app.selectbox if b.label == label)


def test_a_measure_just_chosen_is_shown_as_its_mean_and_without_it_rows_are_counted(opened, dataset):
    app = explored(opened, dataset, "Chart", **{LINK: linked(kind="bar", x="category")})
    box(app, "Measure").set_value("spend").run()
    assert not app.exception and box(app, "as").value == "mean"
    assert json.loads(app.query_params[LINK])["aggregate"] == "mean"
    box(app, "as").set_value("count").run()
    assert box(app, "as").value == "count" and box(app, "Measure").value == "spend"
    box(app, "Measure").set_value("month").run()
    assert box(app, "as").value == "mean"
    box(app, "Measure").set_value("").run()
    assert json.loads(app.query_params[LINK]) == {"kind": "bar", "x": "category"}
    assert not [b for b in app.selectbox if b.label == "as"]


def test_a_number_carried_over_to_a_measure_is_not_counted(opened, dataset):
    app = explored(opened, dataset, "Chart", **{LINK: linked(kind="scatter", x="month", y="spend")})
    app.pills[0].set_value("bar").run()
    assert not app.exception and box(app, "as").value == "mean"


def test_an_empty_box_says_the_same_before_and_after_the_kind_is_switched(opened, dataset):
    app = explored(opened, dataset, "Chart", **{LINK: linked(kind="bar", x="category")})
    before = [b.value for b in app.selectbox if b.label in ("Colour", "Panels")]
    app.pills[0].set_value("line").run()
    after = [b.value for b in app.selectbox if b.label in ("Colour", "Panels")]
    assert before == after == ["", ""]


def test_every_group_of_words_has_its_label(stored):
    text = "".join(f"group number {i % 15} of a long name,{i % 7}\n" for i in range(300))
    dataset = stored("long.csv", f"group,n\n{text}")
    request = ChartRequest(kind="box", x="group", y="n")
    axis = figure_of(request, chart_table(dataset, request), dataset).layout.xaxis
    assert len(axis.tickvals) == len(axis.ticktext) == 13 and axis.tickmode == "array"
    assert axis.ticklabeloverflow == "allow" and axis.tickangle == -45
