"""Leave to send one's files by REST where people sign in: shown on the page, checked by the route. Stores no ticket.

A ticket is the owner and an hour, signed with a key that lies in the home folder.
"""

import base64
import hashlib
import hmac
import os
import secrets
import time
from pathlib import Path

from core.home import Home, write_whole

HOUR_S = 3600
KEY_BYTES = 32


def ticket_for(owner: str, home: Home) -> str:
    """Valid for one to two hours, and the same within an hour, so that a page may show it again and again."""
    until = (int(time.time()) // HOUR_S + 2) * HOUR_S
    said = f"{until}|{owner}".encode()
    return f"{_written(said)}.{_written(_signature(said, home))}"


def owner_of(ticket: str, home: Home) -> str | None:
    """Whose ticket it is; None where it is none of ours, or too old."""
    try:
        said, signature = (base64.urlsafe_b64decode(part) for part in ticket.split(".", 1))
        until, _, owner = said.decode().partition("|")
        fits = hmac.compare_digest(signature, _signature(said, home)) and int(until) > time.time()
    except ValueError:
        return None
    return owner if fits and owner else None


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _signature(said: bytes, home: Home) -> bytes:
    return hmac.new(_key(home.root / "tickets.key"), said, hashlib.sha256).digest()


def _key(path: Path) -> bytes:
    if not path.exists():
        aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        write_whole(aside, secrets.token_bytes(KEY_BYTES))
        aside.chmod(0o600)
        try:
            os.link(aside, path)  # unlike a renaming, fails where another process was quicker
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_bytes()
