"""Which model to use, and whether a network is worth it, as one verdict. NumPy only.

How it stays honest:
- Each camp sends one champion, chosen by its score on the VALIDATION rows. Choosing by the
  test rows would favour the camp with more entries: the best of eight lucky draws looks
  better than it is, and no interval of the test rows would show it.
- The two champions meet on the TEST rows, both on the same draws of a bootstrap. One is
  called better only if the 95 % interval of the difference leaves 0 out. This interval is
  the one thing of the test rows that the recommendation looks at.
- A blend of several models meets the champion that won (of equals: the recommended one) in the
  same way, and is recommended only if it is shown to be better: it costs what all its members cost.
- If neither champion is shown to be better than the trivial answer in the same way, that is
  the verdict, however good the number looks.
- Without a difference the one is recommended that the VALIDATION rows speak for, in the same paired way: a hint, as
  they have also chosen epochs and settings; where neither they do, the one that is quicker to train, unless only the other is shown to be better
  than the trivial answer. A metric of squares is ruled by a few rows, so the error of the typical validation row
  is asked too. "No difference" means that these test rows do not show one, not that there is none.
The interval speaks of these two fitted models on new rows; how they would vary with other
training rows or seeds is not in it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.domain import Family, Score, Task
from core.evaluation.intervals import Difference, paired_difference
from core.evaluation.metrics import METRICS, Metric, metric_of
from core.evaluation.verdict import Verdict
from core.figures import duration

Gain = Callable[[Score, Score], Difference]  # of the first over the second, on the same rows

TYPICAL = "median_absolute_error"  # what a number is off by at the row in the middle


@dataclass(frozen=True, kw_only=True)
class Choosing:
    """The validation rows, by which champions are chosen: y (n,) and, by model number, what was predicted.

    groups: (n,) as in `bootstrap_interval`.
    """

    y: np.ndarray
    prediction: Callable[[int], np.ndarray]
    groups: np.ndarray | None = None


def recommend(
    validation: Sequence[Score],
    test: Sequence[Score],
    y: np.ndarray,
    predictions: Mapping[int, np.ndarray],
    task: Task,
    *,
    titles: Mapping[int, str] | None = None,
    seed: int = 0,
    groups: np.ndarray | None = None,
    choosing: Choosing | None = None,
) -> Verdict:
    """The verdict on one run.

    validation, test: the models' scores on those rows, in task.metric; a model without a
    value on either takes no part. y: (n,) the test rows' targets; predictions: of the same
    rows, by model number. titles: how to call a model, by number; its key if it has none.
    groups: (n,) as in `bootstrap_interval`. choosing: the validation rows, to decide between equals, where
    they can be asked.
    """
    metric = metric_of(task.metric, task.kind)
    tested = {s.number: s for s in test if _has_value(s) and s.number in predictions}
    entered = [s for s in validation if _has_value(s) and s.number in tested]
    network = _champion(entered, tested, "deep", metric)
    classic = _champion(entered, tested, "classic", metric)
    trivial = _champion(entered, tested, "trivial", metric)

    def gain(a: Score, b: Score) -> Difference:
        return paired_difference(
            y, predictions[a.number], predictions[b.number], metric.key, task, seed, groups=groups
        )

    def chosen(a: Score, b: Score) -> "_Chosen | None":
        return _chosen(a, b, metric, task, choosing, seed) if choosing is not None else None

    words = _Words(metric=metric, titles=titles or {})
    single = _of_single_models(network, classic, trivial, gain, chosen, words)
    ensemble = _champion(entered, tested, "ensemble", metric)
    if ensemble is None or single.recommended is None:
        return single
    return _blended(single, ensemble, tested[single.recommended], gain, words)


def _of_single_models(
    network: Score | None,
    classic: Score | None,
    trivial: Score | None,
    gain: Gain,
    chosen: "Callable[[Score, Score], _Chosen | None]",
    words: "_Words",
) -> Verdict:
    metric = words.metric
    champions = [c for c in (network, classic) if c]
    if not champions:
        return Verdict(code="nothing_scored", recommended=trivial.number if trivial else None)
    useful = [c for c in champions if not trivial or _not_refuted(gain(c, trivial))]
    if not useful:
        best = max(champions, key=lambda c: gain(c, trivial).low)
        return Verdict(
            code="nothing_beats_trivial",
            parameters={**words.of("best", best), **words.of("trivial", trivial), "metric": metric.title},
            recommended=trivial.number,
            network=network.number if network else None,
            classic=classic.number if classic else None,
            difference=gain(network, classic) if network and classic else None,
        )
    if not (network and classic):
        return Verdict(
            code="only_network" if network else "only_classic",
            parameters={**words.of("model", champions[0]), "metric": metric.title},
            recommended=champions[0].number,
            network=network.number if network else None,
            classic=classic.number if classic else None,
        )
    return _duel(network, classic, useful, gain(network, classic), chosen, words)


def _blended(single: Verdict, ensemble: Score, rival: Score, gain: Gain, words: "_Words") -> Verdict:
    """The verdict with the ensemble in it: recommended only if shown to be better than the single model."""
    blending = gain(ensemble, rival)
    said = {**words.of("ensemble", ensemble), **words.of("single", rival), "metric": words.metric.title}
    if blending.low is None or blending.low <= 0:
        parameters = {**single.parameters, **said}
        return replace(single, parameters=parameters, ensemble=ensemble.number, blending=blending)
    interval = words.interval(blending.low, blending.high, ensemble.value, rival.value)
    return replace(
        single,
        code="ensemble_better",
        parameters={**single.parameters, **said, **interval},
        recommended=ensemble.number,
        ensemble=ensemble.number,
        blending=blending,
    )


def _has_value(score: Score) -> bool:
    return score.value is not None and math.isfinite(score.value)


def _champion(
    entered: Sequence[Score], tested: Mapping[int, Score], family: Family, metric: Metric
) -> Score | None:
    """The test score of the family's best on the validation rows; of equals the faster."""
    sign = 1.0 if metric.greater_is_better else -1.0
    camp = [s for s in entered if s.family == family]
    if not camp:
        return None
    best = max(camp, key=lambda s: (sign * s.value, -tested[s.number].predict_us_per_row, -s.number))
    return tested[best.number]


