"""A learning rate for the network of a form."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core import codec
from core.domain import RunSpec
from core.jobs.context import JobContext
from core.jobs.job import Job
from core.sentences import say
from core.wiring import Work
from core.wiring._leaving import reporting


def rate(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: spec."""
    from core.data.catalog import Catalog
    from core.studies.rates import find_rate

    spec, catalog = codec.from_plain(RunSpec, job.payload["spec"]), Catalog(context.home)
    report, said = reporting(context), say("stage.rates")
    with tempfile.TemporaryDirectory(prefix="rates-") as folder:
        found = find_rate(
            spec, catalog.get(spec.dataset, job.owner), catalog, Path(folder), lambda f: report(f, said)
        )
    return codec.to_plain(found)


work = Work(key="rate", do=rate)
