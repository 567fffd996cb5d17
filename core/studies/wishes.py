"""What the surroundings of a run or a search offer it, and how it leaves when they ask it to. Carries out neither."""

from typing import Protocol

UNWANTED = ("discard", "cancel")  # wishes that leave nothing to go on with


class RunContext(Protocol):
    """What the surroundings of a run offer it: a job's context, or the terminal's."""

    def report(self, fraction: float, message: str) -> None: ...

    def requested(self) -> str | None:
        """None, or "pause", "finish", "discard", "cancel" or "interrupt"."""
        ...


class Interrupted(Exception):
    """The run was asked to leave before its end; wish: "pause", "interrupt" or one of UNWANTED."""

    def __init__(self, wish: str):
        super().__init__(wish)
        self.wish = wish
