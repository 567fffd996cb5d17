"""Which words of a text speak for an answer and which against it. Knows no page.

Of the TF-IDF model exactly, as its answer is a sum over runs of words; of any other model by making
each word unknown in turn and looking at how the answer moves. Of a network with attention also
where each word looks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.modalities import InputSpec
from core.modalities._tokens import shown, spans
from core.modalities.text import FIRST, UNSEEN, WORDS, words_of_run
from core.prediction.score import Scorer, Viewing
from core.preparation import SPARSE_FROM, Preparation

MOST_DRAWN = 40  # words whose attention is told
SMALLEST = 1e-9  # a share of nothing has no logarithm


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one text says to a model.

    text: as it was read. spans: [begin, end) of each word in it. weights: what each word adds to the
    answer: to the logarithm of the odds of a class, or in the target's unit. method: "exact",
    or "left_out" where each word was made unknown in turn. attention: (words, words), how much
    the word of a row looks at that of a column; empty where a model has none.
    """

    column: str
    text: str
    spans: tuple[tuple[int, int], ...]
    weights: tuple[float, ...]
    method: Literal["exact", "left_out"]
    attention: tuple[tuple[float, ...], ...] = ()


def words_said(scorer: Scorer, frame: pd.DataFrame, about: int) -> list[Said]:
    """Each text of one row. frame: the row as features. about: place of a class; of a number any."""
    preparation = scorer.voice.preparation
    inputs = preparation.transform(frame)
    said = []
    for column, spec in text_inputs(preparation).items():
        value = frame[column].iloc[0]
        text = value if isinstance(value, str) else ""
        found = spans(text, spec.shape[0])
        exact = _exact(scorer, inputs, spec, about) if found else None
        weights = _left_out(scorer, inputs, spec, len(found), about) if exact is None else exact[: len(found)]
        said.append(
            Said(
                column=column,
                text=shown(text),
                spans=tuple((start, end) for _, start, end in found),
                weights=tuple(map(float, weights)),
                method="left_out" if exact is None else "exact",
                attention=_attention(scorer, inputs, spec, min(len(found), MOST_DRAWN)),
            )
        )
    return said


def telling_words(scorer: Scorer, most: int = 15) -> list[dict[str, Any]]:
    """The runs of words that decide most in a linear model, a row each; none of other models.

    class, words, weight, share: of the training rows that hold them. The order is by what a run adds to
    the average row: a rare word with a large weight decides little.
    """
    linear = _linear(scorer)
    if linear is None:
        return []
    known, rows = linear.runs.known_, []
    runs = known.columns_[known.n_plain_ :]
    shares = np.exp(1.0 - linear.runs.idf_)  # what inverse document frequency is made of
    for about, name in enumerate(scorer.task.classes or ("",)):
        weights = _coefficients(scorer, about)
        if weights is None:
            continue
        weights = weights[known.n_plain_ :]
        added = weights * linear.runs.idf_ * shares
        order = np.argsort(-added if scorer.task.classes else -np.abs(added))[:most]
        rows += [
            {
                "class": name,
                "words": _named(int(runs[i]), scorer.voice.preparation),
                "weight": float(weights[i]),
                "share": float(min(shares[i], 1.0)),
            }
            for i in order
        ]
    return rows


def text_inputs(preparation: Preparation) -> Mapping[str, InputSpec]:
    """Column → its input, of the texts that are read word by word."""
    specs = preparation.input_specs
    return {c: specs[n] for c, n in preparation.own_names.items() if specs[n].modality == "text"}


def _left_out(
    scorer: Scorer, inputs: Mapping[str, np.ndarray], spec: InputSpec, n_words: int, about: int
) -> np.ndarray:
    """(words,): how much lower the answer is when a word is not known."""
    copies = {name: np.repeat(values, n_words + 1, axis=0) for name, values in inputs.items()}
    words = copies[spec.name]
    place = np.arange(n_words)
    words[place, place] = np.where(words[place, place] >= FIRST, UNSEEN, words[place, place])
    answers = _height(scorer.voice.predictor.predict(copies), about)
    return answers[-1] - answers[:-1]


def _height(prediction: np.ndarray, about: int) -> np.ndarray:
    """(n,): log odds of the class, or the value."""
    if prediction.ndim == 1:
        return prediction
    share = np.clip(prediction[:, about], SMALLEST, 1 - SMALLEST)
    return np.log(share / (1 - share))


