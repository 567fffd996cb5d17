"""The verbs of the terminal, one file each. Each is thin: it calls what a page would call."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from core.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Command:
    """One verb. help: empty for those that only Fathom itself uses. run returns the exit status."""

    key: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
    order: int = 50


OWNER = "local"  # who works at this machine's terminal, and at the page until people sign in

COMMANDS: Registry[Command] = Registry(sys.modules[__name__], "command")
