"""Which addresses may be fetched: those below one that the settings allow, without anything secret. Fetches nothing."""

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from core.errors import BadInput

SCHEMES = {"https": 443, "http": 80, "s3": None}
MOST_CHARACTERS = 2_000
_SECRET = re.compile(r"sig|token|secret|passw|pwd|credential|auth|api.?key|access.?key|^key$", re.I)


def allowed(url: str, bases: Sequence[str]) -> str:
    """The address, when it lies below one of `bases`. Raises BadInput, which shows at most its host and path."""
    if not bases:
        raise BadInput("urls_none")
    parts = _parts(url)
    if parts is None:
        raise BadInput("url_form")
    shown = f"{parts.scheme}://{parts.hostname or ''}{parts.path}"[:300]
    if parts.username or parts.password or any(_SECRET.search(name) for name, _ in parse_qsl(parts.query)):
        raise BadInput("url_secret")
    if not any(_is_below(parts, _parts(base)) for base in bases):
        raise BadInput("url_not_allowed", url=shown)
    return url


def _parts(url: str) -> SplitResult | None:
    """None for what is no address that can be compared."""
    if len(url) > MOST_CHARACTERS or re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    # ".." could climb out of what is allowed, also written as %2e%2e
    climbs = any(
        unquote(unquote(part)) in (".", "..") for part in re.split(r"/|%2f|%5c", parts.path, flags=re.I)
    )
    return None if parts.scheme.lower() not in SCHEMES or not parts.hostname or climbs else parts


def _is_below(parts: SplitResult, base: SplitResult | None) -> bool:
    if base is None or parts.scheme.lower() != base.scheme.lower():
        return False
    default = SCHEMES[parts.scheme.lower()]
    if parts.hostname != base.hostname or (parts.port or default) != (base.port or default):
        return False
    return parts.path == base.path or parts.path.startswith(base.path.rstrip("/") + "/")
