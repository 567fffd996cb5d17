"""A coach beside the curve: one file a trouble, each a pure function of one network's story. Trains nothing.

A rule looks at the epochs so far and at how they ended. It says what it sees as a stable code with
a sentence, and which settings it would change; or it says nothing.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from core.coach.story import Story
from core.registry import Registry
from core.sentences import say

About = Literal["curve", "cost"]


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What a rule saw. change: the settings it would try instead, by their names; may be empty, where
    going on as it was is the advice."""

    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    change: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """What is to be seen in the curve, in a sentence."""
        return say(f"coach.{self.code}.seen", **self.parameters)

    @property
    def proposal(self) -> str:
        """What to try, and why."""
        return say(f"coach.{self.code}.proposal")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One trouble. about: of two rules about the same the first speaks alone."""

    key: str
    run: Callable[[Story], Advice | None]
    about: About = "curve"
    order: int = 50


RULES: Registry[Rule] = Registry(sys.modules[__name__], "rule")


def advise(story: Story) -> tuple[Advice, ...]:
    """What the coach has to say: at most one thing about the curve and one about its cost."""
    said: dict[About, Advice] = {}
    for rule in RULES.values():
        if rule.about not in said and (advice := rule.run(story)) is not None:
            said[rule.about] = advice
    return tuple(said.values())
