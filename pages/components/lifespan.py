"""What the server does when it starts and ends, beside serving pages."""

import asyncio
import gc
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import streamlit as st

from core.commands.supervise import START_SUPERVISOR
from core.home import Home
from core.jobs.patron import ensure_supervisor
from core.runs.store import RunStore
from core.settings import SECRETS

WARM_AFTER_S = 3.0  # when nobody has come by then
SUPERVISED_EVERY_S = 5.0
PAGE_LIBRARIES = ("pandas", "pyarrow.parquet", "duckdb", "plotly.graph_objects", "sqlglot")
logger = logging.getLogger(__name__)
_frozen_modules = 0
_guard = threading.Lock()


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    home = Home.from_environment()
    if not home.database.exists():
        RunStore(home).rebuild_index()  # the index was lost or never was: the folders know the runs
    # workers read Streamlit's secrets themselves, from wherever this server was told they are
    os.environ.setdefault(SECRETS, os.pathsep.join(map(os.path.abspath, st.get_option("secrets.files"))))
    ensure_supervisor(home, START_SUPERVISOR)
    send_at_once()
    tasks = [asyncio.create_task(_warm()), asyncio.create_task(_keep_supervised(home))]
    yield
    for task in tasks:
        task.cancel()


def send_at_once() -> None:
    """Let what this process answers leave without waiting for the client's acknowledgement.

    asyncio sees to it (TCP_NODELAY) only for sockets of a named protocol, and Streamlit's listener
    has none: every answer of two packets took 44 ms instead of 2 (measured). What is set on a
    listener holds for its connections.
    """
    for connection in psutil.Process().net_connections(kind="tcp"):
        if connection.status == psutil.CONN_LISTEN:
            with socket.socket(fileno=os.dup(connection.fd)) as listener:
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


async def _keep_supervised(home: Home) -> None:
    """See that a supervisor is there also while nobody looks at a page: one leaves when the program changes."""
    while True:
        await asyncio.sleep(SUPERVISED_EVERY_S)
        try:
            ensure_supervisor(home, START_SUPERVISOR)
        except OSError:  # no memory, no file left to open: the next look may find some
            logger.exception("no supervisor could be started")


async def _warm() -> None:
    """Import what pages will need, so that the first click does not wait for it; the first page paints first."""
    started = time.monotonic()
    while not _frozen_modules and time.monotonic() - started < WARM_AFTER_S:
        await asyncio.sleep(0.1)
    for name in PAGE_LIBRARIES:
        await asyncio.to_thread(__import__, name)


def freeze_imports() -> None:
    """Take what is imported out of the garbage collector's sight, whenever it has grown.

    Streamlit collects after every run of a script, and the cost grows with what is imported:
    44 ms bare, 108 ms with pandas and scikit-learn, 4 ms after this (measured).
    """
    global _frozen_modules
    if len(sys.modules) <= _frozen_modules:
        return
    with _guard:
        _frozen_modules = len(sys.modules)
        gc.collect()
        gc.freeze()