def _not_refuted(over_trivial: Difference) -> bool:
    """Whether it is better than the trivial answer, or the rows are too few to form an interval."""
    return over_trivial.low is None or over_trivial.low > 0


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    """The one of two that the validation rows show to be better, and what shows it; values: its own, the other's."""

    score: Score
    metric: Metric
    values: tuple[float, float]
    low: float
    high: float


def _chosen(a: Score, b: Score, metric: Metric, task: Task, choosing: Choosing, seed: int) -> _Chosen | None:
    """None where the validation rows show no difference either."""
    said = {s.number: choosing.prediction(s.number) for s in (a, b)}
    asked = (metric, METRICS[TYPICAL]) if task.kind == "regression" else (metric,)
    for one in asked:
        gain = paired_difference(
            choosing.y, said[a.number], said[b.number], one.key, task, seed, groups=choosing.groups
        )
        if gain.low is None or gain.high is None or gain.low <= 0 <= gain.high:
            continue
        best, other = (a, b) if gain.low > 0 else (b, a)
        low, high = (gain.low, gain.high) if gain.low > 0 else (-gain.high, -gain.low)
        values = tuple(one.compute(choosing.y, said[s.number], task) for s in (best, other))
        return _Chosen(score=best, metric=one, values=values, low=low, high=high)
    return None


def _duel(
    network: Score,
    classic: Score,
    useful: Sequence[Score],
    difference: Difference,
    chosen_by: "Callable[[Score, Score], _Chosen | None]",
    words: "_Words",
) -> Verdict:
    low, high = difference.low, difference.high
    shown: dict[str, str] = {}
    if low is not None and low > 0:
        code, chosen = "network_better", network
    elif high is not None and high < 0:
        code, chosen = "classic_better", classic
        low, high = -high, -low  # told as the gain of the better one
    elif len(useful) == 2 and (better := chosen_by(network, classic)) is not None:
        code, chosen, shown = "equal_chosen", better.score, words.of_choice(better)
    else:
        code = "equal_quicker" if len(useful) == 2 else "equal_useful"
        # false before true: of equally quick ones the classic, which is simpler
        chosen = min(useful, key=lambda s: (s.fit_s, s is network))
    parameters = {
        **words.of("network", network),
        **words.of("classic", classic),
        **words.interval(low, high, network.value, classic.value),
        "metric": words.metric.title,
        "recommended": words.title(chosen),
        **shown,
    }
    return Verdict(
        code=code,
        parameters=parameters,
        recommended=chosen.number,
        network=network.number,
        classic=classic.number,
        difference=difference,
    )


@dataclass(frozen=True, kw_only=True)
class _Words:
    """Numbers and names as a sentence says them."""

    metric: Metric
    titles: Mapping[int, str]

    def title(self, score: Score) -> str:
        return self.titles.get(score.number, score.model)

    def of(self, role: str, score: Score) -> dict[str, str]:
        return {
            role: self.title(score),
            f"{role}_value": self.metric.show(score.value),
            f"{role}_fit": duration(score.fit_s),
        }

    def of_choice(self, better: _Chosen) -> dict[str, str]:
        metric, (own, other) = better.metric, better.values
        told = replace(self, metric=metric).interval(better.low, better.high, own, other)
        return {
            "chosen_metric": metric.title,
            "chosen_value": metric.show(own),
            "chosen_other": metric.show(other),
            "chosen_low": told["low"],
            "chosen_high": told["high"],
        }

    def interval(self, low: float | None, high: float | None, *values: float) -> dict[str, str]:
        """Both ends with enough decimals that an end beside 0 does not read as 0."""
        if low is None or high is None:
            return {"low": "unknown", "high": "unknown"}
        decimals = max(self.metric.decimals(v) for v in values)
        while decimals < 6 and any(end and not round(end, decimals) for end in (low, high)):
            decimals += 1
        return {"low": f"{low:,.{decimals}f}", "high": f"{high:,.{decimals}f}"}
