"""python -m core fetch: a table from a database, an allowed path or an address, as a file for the other verbs."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.commands import Command
from core.commands._output import answer_json, note
from core.commands._scratch import scratch_home
from core.errors import BadInput


def add_arguments(parser: ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--connection", metavar="NAME", help="a database: FATHOM_CONNECTION_<NAME>=postgresql://…"
    )
    where.add_argument("--path", help="below FATHOM_ALLOWED_PATHS")
    where.add_argument("--url", help="below FATHOM_ALLOWED_URLS")
    parser.add_argument("--table", help="of the database")
    parser.add_argument("--select", help="instead of a table")
    parser.add_argument(
        "--out", type=Path, required=True, help="where to write it; from a database as .parquet"
    )
    parser.add_argument("--json", action="store_true")


def run(options: Namespace) -> int:
    import shutil

    from core.data.origins import Fetching, fetch
    from core.settings import Settings

    if not options.out.absolute().parent.is_dir():
        raise BadInput("no_folder", folder=options.out.parent)
    given = {key: getattr(options, key) for key in ("connection", "path", "url", "table", "select")}
    kind = "database" if options.connection else "path" if options.path else "url"
    where = {"kind": kind, **{key: value for key, value in given.items() if value}}
    with scratch_home() as home:
        made = home.uploads / "fetched"
        settled = fetch(where, Fetching(out=made, home=home, settings=Settings.current()))
        size = made.stat().st_size
        shutil.move(made, options.out)
    if options.json:
        answer_json({"out": str(options.out), "bytes": size, "origin": settled})
    else:
        note(f"{size:,} bytes → {options.out}")
    return 0


command = Command(
    key="fetch",
    help="a table from a database, a path or an address",
    add_arguments=add_arguments,
    run=run,
    order=15,
)
