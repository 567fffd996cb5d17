import pytest

from core.data.sources._dialect import detect_dialect, parse
from core.data.sources._layout import has_header


@pytest.mark.parametrize(
    ("sample", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4\n", ";"),
        ("a\tb\n1, 2\t3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("a||b||c\n1||||3\n2||x||4\n", "||"),
        ("1::F::10\n2::M::16\n3::M::25\n", "::"),
        ("a|b|c\n1||3\n2||4\n", "|"),
        ("word¬n\nx¬1\ny¬2\n", "¬"),
        ("title, maybe\na;b;c\n1;2;3\n4;5;6\n", ";"),
        ('a,b\n"x;y;z",1\n"p;q;r",2\n', ","),
        ("so it goes, he said\nno, never\nwell\nhm\nah\n", "\x1f"),
    ],
)
def test_the_separator_is_what_makes_rows_alike(sample, separator):
    assert detect_dialect(sample).separator == separator


def test_backslashes_may_escape_quotes():
    sample = 'a,b\n1,"say \\"hi\\", please"\n2,"x"\n'
    dialect = detect_dialect(sample)
    assert dialect.escape == "\\" and parse(sample, dialect)[1] == ["1", 'say "hi", please']


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["age", "sex"], ["3", "m"], ["4", "f"]], True),
        ([["39", "Private"], ["50", "Self"], ["38", "Private"]], False),
        ([["name", "city"], ["Ann", "Rome"], ["Bob", "Oslo"]], True),
        ([["Ann", "Rome"], ["Bob", "Oslo"], ["Ann", "Bern"]], False),
        ([["", "x"], ["1", "2"], ["2", "3"]], True),
        ([["a", "a"], ["1", "2"]], True),
        ([["2019", "2020"], ["1", "2"], ["3", "4"]], False),
        ([["0", "1", "2"], ["5", "7", "9"], ["5", "8", "9"]], True),
        ([["label", *map(str, range(12))], *([str(i), *["5"] * 12] for i in range(3))], True),
        ([["", "0", "1", "2"], ["0", "5", "7", "9"], ["1", "5", "8", "9"]], True),
        ([["Ann", "1", "2", "3"], ["Bob", "2", "1", "3"], ["Eve", "3", "2", "1"]], False),
        ([["day", "event"], ["2020-01-01", "rain"]], True),
        ([["only", "names"]], True),
        ([["1", "2"]], False),
        ([["x", ""], ["y", "z"]], False),
    ],
)
def test_a_header_is_unlike_what_lies_below(rows, expected):
    assert has_header(rows) is expected
