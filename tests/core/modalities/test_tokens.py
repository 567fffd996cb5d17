import time

import pytest

from core.modalities._tokens import is_prose, is_single, shown, spans, tokens


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("It's GOOD, really!", ["it's", "good", ",", "really", "!"]),
        ("这家店Great推荐", ["这", "家", "店", "great", "推", "荐"]),
        ("お寿司", ["お", "寿", "司"]),
        ("สวัสดี", ["ส", "ว", "ั", "ส", "ด", "ี"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"]),
        ("call 07123456789 or 42", ["call", "00000000000", "or", "42"]),
        ("a\u200bb\x00c", ["abc"]),
        ("ＦＵＬＬ ｗｉｄｔｈ", ["full", "width"]),
        ("fine 😀", ["fine", "😀"]),
        ("", []),
    ],
)
def test_a_text_is_read_as(text, read_as):
    assert tokens(text, 50) == read_as


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["The soup was cold.", "Fine", "never again, please!"], True),
        (["这家店很好", "太慢了"], True),
        (["CA-2011-100706", "US-2012-118983"], False),
        (["4531", "4551"], False),
        (["Ann Smith", "Bob van Dyk", "Eve Noll"], False),
        ([], False),
    ],
)
def test_words_are_told_from_codes_and_names(texts, expected):
    assert is_prose(texts) is expected


def test_reading_stops_at_the_most_tokens_asked_for():
    assert tokens("a b c d", 2) == ["a", "b"]


def test_a_megabyte_is_read_at_once():
    started = time.process_time()
    tokens("long " * 200_000, 256)
    assert time.process_time() - started < 2


def test_spans_lie_on_the_text_as_it_is_shown():
    text = "İstanbul: 好 x\u200by"
    assert [shown(text)[start:end] for _, start, end in spans(text, 9)] == ["İstanbul", ":", "好", "xy"]


def test_only_scripts_without_spaces_are_read_by_character():
    assert [is_single(t) for t in ("好", "か", "ก", "a", "я", "한")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
