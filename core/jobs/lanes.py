"""The lanes jobs wait in, each with workers of its own: nobody waits behind a training. Starts none.

The interactive worker is the warm scorer: it has imported the heavy libraries and stays. A
training gets a process of its own, because memory that a fit has used does not come back; a
standby has imported everything before the click.
"""

from dataclasses import dataclass

from core.errors import UnknownName


@dataclass(frozen=True, kw_only=True)
class Lane:
    """standby: workers kept waiting; most: workers at once; one_shot: a worker does one job and goes.

    nice: added to the processes' niceness, so that pages stay quick while cores are busy;
    data has less than training since somebody waits for it.
    start_after_s: standbys come this long after the supervisor, so that the first page paints first.
    most_bytes: of memory for each worker's process, where files of strangers are read; None for no limit.
    """

    name: str
    standby: int
    most: int
    one_shot: bool
    nice: int
    start_after_s: float
    most_bytes: int | None = None


LANES: dict[str, Lane] = {
    lane.name: lane
    for lane in (
        Lane(name="data", standby=1, most=2, one_shot=False, nice=5, start_after_s=0, most_bytes=6 << 30),
        # what people ask in SQL: each in a process of its own, so that the worker itself stays light
        Lane(name="query", standby=0, most=2, one_shot=False, nice=0, start_after_s=0),
        Lane(name="interactive", standby=1, most=1, one_shot=False, nice=0, start_after_s=2),
        Lane(name="training", standby=1, most=1, one_shot=True, nice=10, start_after_s=2),
        Lane(name="batch", standby=0, most=1, one_shot=True, nice=10, start_after_s=0),
    )
}


def lane_called(name: str) -> Lane:
    """Raises UnknownName, listing the lanes."""
    if name not in LANES:
        raise UnknownName("lane", name, LANES)
    return LANES[name]
