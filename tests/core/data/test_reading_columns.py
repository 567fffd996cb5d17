"""How columns are read: the form is found and stated, doubts are settled by other columns or asked, and a person's word counts."""

import pytest

from core.errors import BadInput, UnknownName

UNKEPT = ("infinite_values", "zone_left_out", "zones_differ")


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


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("order_date", ["20240305", "20240306", "20231231"], "date"),
        ("x", ["20240129", "20240131", "20240201", "20240315", "20230704"], "date"),
        ("x", ["20240101", "20240102", "20240103", "20240104", "20240105"], "integer"),  # order numbers
        ("order_date", ["20240305", "20240306", "20240231"], "integer"),  # there is no such day
    ],
)
def test_digits_alone_are_dates_where_all_are_days_and_their_name_or_spread_says_so(store, name, cells, kind):
    dataset = store(quoted(id=list("abcde")[: len(cells)], **{name: cells}))
    assert dataset.column(name).kind == kind


@pytest.mark.parametrize(
    ("cells", "last"),
    [
        (["5. März 2024", "17. Dez. 2024", "1 Januar 2023"], "2024-12-17"),
        (["1er janvier 2024", "3 févr. 2024", "12 août 2024 14:05"], "2024-08-12T14:05"),
        (["12 de agosto de 2023", "3 ene 2024", "30-dic-2022"], "2024-01-03"),
        (["7 gennaio 2020", "8 giugno 2021", "lug 2022"], "2022-07-01"),
        (["1 de março de 2021", "2 de outubro de 2022", "5 de set. de 2022"], "2022-10-02"),
        (["4 mei 2021", "7 mrt 2022", "31 oktober 2022"], "2022-10-31"),
    ],
)
def test_months_named_in_other_languages_are_dates(store, catalog, cells, last):
    dataset = store(quoted(id=["a", "b", "c"], d=cells))
    assert dataset.column("d").kind == "date" and dataset.column("d").n_missing == 0
    assert catalog.read(dataset)["d"].max().isoformat().startswith(last)


def test_they_are_told_of_hundreds_of_columns_as_of_one(store, catalog):
    names = [f"c{i}" for i in range(120)]
    rows = [["2024-03-05T10:00:00" if i % 2 else "1.5" for i in range(120)] for _ in range(3)]
    rows[1][8], rows[2][7] = "inf", "2024-03-05T10:00:00Z"
    for i in range(0, 120, 2):
        rows[0][i] = "none"  # what may be missing stands in every column of numbers
    dataset = store("\n".join(map(",".join, [names, *rows])) + "\n")
    told = {(f.subject, f.code, f.parameters["n"]) for f in catalog.findings(dataset) if f.code in UNKEPT}
    assert told == {("c8", "infinite_values", 1), ("c7", "zone_left_out", 1)}


def test_infinity_and_time_zones_are_counted_and_told(store, catalog):
    n = 6_000  # more than what is looked at before the whole file is read
    lines = [f"{i},{i / 2},2024-03-05 10:00:00,2024-03-05T10:00:00+01:00" for i in range(n)]
    lines[-1] = f"{n},-Infinity,2024-03-05 10:00:00Z,2024-07-05T10:00:00+02:00"
    dataset = store("id,x,seen,moment\n" + "\n".join(lines) + "\n")
    assert [dataset.column(c).kind for c in ("x", "seen", "moment")] == ["decimal", "date", "date"]
    infinite = findings(catalog, dataset, "x")["infinite_values"].parameters
    assert infinite == {"n": 1, "value": "-Infinity", "row": n}
    assert findings(catalog, dataset, "seen")["zone_left_out"].parameters == {"n": 1, "zones": "Z"}
    assert findings(catalog, dataset, "moment")["zones_differ"].parameters == {
        "n": n,
        "zones": "+01:00, +02:00",
    }
