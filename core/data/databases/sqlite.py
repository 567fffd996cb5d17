"""An SQLite file on the server that a connection names. Changes nothing in it; uploads are a source's business."""

from core.data.databases import Database

database = Database(
    key="sqlite",
    title="SQLite",
    schemes=("sqlite",),
    driver="sqlite",
    packages=("sqlalchemy",),
    dialect="sqlite",
    before=("PRAGMA query_only = ON", "PRAGMA trusted_schema = OFF"),
)
