"""A file at an address (https, or s3 for an object store) below one that the settings allow. Follows no redirect elsewhere."""

import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from core.data.origins import Fetching, Origin
from core.data.origins._addresses import allowed
from core.errors import BadInput, TooLarge
from core.settings import Settings

CHUNK = 1 << 20
SILENT_S = 30.0


def settle(where: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """where: url."""
    return {"url": allowed(str(where.get("url", "")).strip(), settings.allowed_urls)}


def fetch(where: Mapping[str, Any], fetching: Fetching) -> None:
    url = where["url"]
    host = urlsplit(url).hostname or ""
    try:
        if url.lower().startswith("s3:"):
            _from_s3(url, fetching)
        else:
            _from_web(url, fetching)
    except urllib.error.HTTPError as error:
        raise BadInput("url_status", host=host, status=error.code) from None
    except (OSError, http.client.HTTPException) as error:
        if getattr(error, "filename", None) is not None:  # our own disk
            raise
        reason = getattr(error, "reason", None) or error
        raise BadInput(
            "url_failed", host=host, detail=str(reason).splitlines()[0][:200].rstrip(". ")
        ) from None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Goes only where the settings allow."""

    def __init__(self, settings: Settings):
        self._settings = settings

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        allowed(newurl, self._settings.allowed_urls)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _from_web(url: str, fetching: Fetching) -> None:
    opener = urllib.request.build_opener(_Redirects(fetching.settings))
    opener.addheaders = [("User-Agent", "Fathom"), ("Accept-Encoding", "identity")]
    with opener.open(url, timeout=SILENT_S) as answer:
        announced = answer.headers.get("Content-Length", "")
        size = int(announced) if announced.isdecimal() else 0
        n = _copy(answer, fetching, size)
        if n < size:
            raise BadInput("url_cut", host=urlsplit(url).hostname or "", n=n, size=size)


def _from_s3(url: str, fetching: Fetching) -> None:
    """With the credentials that the server's environment has for S3, by pyarrow."""
    import pyarrow.fs

    parts = urlsplit(url)
    # given by name: in an address it could lead anywhere
    store = pyarrow.fs.S3FileSystem(endpoint_override=os.environ.get("AWS_ENDPOINT_URL"))
    path = f"{parts.netloc}{unquote(parts.path)}"
    size = store.get_file_info(path).size
    with store.open_input_stream(path) as stream:
        _copy(stream, fetching, size or 0)


def _copy(source: BinaryIO, fetching: Fetching, size: int) -> int:
    """How many bytes came. Raises TooLarge beyond what an upload may have."""
    most, n = fetching.settings.most_upload_bytes, 0
    if size > most:
        raise TooLarge("upload_too_large", most=f"{most / 1e9:,.3g} GB")
    with open(fetching.out, "wb") as target:
        while chunk := source.read(CHUNK):
            n += len(chunk)
            if n > most:
                raise TooLarge("upload_too_large", most=f"{most / 1e9:,.3g} GB")
            target.write(chunk)
            fetching.report(0.3 * n / size if size else 0.1, "Fetching the file")
    return n


def name_of(where: Mapping[str, Any]) -> str:
    parts = urlsplit(str(where.get("url", "")))
    return unquote(PurePosixPath(parts.path).name) or parts.hostname or ""


origin = Origin(key="url", title="An address", settle=settle, fetch=fetch, name=name_of)