def _linear(scorer: Scorer) -> Any:
    """The TF-IDF model behind a scorer, or None."""
    if not isinstance(scorer.voice.predictor, Viewing) or scorer.voice.predictor.view != WORDS:
        return None
    from core.baselines._words import OnRuns, Weighed

    estimator = scorer.voice.predictor.fitted.estimator
    is_linear = isinstance(estimator, OnRuns) and isinstance(estimator.runs, Weighed)
    return estimator if is_linear else None


def _coefficients(scorer: Scorer, about: int) -> np.ndarray | None:
    """(known columns,): weights for a class against the others, or in the target's unit."""
    model = _linear(scorer).model
    if not scorer.task.classes:
        return np.ravel(model.coef_) * scorer.voice.predictor.fitted.std
    place = np.flatnonzero(model.classes_ == about)
    if not len(place):  # no training row was of that class
        return None
    if len(model.coef_) == 1:
        return model.coef_[0] if place[0] == 1 else -model.coef_[0]
    return model.coef_[place[0]] - model.coef_.mean(axis=0)


def _exact(
    scorer: Scorer, inputs: Mapping[str, np.ndarray], spec: InputSpec, about: int
) -> np.ndarray | None:
    """(length,): what each word adds in a linear model, that of a run shared by its words; None in others."""
    linear = _linear(scorer)
    weights = _coefficients(scorer, about) if linear is not None else None
    if weights is None:
        return None
    row = linear.runs.transform(scorer.voice.preparation.view(WORDS, inputs))
    added = dict(zip(row.indices.tolist(), (row.data * weights[row.indices]).tolist()))
    known = linear.runs.known_.columns_
    first = SPARSE_FROM + _offset(scorer.voice.preparation, spec)
    occurring: dict[int, list[range]] = {}
    for code, words in _runs(inputs[spec.name][0], spec):
        place = int(np.searchsorted(known, first + code))
        if place < len(known) and known[place] == first + code:
            occurring.setdefault(place, []).append(words)
    shares = np.zeros(spec.shape[0])
    for place, found in occurring.items():
        for words in found:
            shares[words.start : words.stop] += added.get(place, 0.0) / len(found) / len(words)
    return shares


def _runs(codes: np.ndarray, spec: InputSpec) -> Iterator[tuple[int, range]]:
    """Column, counted from the text's first, and places of the words of every run of known words."""
    n_codes, longest = spec.vocabulary
    for start in range(len(codes)):
        column = 0
        for length in range(1, min(longest, len(codes) - start) + 1):
            code = int(codes[start + length - 1])
            if code < FIRST:
                break
            column = column * n_codes + code
            yield column, range(start, start + length)


def _offset(preparation: Preparation, spec: InputSpec) -> int:
    """Columns of the texts before that one."""
    before = 0
    for other in text_inputs(preparation).values():
        if other.name == spec.name:
            break
        before += other.vocabulary[0] ** other.vocabulary[1]
    return before


def _named(column: int, preparation: Preparation) -> str:
    """The words of a run; with the text's column where there are several."""
    texts = text_inputs(preparation)
    states = {c.name: c.state for c in preparation.columns}
    for name, spec in texts.items():
        within = column - SPARSE_FROM - _offset(preparation, spec)
        if 0 <= within < spec.vocabulary[0] ** spec.vocabulary[1]:
            words = words_of_run(within, states[name]["vocabulary"])
            joint = "" if states[name]["runs"] > 2 else " "
            return joint.join(words) + (f" ({name})" if len(texts) > 1 else "")
    raise KeyError(column)


def _attention(
    scorer: Scorer, inputs: Mapping[str, np.ndarray], spec: InputSpec, n_words: int
) -> Sequence[tuple[float, ...]]:
    """Where each word looks in the last block, the mean of all heads; nothing for a model without."""
    from core.architectures.text_attention import ATTENTION

    model = getattr(scorer.voice.predictor, "model", None)
    name = f"{spec.name}_{ATTENTION}"
    layers = [layer for layer in model.layers if layer.name.startswith(name)] if model is not None else []
    if not layers or not n_words:
        return ()
    import keras

    scores = keras.Model(model.input, layers[-1].output[1])(dict(inputs))  # (1, heads, length, length)
    looks = np.asarray(scores)[0].mean(axis=0)[:n_words, :n_words]
    return tuple(tuple(map(float, row)) for row in looks)
