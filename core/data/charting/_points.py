"""Rows as they are, all or a seeded sample, for charts that draw one mark a row. Knows no kind of chart."""

from collections.abc import Mapping, Sequence

from core.data.charting import ChartRequest, ChartTable
from core.data.charting._grouped import sides
from core.data.engines import Session
from core.data.engines.duckdb import identifier
from core.data.filters import condition
from core.data.frames import exact_frame
from core.data.row_sample import sampled
from core.domain import ROW, Dataset
from core.sentences import say

MOST_POINTS = 5_000
OVERVIEW_POINTS = 1_500  # a browser draws each by itself: with all, Explore opened at a third more work
SEED = 0


def sampled_rows(
    session: Session, dataset: Dataset, request: ChartRequest, items: Mapping[str, str], most: int, needed: Sequence[str] = ()
):  # fmt: skip
    """A frame of `_row` and the items (name → SQL), and how many rows it was taken from.

    needed: columns without a value in which a row is left out.
    """
    where = " AND ".join(
        [f"({condition(request.filters, dataset)})", *(f"{identifier(name)} IS NOT NULL" for name in needed)]
    )
    complete = not request.filters and all(dataset.column(name).n_missing == 0 for name in needed)
    n = (
        dataset.n_rows
        if complete
        else session.query(f"SELECT count(*) FROM data WHERE {where}").column(0)[0].as_py()
    )
    chosen = sampled(n, int(0.97 * most) if n > most else most, SEED)
    listed = ", ".join([f"{ROW} AS item_row", *(f"{sql} AS item_{name}" for name, sql in items.items())])
    table = session.query(f"SELECT {listed} FROM data WHERE {where} AND {chosen} LIMIT {most}")
    frame = exact_frame(table).sort_values("item_row", ignore_index=True)
    return frame.set_axis([ROW, *items], axis=1), n


def points(session: Session, dataset: Dataset, request: ChartRequest) -> ChartTable:
    """A mark for each row with x and y, its colour and facet as groups."""
    groupings = sides(dataset, request)
    items = {"x": identifier(request.x), "y": identifier(request.y)}
    items |= {slot: g.sql for slot, g in groupings.items()}
    most = OVERVIEW_POINTS if request.is_overview else MOST_POINTS
    frame, n = sampled_rows(session, dataset, request, items, most, (request.x, request.y))
    for slot, g in groupings.items():
        values = [None if v != v else v for v in frame[slot].astype(object)]
        places = {v: g.order(v) for v in set(values)}
        ranks = {v: i for i, v in enumerate(sorted(places, key=lambda v: places[v]))}
        frame[f"{slot}_label"] = [g.label(v) for v in values]
        frame[f"{slot}_rank"] = [ranks[v] for v in values]
    ranked = [f"{slot}_rank" for slot in groupings]
    frame = frame.sort_values([*ranked, ROW], ignore_index=True).drop(columns=[*ranked, *groupings])
    notes = (say("chart.sample", n=len(frame), n_rows=n),) if len(frame) < n else ()
    return ChartTable(rows=frame, notes=notes)
