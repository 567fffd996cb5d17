"""MySQL and MariaDB, read through PyMySQL by an unbuffered cursor. Changes nothing there."""

from core.data.databases import Database

database = Database(
    key="mysql",
    title="MySQL or MariaDB",
    schemes=("mysql", "mariadb"),
    driver="mysql+pymysql",
    packages=("sqlalchemy", "pymysql"),
    dialect="mysql",
    # the server may ask its client for any file of this machine (LOCAL INFILE): never
    arguments={"connect_timeout": 10, "read_timeout": 1800, "local_infile": False, "charset": "utf8mb4"},
    before=("SET TRANSACTION READ ONLY",),
)
