"""What a person types must be one question over their own tables. Reads SQL, runs none.

This is the first of two locks: it refuses with a sentence. The second is the sealed connection
(`core.data.engines.duckdb`), in which what slips through here reaches nothing either.
"""

import re
from collections.abc import Collection

from core.errors import BadInput, TooLarge, UnknownName

MAX_LETTERS = 50_000
FIRST_WORDS = frozenset(("SELECT", "WITH", "FROM"))
# in FROM only these make rows out of their arguments alone; every other one reads something
TABLE_FUNCTIONS = frozenset(("range", "generate_series", "unnest"))
# files, settings, variables, sessions, other SQL held in a text
_REFUSED_FUNCTION = re.compile(
    r"read_.*|.*_scan|scan_.*|sniff_.*|parquet_.*|glob|getenv|getvariable|current_setting|set_config|query"
    r"|query_table|json_execute.*|json_serialize_.*|json_deserialize_.*|duckdb_.*|pragma_.*|pg_.*|inet_.*"
    r"|has_\w*_privilege|which_secret|currval|nextval|setval|setseed|write_log|parse_duckdb_log_message"
    r"|current_query.*|current_connection_id|current_transaction_id|txid_current|in_search_path|sleep.*"
    r"|get_block_size|.*external_resource.*|enable_.*|disable_.*|.*checkpoint|__internal.*|.*_logs.*"
)


def tables_of(sql: str, known: Collection[str]) -> frozenset[str]:
    """The tables that a single SELECT reads, out of those known, as `known` writes them.

    Raises BadInput for what is not one SELECT, is not SQL, or uses what is not offered here;
    UnknownName for a table nobody knows.
    """
    from sqlglot import exp

    statement = _parsed(sql)
    ctes = {cte.alias.lower() for cte in statement.find_all(exp.CTE)}
    used = set()
    for node in statement.walk():
        if isinstance(node, (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Copy)) and not isinstance(
            node, exp.Query
        ):
            raise BadInput("sql_not_select", what=node.key.upper())
        if isinstance(node, exp.Func):
            _check_function(_function_name(node))
        if isinstance(node, exp.Table):
            used |= _checked_table(node, known, ctes)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Func):
            _check_table_function(_function_name(node.this))
    return frozenset(used)


def _parsed(sql: str):
    """The one statement as a tree."""
    import duckdb
    import sqlglot
    from sqlglot import exp

    if not sql.strip():
        raise BadInput("sql_blank")
    if len(sql) > MAX_LETTERS:
        raise TooLarge("sql_too_long", n=len(sql), most=MAX_LETTERS)
    try:
        statements = [s for s in sqlglot.parse(sql, read="duckdb") if s and not isinstance(s, exp.Semicolon)]
    except sqlglot.errors.ParseError as error:
        _check_first_word(sql)
        first = error.errors[0] if error.errors else {}
        detail = (first.get("description") or "it cannot be read").rstrip(".")
        raise BadInput(
            "sql_syntax", detail=detail, line=first.get("line") or 1, column=first.get("col") or 1
        ) from None
    except sqlglot.errors.SqlglotError as error:
        raise BadInput("sql_unreadable", detail=str(error).splitlines()[0][:200]) from None
    except RecursionError:
        raise TooLarge("sql_too_deep") from None
    if not statements:
        raise BadInput("sql_blank")
    if len(statements) > 1:
        raise BadInput("sql_one_statement", n=len(statements))
    if isinstance(statements[0], (exp.Column, exp.Alias)):  # words that are no statement at all
        _check_first_word(sql)
    if not isinstance(statements[0], (exp.Select, exp.SetOperation, exp.Subquery)):
        raise BadInput("sql_not_select", what=_first_word(sql).upper())
    # two parsers may read a text differently: both must see one question in it
    with duckdb.connect(config={"enable_external_access": False}) as connection:
        try:
            seen = connection.extract_statements(sql)
        except duckdb.Error:
            return statements[0]  # DuckDB will say so, with the place, when it is asked to run it
    if len(seen) != 1:
        raise BadInput("sql_one_statement", n=len(seen))
    if seen[0].type != duckdb.StatementType.SELECT:
        raise BadInput("sql_not_select", what=seen[0].type.name)
    return statements[0]


def _checked_table(table, known: Collection[str], ctes: Collection[str]) -> set[str]:
    from sqlglot import exp

    if isinstance(table.this, exp.Func):
        _check_table_function(_function_name(table.this))
        return set()
    if isinstance(table.this, exp.Literal):
        raise BadInput("sql_file", name=table.this.name)
    name = table.name
    if table.db or table.catalog:
        raise UnknownName("table", ".".join(filter(None, (table.catalog, table.db, name))), sorted(known))
    if name.lower() in ctes:
        return {k for k in known if k.lower() == name.lower()}
    for each in known:
        if each.lower() == name.lower():
            return {each}
    if re.search(r"[./\\:*]", name):
        raise BadInput("sql_file", name=name)
    raise UnknownName("table", name, sorted(known))


def _check_function(name: str) -> None:
    if _REFUSED_FUNCTION.fullmatch(name) and not name.startswith("unnest"):
        raise BadInput("sql_function", function=name)


def _check_table_function(name: str) -> None:
    if name not in TABLE_FUNCTIONS:
        raise BadInput("sql_function", function=name)


def _function_name(node) -> str:
    from sqlglot import exp

    if isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc)):
        return node.name.lower()
    if isinstance(node, (exp.GenerateSeries, exp.ExplodingGenerateSeries)):
        return "range"
    if isinstance(node, (exp.Explode, exp.Unnest)):
        return "unnest"
    return node.sql_name().lower()


def _check_first_word(sql: str) -> None:
    """Raises BadInput where SQL that cannot be read goes wrong with its first word: a parser finds it only later."""
    word = _first_word(sql)
    if word.isidentifier() and word.upper() not in FIRST_WORDS:
        raise BadInput("sql_first_word", word=word)


def _first_word(sql: str) -> str:
    bare = re.sub(r"/\*.*?\*/|--[^\n]*", " ", sql, flags=re.DOTALL)
    found = re.search(r"\w+", bare)
    return found.group() if found else sql.strip()[:20]
