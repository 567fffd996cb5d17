"""Texts as strangers send them: what a run learns from, predicts from and explains word by word, all the same."""

import numpy as np
import pytest

from core.explanation.words import words_said
from core.prediction.rows import rows_from_form
from core.prediction.score import load_scorer, number_of
from core.studies.conclude import load_verdict
from tests.core.explanation.conftest import TINY
from tests.core.studies.conftest import Lab
from tests.core.training.toys import toy_frame, with_notes

STRANGE = {
    "empty": "",
    "blank": " \n\t ",
    "1 MB of words": "very good shop " * 66_000,
    "1 MB of one word": "x" * 1_000_000,
    "emoji": "😀👩\u200d👩\u200d👧🏽 so good 🇩🇪",
    "right to left": "مرحبا \u202eبالعالم\u202c שלום",
    "mixed scripts": "Grüße an 王芳, спасибо ありがとう",
    "wrongly decoded": "cafÃ© â€œniceâ€\x9d \ufffd",
    "control": "bell\x07 escape\x1b[31m nul\x00 end",
    "marks on marks": "z̸̢̛͓̹a̷͎͝l̶̰͌g̵͖̈́o̷͙͝ " * 50,
    "half a character": "good \ud83d shop",
}


@pytest.fixture(scope="module")
def learned(tmp_path_factory, bench):
    """A run over a table that holds each of them three times, as far as a file can hold it."""
    folder = tmp_path_factory.mktemp("strange")
    lab, frame = Lab(folder), with_notes(toy_frame("binary", 240))
    in_files = [t.replace("\x00", "").encode("utf-8", "replace").decode() for t in STRANGE.values()]
    frame.loc[frame.index[: 3 * len(in_files)], "note"] = in_files * 3
    frame.to_csv(folder / "strange.csv", index=False)
    from core.data.ingest import ingest
    from core.domain import ModelSpec

    lab.dataset = ingest(folder / "strange.csv", name="strange.csv", owner="ada", home=lab.home)
    keys = ("text_bag", "text_cnn", "text_attention")
    tiny = {k: v for k, v in TINY.items()}
    run = lab.new_run(
        ModelSpec(key="words_logistic"),
        ModelSpec(key="dummy"),
        *(ModelSpec(key=k, params=tiny) for k in keys),
    )
    lab.carry_out(run, bench)
    return lab, lab.store.get(run.id, "ada")


def test_they_are_read_from_a_file_and_learned_from(learned):
    lab, run = learned
    assert lab.dataset.column("note").kind == "text" and lab.dataset.n_rows == 240
    assert load_verdict(lab.store.folder(run.id)).recommended is not None
    assert {r.state for r in lab.records(run).values()} == {"done"}


@pytest.mark.parametrize("key", ["words_logistic", "text_bag", "text_cnn", "text_attention"])
def test_they_are_predicted_from_and_explained(learned, key):
    lab, run = learned
    scorer = load_scorer(lab.store, run, number_of(lab.store, run, key))
    for name, text in STRANGE.items():
        frame, problems = rows_from_form([{"note": text, "size": "1.5"}], scorer.contract)
        answers = scorer.answer(frame, problems)
        assert np.isfinite(answers.prediction).all(), name
        (said,) = words_said(scorer, scorer.voice.clean(frame), 0)
        assert np.isfinite(said.weights).all() and len(said.spans) == len(said.weights), name
        assert all(0 <= start < end <= len(said.text) for start, end in said.spans), name
