"""A search and its trials as its folder holds them: plain JSON, a file a trial. Trains nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from core import codec
from core.domain import ModelSpec, RunSpec
from core.errors import BadInput
from core.evaluation.metrics import METRICS
from core.home import Home, new_id, write_whole
from core.jobs.queue import Queue
from core.runs.store import RUN_ID

KIND, LANE, MAX_ATTEMPTS = "search", "training", 5
FILE, IMPORTANCE = "search.json", "importance.json"

TrialState = Literal["training", "done", "pruned", "failed", "cut"]


@dataclass(frozen=True, kw_only=True)
class Search:
    """spec: the run that would be made; its first model is the network, with the settings held fast.

    names: the settings searched. budget_s: seconds for all trials; most_trials: how many at most.
    """

    name: str
    spec: RunSpec
    names: tuple[str, ...]
    budget_s: float
    most_trials: int = 200

    @property
    def network(self) -> ModelSpec:
        return self.spec.models[0]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One network with its settings. params: the searched ones as text, number or truth value.

    value: the metric on the validation rows at the best epoch. course: that metric's best so far,
    an epoch each; in folds that of the first. folds: the value in each fold it has been through, of which
    `value` is the mean; without folds one. state "cut": the time was up, so it cannot be compared.
    """

    number: int
    params: Mapping[str, Any] = field(default_factory=dict)
    state: TrialState = "training"
    value: float | None = None
    course: tuple[float | None, ...] = ()
    best_epoch: int | None = None
    fit_s: float = 0.0
    reason: str | None = None
    folds: tuple[float | None, ...] = ()


def folder_of(home: Home, search_id: str) -> Path:
    """Raises BadInput for what is no id: nothing else becomes a path."""
    if not RUN_ID.fullmatch(search_id):
        raise BadInput("no_search", search=search_id)
    return home.searches / search_id


def start_search(search: Search, owner: str, home: Home, *, worker: str | None = None) -> str:
    """Store the search and queue its job, which has its id. worker: who holds it from the first."""
    search_id = new_id()
    folder = folder_of(home, search_id)
    folder.mkdir(parents=True)
    write_whole(folder / FILE, codec.dumps(search, indent=1))
    Queue(home).put(
        kind=KIND,
        lane=LANE,
        owner=owner,
        payload={},
        job_id=search_id,
        max_attempts=MAX_ATTEMPTS if worker is None else 1,
        worker=worker,
    )
    return search_id


def read_search(folder: Path) -> Search:
    """Raises BadInput when there is none, or its file is damaged."""
    try:
        return codec.from_plain(Search, json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        raise BadInput("no_search", search=folder.name) from None


def save_trial(folder: Path, trial: Trial) -> None:
    place = folder / "trials" / f"{trial.number:04}"
    place.mkdir(parents=True, exist_ok=True)
    write_whole(place / "trial.json", codec.dumps(trial))


def read_trials(folder: Path) -> list[Trial]:
    """Every trial so far, by number."""
    files = sorted(folder.glob("trials/*/trial.json"))
    return [codec.from_plain(Trial, json.loads(f.read_text(encoding="utf-8"))) for f in files]


def read_importance(folder: Path) -> dict[str, float]:
    """Share of each setting in what made trials differ, greatest first; empty while too few are done."""
    try:
        return json.loads((folder / IMPORTANCE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def best_of(trials: Sequence[Trial], metric: str) -> Trial | None:
    """The best of the trials that ran to their end, the first of equals."""
    done = [t for t in trials if t.state == "done" and t.value is not None]
    sign = -1.0 if METRICS[metric].greater_is_better else 1.0
    return min(done, key=lambda t: (sign * t.value, t.number), default=None)


def adopted(search: Search, trial: Trial) -> RunSpec:
    """The run that trains the trial's network beside the other models, and asks the test rows once."""
    from dataclasses import replace

    network = ModelSpec(key=search.network.key, params=settings_of(search, trial))
    return replace(search.spec, models=(network, *search.spec.models[1:]))


def settings_of(search: Search, trial: Trial) -> dict[str, Any]:
    """All settings of a trial, those held fast included, checked."""
    from core.architectures import ARCHITECTURES

    given = {**search.network.params, **trial.params}
    settled = ARCHITECTURES[search.network.key].settle(given, search.spec.task.kind)
    return {name: settled[name] for name in given}
