"""Put a recipe in force."""

from collections.abc import Mapping
from typing import Any

from core.jobs.context import JobContext
from core.jobs.job import Job
from core.wiring import Work
from core.wiring._leaving import reporting


def clean(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: dataset; recipe, or go: the place of one in the history of recipes.

    The dataset with those cleaning steps in force; as it was if one does not fit.
    """
    from core.data.catalog import Catalog
    from core.data.making import gone, with_recipe
    from core.data.recipe import read_recipe

    catalog = Catalog(context.home)
    dataset = catalog.get(job.payload["dataset"], job.owner)
    if "go" in job.payload:
        gone(dataset, job.payload["go"], catalog, reporting(context))
    else:
        with_recipe(dataset, read_recipe(job.payload["recipe"]), catalog, reporting(context))
    return {"dataset": dataset.id}


work = Work(key="clean", do=clean)
