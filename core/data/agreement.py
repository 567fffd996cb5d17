"""Columns that could be read in two ways, settled by those that leave no doubt. Looks at no cell.

One program wrote the whole file: where one column says 31/01/2020 or 1.234,50, the others mean day
before month and comma before cents, too.
"""

from collections.abc import Sequence
from dataclasses import replace

from core.data import dates, numbers
from core.data.inference import Inferred
from core.domain import Finding


def agreed(inferred: Sequence[Inferred], names: Sequence[str]) -> list[Inferred]:
    """The readings, each with a finding where the doubt stays."""
    return [_settled(found, name, inferred) for found, name in zip(inferred, names)]


def _settled(found: Inferred, name: str, inferred: Sequence[Inferred]) -> Inferred:
    if found.other is None:
        return found
    witnesses = {_habit(one) for one in inferred if one.other is None and one.kind == found.kind}
    ours, theirs = _habit(found) in witnesses, _habit(found.other) in witnesses
    if ours and not theirs:
        return replace(found, other=None)
    if theirs and not ours:
        return replace(found.other, soft_missing=found.soft_missing)
    code, speak = (
        ("ambiguous_dates", dates.spoken) if found.kind == "date" else ("ambiguous_numbers", numbers.spoken)
    )
    finding = Finding(
        code=code,
        severity="warning" if found.kind == "date" else "info",
        subject=name,
        parameters={"chosen": speak(_format(found)), "other": speak(_format(found.other))},
    )
    return replace(found, findings=(*found.findings, finding))


def _format(found: Inferred) -> str:
    key = "date_format" if found.kind == "date" else "number_format"
    return found.statistics.get(key, "plain")


def _habit(found: Inferred) -> str | None:
    """What a reading shows of its writer: which of day and month comes first, or the decimal mark."""
    form = _format(found)
    if found.kind == "date":
        if "%d" not in form or "%m" not in form or form.startswith("%Y"):
            return None
        return "day first" if form.index("%d") < form.index("%m") else "month first"
    if found.kind != "decimal":
        return None
    return "." if form == "plain" else numbers.FORMS[form].decimal
