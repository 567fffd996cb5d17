import duckdb
import pytest

from core.data import casting, numbers


@pytest.mark.parametrize(
    ("number_format", "text", "value"),
    [
        ("grouped", "1,234.5", 1234.5), ("grouped", "$1,200", 1200), ("grouped", "(1,234)", -1234),
        ("grouped", "-€ 5", -5), ("grouped", "1,234-", -1234), ("grouped", "−5", -5), ("grouped", ".5", 0.5),
        ("grouped", "12,34,567.50", 1234567.5), ("grouped", "EUR 1,000.00", 1000), ("grouped", "A$5", 5),
        ("grouped", "1,23", None), ("grouped", "", None), ("grouped", "$", None), ("grouped", "5,", None),
        ("decimal_comma", "1.234,5", 1234.5), ("decimal_comma", "1052,75元", 1052.75), ("decimal_comma", "1.23", None),
        ("blank_grouped", "1\u202f234.5", 1234.5), ("blank_decimal_comma", "1 234,5 €", 1234.5),
        ("apostrophe_grouped", "1'234.50", 1234.5), ("apostrophe_grouped", "1’234", 1234),
        ("percent", "-5 %", -5), ("percent", "5", None), ("percent_comma", "12,5%", 12.5),
        ("scaled", "1.2万", 12000), ("scaled", "3亿", 3e8), ("scaled", "2.3万", 23000), ("scaled", "3.4M", 3.4e6),
        ("scaled", "$2bn", 2e9), ("scaled", "(1.2k)", -1200), ("scaled", "1.5百万", 1.5e6), ("scaled", "5 kr", 5),
        ("scaled_comma", "11,50万元", 115000), ("scaled_comma", "1052,75元", 1052.75),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_it_is_written(number_format, text, value):
    sql = f"SELECT {casting.number('t', number_format)} FROM (SELECT ?::VARCHAR AS t)"
    assert duckdb.execute(sql, [text]).fetchone()[0] == value
    assert casting.fits_number(text, number_format) is (value is not None)


@pytest.mark.parametrize(
    ("texts", "number_format", "together"),
    [
        (["5B", "6B", "7B"], "scaled", False),
        (["1.5B", "6B"], "scaled", True),
        (["3万", "5万"], "scaled", True),
        (["555 123 456", "555 765 432"], "blank_grouped", False),
        (["1 234", "12 345 678"], "blank_grouped", True),
    ],
)
def test_codes_are_not_taken_for_amounts(texts, number_format, together):
    assert all(casting.fits_number(text, number_format) for text in texts)
    assert numbers.FORMS[number_format].fits_all(texts) is together


def test_every_form_is_written_in_its_own_way():
    for form in numbers.FORMS.values():
        for text in form.shown.split(", "):
            assert form.fits(text), form.key
        assert numbers.spoken(form.key) == form.shown
    for a, b in numbers.TWINS.items():
        assert b in numbers.FORMS and (a == "plain" or a in numbers.FORMS)
