from dataclasses import replace

import pytest

from core.data.described import (
    bin_labels,
    describe_columns,
    describe_figures,
    missing_cells,
    statistics_table,
    written,
)

TABLE = "when,age,plan\n" + "".join(
    f"2024-0{1 + i % 9}-01,{'' if i % 10 == 0 else i},{'ab'[i % 2]}\n" for i in range(60)
)


def test_a_row_a_column_says_what_it_is_and_what_it_is_for(store):
    dataset = store(TABLE)
    table = describe_columns(dataset).set_index("name")
    assert list(table.index) == ["when", "age", "plan"]
    assert list(table["kind"]) == ["date", "integer", "category"]
    assert (table["role"] == "target").sum() == 1
    assert table.loc["age", "missing"] == pytest.approx(0.1)
    assert table.loc["plan", "distribution"] == [30, 30]
    assert table.loc["when", "examples"] == "2024-01-01, 2024-02-01, 2024-03-01"


def test_the_distribution_holds_every_row_with_a_value(store):
    dataset = store(TABLE)
    for column, counts in zip(dataset.columns, describe_columns(dataset)["distribution"]):
        assert sum(counts) == dataset.n_rows - column.n_missing


def test_missing_cells_are_counted_over_the_whole_table(store):
    n, share = missing_cells(store(TABLE))
    assert n == 6
    assert share == pytest.approx(6 / 180)


def test_the_figures_to_take_away_have_a_row_a_column(store):
    table = describe_figures(store(TABLE)).set_index("name")
    assert table.loc["age", "max"] == 59
    assert "distribution" not in table


def test_a_columns_figures_are_text_with_a_label(store):
    figures = dict(statistics_table(store(TABLE).column("age"), 60))
    assert figures["Missing"] == "6 (10.0%)"
    assert figures["Largest"] == "59"
    assert dict(statistics_table(store(TABLE).column("when"), 60))["Written as"] == "YYYY-MM-DD"


def test_how_long_a_categorys_names_are_is_no_figure_but_of_free_text_it_is(store):
    plan = store(TABLE).column("plan")
    assert "Mean length" not in dict(statistics_table(plan, 60))
    assert "Mean length" in dict(statistics_table(replace(plan, kind="text"), 60))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (1234567, "1,234,567"),
        (0.123456789, "0.12346"),
        (15012.0, "15,012"),
        (2500000.7, "2,500,001"),
        (1e20, "1e+20"),
        ("2024-03-01T00:00:00", "2024-03-01"),
        ("2024-03-01T10:30:00", "2024-03-01T10:30:00"),
    ],
)
def test_values_are_written_for_people(value, text):
    assert written(value) == text


def test_bins_of_whole_numbers_are_the_numbers_themselves():
    assert bin_labels([-0.5, 0.5, 1.5], "integer") == ["0", "1"]


def test_other_bins_say_from_where_to_where():
    assert bin_labels([0.0, 2.5, 5.0], "decimal") == ["0 – 2.5", "2.5 – 5"]
    assert bin_labels([0.0, 86400.0], "date") == ["1970-01-01 – 1970-01-02"]
