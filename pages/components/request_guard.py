"""Whether a REST request means this server and comes from no other site's page. Reads no body, knows no route.

A page of another site can make a browser send requests here: with its own name resolved to
this machine (DNS rebinding), which the Host header gives away, or openly, which Origin does.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import streamlit as st

from core.sentences import say

LOCAL = ("localhost", "127.0.0.1", "::1")


def why_refused(headers: Mapping[str, str]) -> str | None:
    """A sentence, or None for a request that may go on."""
    host = headers.get("host", "")
    if not _is_allowed(_name(host), _known_hosts()):
        return say("api.host")
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.casefold() != host.casefold():
        return say("api.origin")
    return None


def _known_hosts() -> Sequence[str]:
    address = st.get_option("server.address")
    return (*LOCAL, *([address] if address else []), *st.get_option("server.allowedHosts"))


def _name(host: str) -> str | None:
    """The Host header without its port; None when it is no host at all."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_allowed(name: str | None, known: Sequence[str]) -> bool:
    """The patterns are those of Streamlit's server.allowedHosts: a name, `*.name`, or `*`."""
    if not name:
        return False
    for pattern in (p.casefold().strip("[]") for p in known):
        if pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:])):
            return True
    return False
