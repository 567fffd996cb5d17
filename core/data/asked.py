"""What a person said a column holds, applied to its cells; what does not fit is counted. Guesses no kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from core.data import casting, dates, numbers
from core.data.engines import Session
from core.data.inference import Inferred
from core.data.media import MEDIA
from core.domain import Finding, Kind
from core.errors import BadInput, UnknownName

KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind not in MEDIA)  # files come as such
SAMPLE_VALUES = 200


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A word on one column. A format without a kind says the kind, too."""

    name: str
    kind: Kind
    date_format: str | None = None
    number_format: str | None = None


def check_asked(options: Mapping[str, Any], names: Sequence[str]) -> dict[str, Asked]:
    """What was said, by column. Raises UnknownName for columns, kinds and formats that do not exist."""
    kinds, date_formats, number_formats = (
        dict(options.get(key) or {}) for key in ("kinds", "date_formats", "number_formats")
    )
    asked = {}
    for name in {**kinds, **date_formats, **number_formats}:
        if name not in names:
            raise UnknownName("column", name, names)
        kind = kinds.get(name) or ("date" if name in date_formats else "decimal")
        if kind not in KINDS:
            raise UnknownName("kind", kind, KINDS)
        form = number_formats.get(name)
        if form not in (None, "plain", *numbers.FORMS):
            raise UnknownName("number format", form, ("plain", *numbers.FORMS))
        asked[name] = Asked(
            name=name, kind=kind, date_format=date_formats.get(name) if kind == "date" else None,
            number_format=form if kind in ("integer", "decimal") else None,
        )  # fmt: skip
    return asked


def as_asked(session: Session, i: int, asked: Asked) -> Inferred:
    """Column i as it was asked for, with a finding for the cells that count as missing then.

    Raises BadInput when not one cell of the column fits.
    """
    forms = _forms(session, i, asked)
    present = casting.present(f"c{i}")
    counts = ", ".join(f"count({casting.value('p', asked.kind, form)})" for form in forms)
    row = session.query(
        f"SELECT count(p), count(CASE WHEN {casting.is_soft_missing('p')} THEN 1 END), {counts} "
        f"FROM (SELECT {present} AS p FROM cells)"
    )
    n_present, n_soft, *fits = (column[0].as_py() for column in row.columns)
    best = max(range(len(forms)), key=lambda k: fits[k])
    n_unread = n_present - fits[best] - (0 if asked.kind in ("category", "text") else n_soft)
    if n_present and not fits[best]:
        form = forms[best].get("date_format") or forms[best].get("number_format") or ""
        raise BadInput(
            "asked_fits_nothing", column=asked.name, kind=asked.kind, form=f" ({form})" if form else ""
        )
    findings = (_unread(session, i, asked, forms[best], n_unread),) if n_unread > 0 else ()
    return Inferred(kind=asked.kind, statistics=forms[best], findings=findings, soft_missing=n_soft > 0)


def _forms(session: Session, i: int, asked: Asked) -> list[dict[str, str]]:
    if asked.kind == "date":
        if asked.date_format:
            return [{"date_format": asked.date_format}]
        return [{"date_format": f} for f in _likely_dates(session, i)] or [{"date_format": dates.ISO}]
    if asked.kind in ("integer", "decimal"):
        if asked.number_format:
            return [{"number_format": asked.number_format} if asked.number_format != "plain" else {}]
        return [{}, *({"number_format": key} for key in numbers.FORMS)]
    return [{}]


def _likely_dates(session: Session, i: int) -> list[str]:
    """The formats that fit most of a column's first values, even where some value fits none."""
    texts = session.query(
        f"SELECT DISTINCT p FROM (SELECT {casting.present(f'c{i}')} AS p FROM cells) WHERE p IS NOT NULL LIMIT {SAMPLE_VALUES}"
    ).column(0).to_pylist()  # fmt: skip
    fitting = {text: dates.fitting_formats([text]) for text in texts}
    votes = {form: sum(form in forms for forms in fitting.values()) for form in dates.FORMATS}
    return [form for form in dates.FORMATS if votes[form] and votes[form] == max(votes.values())]


def _unread(session: Session, i: int, asked: Asked, form: Mapping[str, str], n: int) -> Finding:
    p = casting.present(f"c{i}")
    soft = "FALSE" if asked.kind in ("category", "text") else casting.is_soft_missing("p")
    first = session.query(
        f"SELECT p, _row FROM (SELECT {p} AS p, _row FROM cells) WHERE p IS NOT NULL AND NOT {soft} "
        f"AND {casting.value('p', asked.kind, form)} IS NULL ORDER BY _row LIMIT 1"
    ).to_pylist()[0]
    return Finding(
        code="cells_unread", severity="warning", subject=asked.name,
        parameters={"n": n, "kind": asked.kind, "value": str(first["p"])[:60], "row": first["_row"] + 1},
    )  # fmt: skip
