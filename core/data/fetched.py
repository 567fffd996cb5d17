"""A dataset from where it can be fetched again: the first time, and its next versions. Knows no kind of origin."""

from collections.abc import Callable, Mapping
from typing import Any

from core.data.catalog import Catalog
from core.data.ingest import blob_id, ingest
from core.data.origins import Fetching, fetch
from core.domain import Dataset
from core.errors import FathomError
from core.home import Home, new_id
from core.settings import Settings

Report = Callable[[float, str], None]
FETCHED = 0.35  # of the work, when the file is there


def bring(
    where: Mapping[str, Any],
    *,
    name: str,
    owner: str,
    home: Home,
    options: Mapping[str, Any] | None = None,
    previous: str | None = None,
    report: Report = lambda fraction, message: None,
) -> tuple[Dataset, bool]:
    """The dataset, and whether it is new.

    previous: id of a dataset of the owner's that this is to be the next version of. Where nothing has
    changed since, that one is returned. Raises FathomError with a sentence.
    """
    catalog = Catalog(home)
    before = None if previous is None else catalog.get(previous, owner)
    out = home.uploads / new_id()
    settled = fetch(where, Fetching(out=out, home=home, settings=Settings.current(), report=report))
    # how it is to be read is remembered with it: the next version is read alike
    remembered = {**settled, "options": dict(options)} if options else settled
    try:
        if before is not None and blob_id(out, options or {}) == before.blob:
            return before, False
        dataset = ingest(
            out, name=name, owner=owner, home=home, options=options, origin=remembered, previous=before,
            report=lambda fraction, message: report(FETCHED + (1 - FETCHED) * fraction, message),
        )  # fmt: skip
        return dataset, True
    except FathomError as error:
        raise error.about(out.name, name) from error
    finally:
        out.unlink(missing_ok=True)
