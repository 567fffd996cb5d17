"""How columns are read: the form is found and stated, doubts are settled by other columns or asked, and a person's word counts."""

import pytest

from core.errors import BadInput, UnknownName


def quoted(**columns):
    rows = zip(*columns.values())
    return ";".join(columns) + "\n" + "".join(";".join(f'"{cell}"' for cell in row) + "\n" for row in rows)


def findings(catalog, dataset, subject):
    return {f.code: f for f in catalog.findings(dataset) if f.subject == subject}


@pytest.mark.parametrize(
    ("cells", "number_format", "unit", "mean"),
    [
        (["1.234,50 €", "17,25 €", "-3,00 €"], "decimal_comma", "€", 416.25),
        (["$1,234.50", "($34.50)", "$0.00"], "grouped", "$", 400),
        (["12,5 %", "7,5 %", "10 %"], "percent_comma", "%", 10),
        (["1.2万", "3亿", "500"], "scaled", None, 100004166.67),
        (["11,50万元", "1052,75元", "47,25元"], "scaled_comma", "元", 38700),
        (["1.2k", "3.4M", "2bn"], "scaled", None, 667800400),
        (["1 234,5", "12 345,5", "1,0"], "blank_decimal_comma", None, 4527),
        (["1'234.50", "10'000", "0.50"], "apostrophe_grouped", None, 3745),
        (["12,34,567", "1,23,456", "7,890"], "grouped", None, 455304.33),
    ],
)
def test_the_form_of_amounts_is_found_and_stated(store, cells, number_format, unit, mean):
    column = store(quoted(id=["a", "b", "c"], x=cells)).column("x")
    assert (column.kind, column.statistics["number_format"], column.unit) == ("decimal", number_format, unit)
    assert column.statistics["mean"] == pytest.approx(mean, rel=1e-6)


def test_one_column_without_doubt_settles_the_others(store, catalog):
    doubtful = ["1.234", "5.678", "900"]
    alone = store(quoted(id=["a", "b", "c"], x=doubtful))
    assert alone.column("x").statistics["max"] == 900
    assert "ambiguous_numbers" in findings(catalog, alone, "x")
    beside = store(quoted(id=["a", "b", "c"], x=doubtful, price=["1,50", "2,75", "3,00"]))
    assert beside.column("x").statistics["max"] == 5678
    assert not findings(catalog, beside, "x").keys() & {"ambiguous_numbers"}
    days = store(
        quoted(
            id=["a", "b", "c"],
            d=["01/02/2020", "03/04/2020", "05/06/2020"],
            e=["31/01/2020", "01/02/2020", "02/02/2020"],
        )
    )
    assert days.column("d").statistics["date_format"] == "%d/%m/%Y"
    assert not findings(catalog, days, "d").keys() & {"ambiguous_dates"}


def test_a_persons_word_on_a_column_counts_and_what_does_not_fit_is_told(store, catalog):
    content = quoted(
        id=["a", "b", "c", "d"], x=["1.234", "5", "none at all", "7"], code=["01", "02", "03", "04"]
    )
    dataset = store(content, kinds={"x": "decimal", "code": "integer"}, number_formats={"x": "decimal_comma"})
    assert dataset.column("x").statistics["max"] == 1234 and dataset.column("x").n_missing == 1
    assert dataset.column("code").kind == "integer"
    told = findings(catalog, dataset, "x")["cells_unread"].parameters
    assert told == {"n": 1, "kind": "decimal", "value": "none at all", "row": 3}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"kinds": {"nobody": "date"}}, UnknownName),
        ({"kinds": {"x": "dates"}}, UnknownName),
        ({"number_formats": {"x": "roman"}}, UnknownName),
        ({"date_formats": {"x": "%d/%m/%Y"}}, BadInput),
        ({"kinds": {"id": "boolean"}}, BadInput),
    ],
)
def test_a_word_that_cannot_be_meant_is_refused(store, options, error):
    with pytest.raises(error):
        store(quoted(id=["a", "b"], x=["1", "2"]), **options)
