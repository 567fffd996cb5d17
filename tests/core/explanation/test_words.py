import numpy as np
import pandas as pd
import pytest

from core.explanation.words import telling_words, words_said

NOTE = "word1 huge, never-seen huge today"


def row(note=NOTE):
    return pd.DataFrame(
        {"size": [0.3], "plan": ["pro"], "city": ["city 1"], "note": pd.array([note], dtype="str")}
    )


def by_word(said):
    return {said.text[start:end]: weight for (start, end), weight in zip(said.spans, said.weights)}


def test_a_linear_models_words_add_up_to_its_answer(finished):
    scorer = finished.scorer("words_logistic")
    said = words_said(scorer, row(), about=1)[0]
    assert said.method == "exact"

    def log_odds(note):
        p = scorer.predict(row(note))[0, 1]
        return np.log(p / (1 - p))

    # what the plain columns say, how long the text is among them, stays when no word is known
    unknown = "zzz zzz, zzzzz-zzzz zzzz zzzzz"
    assert sum(said.weights) == pytest.approx(log_odds(NOTE) - log_odds(unknown), abs=0.15)


def test_for_one_class_is_against_the_other(finished):
    scorer = finished.scorer("words_logistic")
    first, second = (words_said(scorer, row(), about=k)[0].weights for k in (0, 1))
    assert np.allclose(np.array(first), -np.array(second))


@pytest.mark.parametrize("key", ["words_logistic", "text_attention"])
def test_a_word_that_decides_weighs_and_an_unknown_one_nothing(finished, key):
    words = by_word(words_said(finished.scorer(key), row(), about=1)[0])
    assert words["huge"] > 0 and words["never"] == 0
    assert words["huge"] == max(words.values()) or key == "text_attention"  # which has hardly learned


def test_a_transformer_says_where_each_word_looks(finished):
    said = words_said(finished.scorer("text_attention"), row(), about=1)[0]
    looks = np.array(said.attention)
    assert said.method == "left_out" and looks.shape == (len(said.spans),) * 2
    assert np.allclose(looks.sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("note", ["", None, " \x00 "])
@pytest.mark.parametrize("key", ["words_logistic", "text_attention"])
def test_a_text_without_words_says_nothing(finished, key, note):
    said = words_said(finished.scorer(key), row(note), about=0)[0]
    assert said.spans == said.weights == said.attention == ()


def test_telling_words_are_those_that_decide_most_in_a_linear_model_and_of_others_none(finished):
    told = telling_words(finished.scorer("words_logistic"))
    yes = [r["words"] for r in told if r["class"] == "yes"]
    assert any("huge" in words or "large" in words for words in yes[:3])
    assert all(0 < r["share"] <= 1 for r in told)
    assert telling_words(finished.scorer("text_attention")) == []
