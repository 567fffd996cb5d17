"""How a job is left off before its end, and what becomes of its upload."""

from collections.abc import Callable
from pathlib import Path

from core.errors import BadInput
from core.jobs.context import JobContext, Paused, Stopped


class LeftOff(Exception):
    """Carries out of a reader that its owner, or the process, does not want it to go on."""


def reporting(context: JobContext) -> Callable[[float, str], None]:
    """Passes progress on, and leaves the work off when something is asked of the job before its end."""

    def report(fraction: float, message: str) -> None:
        context.report(fraction, message)
        if fraction < 1 and context.requested() is not None:
            raise LeftOff

    return report


def left_off(context: JobContext) -> Paused | Stopped:
    """How a job ends that was left off: it begins anew, where nobody asked for its end."""
    return Paused() if context.requested() in ("pause", "interrupt") else Stopped()


def laid_down(upload: Path, context: JobContext) -> Paused | Stopped:
    """The same with an upload, which is kept for another attempt or goes for good."""
    ending = left_off(context)
    if isinstance(ending, Stopped):
        upload.unlink(missing_ok=True)
    return ending


def inside(folder: Path, name: str) -> Path:
    """The file of that name directly in the folder. Raises BadInput for a name that leads elsewhere."""
    path = folder / name
    if path.parent != folder or name in ("", ".", ".."):
        raise BadInput("file_elsewhere", file=name)
    return path
