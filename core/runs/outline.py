"""A run's plan as a list that ticks off, in the order in which it is done. Reads records; draws and estimates nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.architectures import ARCHITECTURES
from core.domain import Family
from core.figures import duration
from core.runs.records import ModelState, Record
from core.sentences import say

MOST_NAMED = 3  # classic models, before the others are only counted


@dataclass(frozen=True, kw_only=True)
class Part:
    """One line of the plan: a network, all the classic models together, or the ensemble.

    why: what it is there for. seconds: what it took, or is expected to take at most; None where nothing is known.
    n, n_done: models in it, and those of them that are settled. reason: why it was left out.
    """

    title: str
    family: Family
    why: str
    state: ModelState
    seconds: float | None
    n: int = 1
    n_done: int = 0
    reason: str | None = None

    @property
    def takes(self) -> str | None:
        """How long it took, or is expected to take."""
        if self.seconds is None or self.reason is not None:
            return None
        if self.state == "done":
            return duration(self.seconds)
        return say("plan.at_most" if self.family == "deep" else "plan.about", time=_roughly(self.seconds))

    @property
    def remark(self) -> str:
        """Why it was left out, how far it is, or what it is there for."""
        if self.reason is not None:
            return self.reason
        if self.n > 1 and 0 < self.n_done < self.n:
            return say("plan.done_of", n_done=self.n_done, n=self.n)
        return self.why


def outline(records: Sequence[Record]) -> tuple[Part, ...]:
    """The quick network first, the classic models beside it, the strong networks, the blend of them all."""
    networks = [_single(r) for r in records if r.family == "deep"]
    if len(networks) == 1:  # nothing is there that it would be quicker than, or stronger
        networks = [replace(networks[0], why=say("plan.chosen"))]
    classics = [r for r in records if r.family == "classic"]
    beside = [_together(classics)] if classics else []
    return (
        *networks[:1],
        *beside,
        *networks[1:],
        *(_single(r) for r in records if r.family == "ensemble"),
    )


def _roughly(seconds: float) -> str:
    """As an estimate deserves to be told: 7 s, 50 s, 2 min."""
    if seconds < 120:
        return duration(max(1, round(seconds))).replace(".0", "")
    return f"{round(seconds / 60):,} min"


def _single(record: Record) -> Part:
    if record.family == "ensemble":
        why = say("plan.blend")
    else:
        why = say("plan.quick" if ARCHITECTURES[record.key].share <= 1 else "plan.strong")
    return Part(
        title=record.title,
        family=record.family,
        why=why,
        state=record.state,
        seconds=record.fit_s if record.state == "done" else record.expected_s,
        n_done=int(record.is_settled),
        reason=record.reason if record.state in ("skipped", "failed") else None,
    )


def _together(classics: Sequence[Record]) -> Part:
    n_done = sum(r.is_settled for r in classics)
    titles = [r.title for r in classics[:MOST_NAMED]]
    named = ", ".join(titles)
    rest = len(classics) - len(titles)
    known = [r.fit_s if r.is_settled else r.expected_s for r in classics]
    return Part(
        title=say("plan.classics_more", named=named, n=rest) if rest else named,
        family="classic",
        why=say("plan.classic"),
        state=_state(classics, n_done),
        seconds=None if None in known else sum(known),
        n=len(classics),
        n_done=n_done,
    )


def _state(classics: Sequence[Record], n_done: int) -> ModelState:
    if n_done == len(classics):
        return "done" if any(r.state == "done" for r in classics) else "skipped"
    return "training" if n_done or any(r.state == "training" for r in classics) else "waiting"
