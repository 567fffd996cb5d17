"""Free text: a category where values repeat, otherwise its words, as codes in the order of reading.

A text has an input of its own: (length,) int32, 0 after its end, 1 for a word that training rows
hold too seldom, 2 … by falling number of training texts that hold it. How long it is counts among
the numbers. Classic models read the "words": how often each run of one, two or three of them occurs.
"""

import heapq
import math
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.domain import Column, Kind
from core.modalities import OWN, InputSpec, State
from core.modalities._scaling import fit_scale, scale
from core.modalities._tokens import is_prose, is_single, tokens
from core.modalities._values import as_codes
from core.modalities.category import RARE
from core.modalities.category import modality as category

if TYPE_CHECKING:
    import scipy.sparse

WORDS = "words"  # the view
REPEATS = 0.5  # share of the filled cells whose value occurs again, from which a text is a category
MOST_TEXTS = 100_000  # distinct ones that decide vocabulary and length
MOST_WORDS = 20_000
SHORTEST, LONGEST, COVERED = 8, 256, 0.98  # tokens; share of the texts that are read to their end
MOST_JUDGED = 1_000  # distinct ones that tell words from codes
MOST_TOKENS = 2_000  # of one text that the vocabulary is learned from
FLAT_WORDS = 200  # the commonest words, of which classic models for tables see whether they occur
UNSEEN, FIRST = 1, 2
EMBEDDED = 32


class Text:
    """state: category: that modality's state, or None and then characters, words: mean and std
    of both counts, missing: whether a training value was, vocabulary: the words that have a code,
    length: tokens that are read, runs: of how many tokens the longest run is that counts; name.
    What has hardly any words, such as a code, has no vocabulary and is not read.
    """

    key = "text"
    kinds: tuple[Kind, ...] = ("text",)
    owns = None
    views = (WORDS,)
    flat_is_whole = False
    is_heavy = False

    def fit(self, series: pd.Series, column: Column) -> State:
        codes, texts = as_codes(series)
        counts = np.bincount(codes[codes >= 0], minlength=len(texts))
        if counts[counts >= RARE].sum() >= REPEATS * max(counts.sum(), 1):
            return {"name": column.name, "category": dict(category.fit(series, column))}
        characters, words = _sizes(codes, texts)
        return {
            "name": column.name,
            "category": None,
            "characters": list(fit_scale(characters)),
            "words": list(fit_scale(words)),
            "missing": bool((codes < 0).any()),
            **(_vocabulary(texts) if is_prose(_some(texts)) else {}),
        }

    def transform(self, series: pd.Series, state: State) -> dict[str, np.ndarray]:
        if state["category"]:
            return category.transform(series, state["category"])
        codes, texts = as_codes(series)
        characters, words = _sizes(codes, texts)
        columns = [scale(characters, *state["characters"]), scale(words, *state["words"])]
        groups = {"numeric": np.column_stack(columns)}
        if state["missing"]:
            groups["indicator"] = (codes < 0).astype(np.float32)[:, None]
        if state.get("vocabulary"):
            groups[OWN] = _coded(texts, state)[codes]
        return groups

    def names(self, state: State) -> dict[str, tuple[str, ...]]:
        if state["category"]:
            return category.names(state["category"])
        name = state["name"]
        groups: dict[str, tuple[str, ...]] = {"numeric": (f"{name}: characters", f"{name}: words")}
        if state["missing"]:
            groups["indicator"] = (f"{name} is missing",)
        if state.get("vocabulary"):
            groups[OWN] = (name,)
        return groups

    def vocabulary(self, state: State) -> int:
        return category.vocabulary(state["category"]) if state["category"] else 0

    def own(self, state: State) -> tuple[tuple[int, ...], str, tuple[int, ...]]:
        """vocabulary: how many codes there are, then how many tokens the longest run has."""
        return (state["length"],), "int32", (FIRST + len(state["vocabulary"]), state["runs"])

    def embed(self, tensor, spec: InputSpec):
        """The mean of a vector a word, learned with the network."""
        import keras

        vectors = keras.layers.Embedding(spec.vocabulary[0], EMBEDDED, name=f"{spec.name}_vectors")(tensor)
        counts = keras.ops.cast(keras.ops.not_equal(tensor, 0), "float32")[:, :, None]
        n = keras.ops.maximum(keras.ops.sum(counts, axis=1), 1.0)
        return keras.ops.sum(vectors * counts, axis=1) / n  # (batch, width)

    def flatten(self, array: np.ndarray, spec: InputSpec) -> np.ndarray:
        """Whether each of the commonest words occurs."""
        shown = min(spec.vocabulary[0] - FIRST, FLAT_WORDS)
        flat = np.zeros((len(array), FIRST + shown + 1), np.float32)
        np.put_along_axis(flat, np.minimum(array, FIRST + shown), 1.0, axis=1)
        return flat[:, FIRST : FIRST + shown]

    def flat_names(self, spec: InputSpec) -> tuple[str, ...]:
        shown = min(spec.vocabulary[0] - FIRST, FLAT_WORDS)
        return tuple(f"{spec.feature_names[0]} has common word {i}" for i in range(1, shown + 1))

    def view(self, name: str, array: np.ndarray, spec: InputSpec) -> "scipy.sparse.csr_matrix":
        """How often each run of known tokens occurs: (n, codes ** longest run) float32, sparse.

        A run of the codes a, b, c is in the column (a · codes + b) · codes + c, which no
        shorter run shares, as codes of words begin at 2.
        """
        import scipy.sparse

        n_codes, longest = spec.vocabulary
        run = array.astype(np.int64)
        known, rows, columns = run >= FIRST, [], []
        whole = known
        for length in range(1, longest + 1):
            if length > 1:
                run = run[:, :-1] * n_codes + array[:, length - 1 :]
                whole = whole[:, :-1] & known[:, length - 1 :]
            row, place = np.nonzero(whole)
            rows.append(row)
            columns.append(run[row, place])
        row, column = np.concatenate(rows), np.concatenate(columns)
        counted = np.ones(len(row), np.float32)
        return scipy.sparse.csr_matrix((counted, (row, column)), shape=(len(array), n_codes**longest))


