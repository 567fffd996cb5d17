"""A table or a SELECT of a SQL database, by the name of its connection. Knows no address but within a call."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.data.databases import database_of
from core.data.databases.session import check_select, reading, select_of
from core.data.origins import Fetching, Origin
from core.errors import BadInput
from core.settings import Settings

BATCH_ROWS = 10_000
MOST_CHARACTERS = 20_000  # of a SELECT


def settle(where: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """where: connection, and table or select."""
    name = str(where.get("connection", "")).lower()
    url = settings.connection(name)
    table, select = where.get("table"), where.get("select")
    if bool(table) == bool(select):
        raise BadInput("database_what")
    if select:
        if len(str(select)) > MOST_CHARACTERS:
            raise BadInput("database_select")
        return {"connection": name, "select": check_select(str(select), database_of(url).dialect)}
    return {"connection": name, "table": str(table)}


def fetch(where: Mapping[str, Any], fetching: Fetching) -> None:
    from core.data.databases._stream import write_rows  # with all that writes tables: not for a page

    name = where["connection"]
    url = fetching.settings.connection(name)
    with reading(name, url) as (connection, _):
        sql = where["select"] if "select" in where else select_of(connection, where["table"])
        # a cursor on the server: neither side holds the whole answer
        streamed = connection.execution_options(stream_results=True, yield_per=BATCH_ROWS, no_parameters=True)
        result = streamed.exec_driver_sql(sql)

        def batches() -> Iterator[Any]:
            yield from result.partitions(BATCH_ROWS)

        write_rows(list(result.keys()), batches(), fetching.out, name_of(where), fetching.report)


def name_of(where: Mapping[str, Any]) -> str:
    return str(where.get("table") or f"{where.get('connection')} query")


origin = Origin(key="database", title="A database", settle=settle, fetch=fetch, name=name_of)
