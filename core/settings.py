"""What whoever runs this server allows: databases, paths, addresses, sizes. By default nothing but uploads.

Read from the secrets files of Streamlit and from the environment, whenever it is needed: pages,
workers and the terminal are processes of their own, and what is secret shall stand in no job.

    [connections.sales]                          FATHOM_CONNECTION_SALES=postgresql://…
    url = "postgresql://user:password@host/db"

    [data]
    allowed_paths = ["/srv/exports"]             FATHOM_ALLOWED_PATHS=/srv/exports:/mnt/lake
    allowed_urls = ["https://data.example/"]     FATHOM_ALLOWED_URLS="https://data.example/ s3://lake/"
    most_upload_gb = 50                          FATHOM_MOST_UPLOAD_GB=50
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import BadInput, UnknownName

ROOT = Path(__file__).resolve().parent.parent
SECRETS = "FATHOM_SECRETS"  # where the files are, when not at Streamlit's own places
CONNECTION = "FATHOM_CONNECTION_"
MOST_UPLOAD_GB = 50.0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """connections: address of a database, with its password, by the name people choose it by.

    allowed_paths, allowed_urls: what lies in these folders, or below these addresses, may be read.
    """

    connections: Mapping[str, str] = field(default_factory=dict, repr=False)
    allowed_paths: tuple[Path, ...] = ()
    allowed_urls: tuple[str, ...] = ()
    most_upload_bytes: int = int(MOST_UPLOAD_GB * 1e9)

    @classmethod
    def current(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """As files and environment say now; the environment counts more. Raises BadInput."""
        secrets = _secrets(environment)
        data = secrets.get("data", {})
        connections = {
            str(name).lower(): entry["url"]
            for name, entry in secrets.get("connections", {}).items()
            if isinstance(entry, Mapping) and isinstance(entry.get("url"), str)
        }
        for name, url in environment.items():
            if name.startswith(CONNECTION) and url:
                connections[name.removeprefix(CONNECTION).lower()] = url
        paths = environment.get("FATHOM_ALLOWED_PATHS")
        urls = environment.get("FATHOM_ALLOWED_URLS")
        most = environment.get("FATHOM_MOST_UPLOAD_GB") or data.get("most_upload_gb", MOST_UPLOAD_GB)
        try:
            return cls(
                connections=connections,
                allowed_paths=tuple(
                    Path(p)
                    for p in (paths.split(os.pathsep) if paths else data.get("allowed_paths", ()))
                    if p
                ),
                allowed_urls=tuple(map(str, urls.split() if urls else data.get("allowed_urls", ()))),
                most_upload_bytes=int(float(most) * 1e9),
            )
        except (TypeError, ValueError) as error:
            raise BadInput("settings_value", detail=str(error)[:200]) from None

    def connection(self, name: str) -> str:
        """The address of that database. Raises UnknownName."""
        if name not in self.connections:
            raise UnknownName("database connection", name, sorted(self.connections))
        return self.connections[name]


def _secrets(environment: Mapping[str, str]) -> dict[str, Any]:
    """The tables of all secrets files that there are; of equal names the later file's count."""
    given = environment.get(SECRETS)
    if given:
        files = [Path(p) for p in given.split(os.pathsep) if p]
    else:
        files = [folder / ".streamlit" / "secrets.toml" for folder in (Path.home(), ROOT)]
    found: dict[str, Any] = {}
    for file in files:
        try:
            found |= tomllib.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError):  # what it says may be secret: the reason stays untold
            raise BadInput("settings_unreadable", file=file) from None
    return found