def words_of_run(column: int, vocabulary: list[str]) -> tuple[str, ...]:
    """The words of the run that `Text.view` counts in that column."""
    n_codes, words = FIRST + len(vocabulary), []
    while column:
        column, code = divmod(column, n_codes)
        words.append(vocabulary[code - FIRST])
    return tuple(reversed(words))


def _some(texts: list[str]) -> list[str]:
    """At most MOST_JUDGED of them, whatever their order."""
    return heapq.nsmallest(MOST_JUDGED, texts, key=lambda text: zlib.crc32(text.encode("utf-8", "replace")))


def _vocabulary(texts: list[str]) -> State:
    """Words by falling number of texts that hold them, tokens to read, and the longest run that counts."""
    # which texts are drawn when there are many depends on them alone, not on their order
    each = -(-len(texts) // MOST_TEXTS)
    drawn = [t for t in texts if each == 1 or zlib.crc32(t.encode("utf-8", "replace")) % each == 0]
    holding, lengths = Counter[str](), []
    for text in drawn:
        found = tokens(text, MOST_TOKENS)
        lengths.append(len(found))
        holding.update(set(found))
    n_single = sum(n for token, n in holding.items() if is_single(token))
    ranked = sorted((-n, token) for token, n in holding.items() if n >= RARE)
    length = np.quantile(lengths, COVERED) if lengths else 0
    return {
        "vocabulary": [token for _, token in ranked[:MOST_WORDS]],
        "length": int(min(max(SHORTEST, 8 * math.ceil(length / 8)), LONGEST)),
        "runs": 3 if n_single > 0.5 * holding.total() else 2,
    }


def _coded(texts: list[str], state: State) -> np.ndarray:
    """(texts + 1, length) int32; the last row is that of a missing text."""
    place = {word: code for code, word in enumerate(state["vocabulary"], start=FIRST)}
    coded = np.zeros((len(texts) + 1, state["length"]), np.int32)
    for row, text in enumerate(texts):
        found = [place.get(token, UNSEEN) for token in tokens(text, state["length"])]
        coded[row, : len(found)] = found
    return coded


def _sizes(codes: np.ndarray, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """log(1 + characters) and log(1 + words), each (n,) float64, NaN where missing."""
    characters = np.array([*(len(t) for t in texts), np.nan])
    words = np.array([*(len(t.split()) for t in texts), np.nan])
    return np.log1p(characters)[codes], np.log1p(words)[codes]


modality = Text()
