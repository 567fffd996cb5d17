"""What to try next, and which settings mattered: Optuna over the trials so far. Stores nothing.

The study is made anew from the trials' own files each time, in memory: there is no store of
Optuna's to keep, to lock or to unpickle, and a search that was killed goes on as it was.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.studies.search.space import Range, is_meant
from core.studies.search.trials import Trial

if TYPE_CHECKING:
    import optuna

STARTUP = 8  # trials at random, before what was seen says where to look


def propose(
    ranges: Sequence[Range], fixed: Mapping[str, Any], trials: Sequence[Trial], maximize: bool, seed: int
) -> dict[str, Any]:
    """The searched settings of the next trial, by name. fixed: of the settings not searched."""
    trial = _study(ranges, fixed, trials, maximize, seed).ask()
    values: dict[str, Any] = {}
    for found in ranges:
        if is_meant(found, values, fixed):
            values[found.name] = trial._suggest(found.name, _distribution(found))
    return values


def importance(
    ranges: Sequence[Range], fixed: Mapping[str, Any], trials: Sequence[Trial], maximize: bool
) -> dict[str, float]:
    """Share of each setting in what made the finished trials differ; empty while they are too few.

    Source: Watanabe, Bansal & Hutter (2023), PED-ANOVA, arXiv 2304.10255.
    """
    import optuna

    done = [t for t in trials if t.state == "done"]
    if len(done) < STARTUP:
        return {}
    study = _study(ranges, fixed, done, maximize, 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the evaluator is called experimental
        evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(share) for name, share in found.items()}


def _study(ranges, fixed, trials, maximize: bool, seed: int) -> "optuna.Study":
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # multivariate sampling is called experimental
        sampler = optuna.samplers.TPESampler(
            seed=seed + len(trials), n_startup_trials=STARTUP, multivariate=True, group=True
        )
    study = optuna.create_study(direction="maximize" if maximize else "minimize", sampler=sampler)
    for trial in trials:
        # one that another process has in hand counts as a bad one, so that its neighbourhood is not tried twice
        if trial.state == "training" or (trial.state in ("done", "pruned") and trial.value is not None):
            study.add_trial(_told(trial, ranges))
    return study


def _told(trial: Trial, ranges: Sequence[Range]) -> "optuna.trial.FrozenTrial":
    import optuna

    state = optuna.trial.TrialState.COMPLETE if trial.state == "done" else optuna.trial.TrialState.PRUNED
    return optuna.trial.create_trial(
        state=state,
        value=trial.value if trial.state != "training" else None,
        params=dict(trial.params),
        distributions={r.name: _distribution(r) for r in ranges if r.name in trial.params},
        intermediate_values={}
        if trial.state == "training"
        else {epoch: v for epoch, v in enumerate(trial.course, start=1) if v is not None},
    )


def _distribution(found: Range) -> "optuna.distributions.BaseDistribution":
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if found.choices:
        return CategoricalDistribution(found.choices)
    if found.is_whole:
        return IntDistribution(int(found.low), int(found.high), log=found.log)
    return FloatDistribution(found.low, found.high, log=found.log)
