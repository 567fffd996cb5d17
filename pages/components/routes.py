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
from core.settings import Settings
from pages.components.request_guard import why_refused
from pages.components.sign_in import is_sign_in_configured
from pages.components.upload_ticket import owner_of

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
        owner = _owner(request, home)
        if isinstance(owner, JSONResponse):
            return owner
        if request.headers.get("content-type") != STREAMED:
            return _refusal(415, say("api.content_type", expected=STREAMED))
        name = re.sub(r"[^\w.\- ]+", "_", request.query_params.get("name", "upload"))[:120]
        path, dataset = home.uploads / new_id(), new_id()
        try:
            await _stream(request, path, Settings.current().most_upload_bytes)
            job = await asyncio.to_thread(
                Queue(home).put,
                kind="ingest",
                lane="data",
                owner=owner,
                payload={"file": path.name, "name": name, "options": {}, "promised": dataset},
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
        return JSONResponse({"job": job.id, "dataset": dataset, "name": name}, status_code=202)

    async def job_state(request: Request) -> JSONResponse:
        """GET /api/v1/jobs/<id>: its state, how far it is, and the dataset once it is done."""
        owner = _owner(request, home)
        if isinstance(owner, JSONResponse):
            return owner
        try:
            job = await asyncio.to_thread(Queue(home).get, request.path_params["job"], owner)
        except FathomError as error:
            return _refusal(404, str(error))
        shown = {"state": job.state, "fraction": job.fraction, "result": job.result, "error": job.error}
        return JSONResponse(shown)

    return [
        Route("/api/v1/health", health),
        Route("/api/v1/datasets", add_dataset, methods=["POST"]),
        Route("/api/v1/jobs/{job}", job_state),
    ]


def _owner(request: Request, home: Home) -> str | JSONResponse:
    """Whose request it is, or its refusal. Where people sign in, the ticket says who."""
    refused = why_refused(request.headers)
    if refused is not None:
        return _refusal(403, refused)
    if not is_sign_in_configured():
        return OWNER
    scheme, _, ticket = request.headers.get("authorization", "").partition(" ")
    owner = owner_of(ticket.strip(), home) if scheme.lower() == "bearer" else None
    return owner or _refusal(401, say("api.sign_in"))


async def _stream(request: Request, path: Path, most: int) -> None:
    """Write the body, of at most so many bytes, to the file. Raises TooLarge, OSError, and ClientDisconnect for half a body.

    The disk is waited for in a thread: the pages of everybody are served by this one.
    """
    announced = request.headers.get("content-length", "")
    n = int(announced) if announced.isdecimal() else 0
    _check_size(n, most)
    if n > shutil.disk_usage(path.parent).free:
        raise OSError(errno.ENOSPC, "less is free than was announced")
    n = 0
    with open(path, "wb") as file:
        async for chunk in request.stream():
            n += len(chunk)
            _check_size(n, most)
            await asyncio.to_thread(file.write, chunk)


def _check_size(n: int, most: int) -> None:
    if n > most:
        raise TooLarge("upload_too_large", most=f"{most / 1e9:,.3g} GB")


def _refusal(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
