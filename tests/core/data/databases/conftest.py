"""A real PostgreSQL and a real MariaDB for the tests, where Debian's packages have put them."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from core.settings import Settings

SBIN = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"  # where Debian puts servers


@pytest.fixture(scope="session")
def postgres(tmp_path_factory) -> str:
    """The address of an empty database on a server of the tests' own."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("no PostgreSQL server is installed here")
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        names = {entry.pw_name for entry in pwd.getpwall()}
        if "postgres" not in names:
            pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
        user = "postgres"
    bin_folder = found[-1].parent
    folder = Path(tmp_path_factory.mktemp("pg"))
    # a socket's path may have no more than 107 characters
    home = Path("/tmp") / f"pg-{os.getpid()}"
    home.mkdir(mode=0o755)
    (folder / "password").write_text("hush-hush")
    shutil.copy(folder / "password", home / "password")
    if user:
        shutil.chown(home, user)
        shutil.chown(home / "password", user)

    def run(*command: str) -> None:
        done = subprocess.run(
            [str(bin_folder / command[0]), *command[1:]], user=user, cwd=home, capture_output=True
        )
        if done.returncode:
            pytest.skip(f"PostgreSQL did not start: {done.stderr.decode()[-200:]}")

    data = str(home / "data")
    run(
        "initdb",
        "-D",
        data,
        "-U",
        "fathom",
        "-A",
        "scram-sha-256",
        f"--pwfile={home / 'password'}",
        "-E",
        "UTF8",
        "-N",
    )
    run(
        "pg_ctl",
        "-D",
        data,
        "-w",
        "-l",
        str(home / "log"),
        "-o",
        f"-c listen_addresses='' -k {home} -F",
        "start",
    )
    yield f"postgresql://fathom:hush-hush@/postgres?host={home}"
    run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def mariadb() -> str:
    """The address of an empty database on a server of the tests' own, whose user may read and write there."""
    pymysql = pytest.importorskip("pymysql", reason="PyMySQL is not installed")
    pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")
    daemon, install = shutil.which("mariadbd", path=SBIN), shutil.which("mariadb-install-db", path=SBIN)
    if daemon is None or install is None:
        pytest.skip("no MariaDB server is installed here")
    home = Path(tempfile.mkdtemp(prefix="maria-"))  # a socket's path may have no more than 107 characters
    own = ["--no-defaults", f"--datadir={home / 'data'}", f"--user={getpass.getuser()}"]
    made = subprocess.run(
        [install, *own, "--auth-root-authentication-method=normal"], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"MariaDB could not be set up: {made.stderr[-200:]}")
    socket = str(home / "s")
    command = [daemon, *own, "--skip-networking", f"--socket={socket}", f"--pid-file={home / 'pid'}"]
    with open(home / "log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _create_user(pymysql, server, socket, home / "log")
        yield f"mariadb://fathom:hush-hush@localhost/sales?unix_socket={socket}"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _create_user(pymysql, server: subprocess.Popen, socket: str, log: Path) -> None:
    for _ in range(300):
        try:
            connection = pymysql.connect(unix_socket=socket, user="root")
            break
        except pymysql.OperationalError:
            if server.poll() is not None:
                pytest.skip(f"MariaDB did not start: {log.read_text()[-200:]}")
            time.sleep(0.1)
    else:
        pytest.fail("MariaDB did not answer within half a minute")
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE sales CHARACTER SET utf8mb4")
        cursor.execute("CREATE USER fathom@localhost IDENTIFIED BY 'hush-hush'")
        cursor.execute("GRANT ALL ON sales.* TO fathom@localhost")


@pytest.fixture
def settings_of():
    """settings_of(url): a server with that connection, called sales."""
    return lambda url: Settings(connections={"sales": url})
