"""A run that goes on from another's network with some settings changed. Trains nothing."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.architectures import ARCHITECTURES
from core.domain import ModelSpec, Run, RunSpec, Start
from core.runs.records import Record


def branched(run: Run, record: Record, change: Mapping[str, Any], *, from_best: bool) -> RunSpec:
    """The run's spec with that one network, changed, beside the same other kinds of models.

    Rows, split and preparation stay, so that both runs are judged alike. from_best: whether the
    network begins with the weights the other kept, else with chance.
    Raises UnknownName or BadInput for a change that is no setting of the network.
    """
    architecture, kind = ARCHITECTURES[record.key], run.spec.task.kind
    given = dict(run.spec.models[record.number].params) | dict(change)
    settled = architecture.settle(given, kind)
    network = ModelSpec(
        key=record.key,
        params={name: settled[name] for name in given},
        start=Start(run=run.id, number=record.number) if from_best else None,
    )
    others = tuple(m for m in run.spec.models if m.key not in ARCHITECTURES)
    return replace(run.spec, models=(network, *others))
