"""REST beside the pages: is the server well, and uploads too large for the browser's memory."""

import asyncio
import errno
import logging
import re
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from core.commands import OWNER
from core.errors import FathomError, TooLarge
from core.home import Home, new_id
from core.jobs.queue import Queue
from core.sentences import say
from pages.components.request_guard import why_refused
from pages.components.sign_in import is_sign_in_configured

MOST_BYTES = 50 << 30
STREAMED = "application/octet-stream"

logger = logging.getLogger("fathom.rest")


def routes(home: Home) -> Sequence[BaseRoute]:
    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def add_dataset(request: Request) -> JSONResponse:
        """POST /api/v1/datasets?name=sales.csv with the file as the body, streamed to disk.

        The content type must be application/octet-stream: a web page of another site cannot
        send that without the browser asking first, and the answer is no.
        """
        refused = _closed(request)
        if refused is not None:
            return refused
        if request.headers.get("content-type") != STREAMED:
            return _refusal(415, say("api.content_type", expected=STREAMED))
        name = re.sub(r"[^\w.\- ]+", "_", request.query_params.get("name", "upload"))[:120]
        path = home.uploads / new_id()
        try:
            await _stream(request, path)
            job = await asyncio.to_thread(
                Queue(home).put,
                kind="ingest",
                lane="data",
                owner=OWNER,
                payload={"file": path.name, "name": name, "options": {}},
            )
        except TooLarge as error:
            path.unlink(missing_ok=True)
            return _refusal(413, str(error))
        except (OSError, sqlite3.OperationalError):
            logger.exception("an upload could not be stored")
            path.unlink(missing_ok=True)
            return _refusal(507, say("api.no_room"))
        except BaseException:  # the client went away, or the server is going
            path.unlink(missing_ok=True)
            raise
        return JSONResponse({"job": job.id, "name": name}, status_code=202)

    async def job_state(request: Request) -> JSONResponse:
        """GET /api/v1/jobs/<id>: its state, and the dataset once it is done."""
        refused = _closed(request)
        if refused is not None:
            return refused
        try:
            job = Queue(home).get(request.path_params["job"], OWNER)
        except FathomError as error:
            return _refusal(404, str(error))
        return JSONResponse({"state": job.state, "result": job.result, "error": job.error})

    return [
        Route("/api/v1/health", health),
        Route("/api/v1/datasets", add_dataset, methods=["POST"]),
        Route("/api/v1/jobs/{job}", job_state),
    ]


def _closed(request: Request) -> JSONResponse | None:
    """The refusal of a request that REST is not open to, or None."""
    if is_sign_in_configured():
        return _refusal(401, say("api.sign_in"))
    refused = why_refused(request.headers)
    return None if refused is None else _refusal(403, refused)


async def _stream(request: Request, path: Path) -> None:
    """Write the body to the file. Raises TooLarge, OSError, and ClientDisconnect for half a body.

    The disk is waited for in a thread: the pages of everybody are served by this one.
    """
    announced = request.headers.get("content-length", "")
    n = int(announced) if announced.isdecimal() else 0
    _check_size(n)
    if n > shutil.disk_usage(path.parent).free:
        raise OSError(errno.ENOSPC, "less is free than was announced")
    n = 0
    with open(path, "wb") as file:
        async for chunk in request.stream():
            n += len(chunk)
            _check_size(n)
            await asyncio.to_thread(file.write, chunk)


def _check_size(n: int) -> None:
    if n > MOST_BYTES:
        raise TooLarge("upload_too_large", most=f"{MOST_BYTES / 1e9:.0f} GB")


def _refusal(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
