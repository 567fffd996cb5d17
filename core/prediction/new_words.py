"""Words of new rows that a model has never read. Judges no prediction."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.modalities._tokens import tokens
from core.modalities.text import UNSEEN
from core.prediction.doubts import Doubt
from core.preparation import Preparation

MANY = 0.25  # of a text's words: in most new texts some are new
MOST_NAMED = 6


def find_new_words(
    frame: pd.DataFrame, inputs: Mapping[str, np.ndarray], preparation: Preparation
) -> list[tuple[int, Doubt]]:
    """(row, doubt) of the texts of which many words were in no training text, or in one alone.

    frame: the features of rows; inputs: what the preparation makes of them.
    """
    found = []
    for column, name in preparation.own_names.items():
        if preparation.input_specs[name].modality != "text":
            continue
        codes = inputs[name]
        for row in np.flatnonzero((codes == UNSEEN).any(axis=1)).tolist():
            read = zip(tokens(frame[column].iloc[row], codes.shape[1]), codes[row])
            words = [
                (word, code) for word, code in read if any(c.isalnum() for c in word)
            ]  # signs are no words
            new = [word for word, code in words if code == UNSEEN]
            if len(new) <= MANY * len(words):
                continue
            distinct = [*dict.fromkeys(new)]
            named = ", ".join(distinct[:MOST_NAMED]) + (" …" if len(distinct) > MOST_NAMED else "")
            said = {"value": named, "low": str(len(new)), "high": str(len(words))}
            found.append((row, Doubt(code="new_words", column=column, **said)))
    return found
