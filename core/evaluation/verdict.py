"""What a run comes to, and the sentences that say so. Decides nothing: `core.evaluation.compare` does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.evaluation.intervals import Difference
from core.evaluation.practice import Practice
from core.sentences import say

TWINS_WORTH_SAYING = 0.01  # share of the test rows from which on their copies move a score

VerdictCode = Literal[
    "network_better",
    "classic_better",
    "equal_chosen",
    "equal_quicker",
    "equal_useful",
    "no_difference",  # given by an earlier rule, of equals the quicker to predict: stored verdicts hold it
    "nothing_beats_trivial",
    "only_network",
    "only_classic",
    "ensemble_better",
    "nothing_scored",
]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What to use and why: `verdict.<code>` in the catalogue of sentences.

    recommended, network, classic, ensemble: model numbers of the run; None where there is none.
    difference: of the network over the classic champion, if both exist. blending: of the ensemble over
        the single model that would be recommended without it.
    drawn: what the draws behind every interval took at a time: single rows, whole groups or blocks
        of rows that follow one another in time; None in verdicts from before this was kept.
    practice: what the recommended model does on the test rows, for somebody who acts on it.
    unready: titles of the models that took no part, because they failed or ran out of time.
    cut_short: titles of the networks that time ended before their last epoch; fitted: of those whose
        schedule was made shorter so that it came to its end in time.
    n_folds: how often each model was to be trained; n_folds_done: in how many folds all were, 0 without folds.
    n_twins: of the n_test test rows, how many also occur among the training rows.
    """

    code: VerdictCode
    parameters: Mapping[str, Any] = field(default_factory=dict)
    recommended: int | None = None
    network: int | None = None
    classic: int | None = None
    ensemble: int | None = None
    difference: Difference | None = None
    blending: Difference | None = None
    drawn: Literal["rows", "groups", "blocks"] | None = None
    practice: Practice | None = None
    unready: tuple[str, ...] = ()
    cut_short: tuple[str, ...] = ()
    fitted: tuple[str, ...] = ()
    n_folds: int = 1
    n_folds_done: int = 0
    n_twins: int = 0
    n_test: int = 0

    @property
    def sentence(self) -> str:
        return " ".join(self.sentences)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What to use, what it does in practice, and what to beware of, each on its own."""
        said = [say(f"verdict.{self.code}", **self.parameters)]
        if self.blending and self.code != "ensemble_better":
            said.append(say("verdict.ensemble_no_better", **self.parameters))
        if self.practice:
            said.append(self.practice.sentence)
        if 0 < self.n_folds_done < self.n_folds:
            said.append(say("verdict.fewer_folds", done=self.n_folds_done, n=self.n_folds))
        if self.cut_short:
            said.append(say("verdict.cut_short", titles=", ".join(self.cut_short)))
        if self.fitted:
            said.append(say("verdict.fitted", titles=", ".join(self.fitted)))
        if self.unready:
            said.append(say("verdict.unready", titles=", ".join(self.unready)))
        if self.n_twins > TWINS_WORTH_SAYING * self.n_test:
            said.append(say("verdict.twins", n=self.n_twins, n_test=self.n_test))
        return tuple(said)
