"""A real PostgreSQL for the tests, where Debian's packages have put one."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from core.settings import Settings


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


@pytest.fixture
def settings_of():
    """settings_of(url): a server with that connection, called sales."""
    return lambda url: Settings(connections={"sales": url})
