"""Which function does which kind of job. The one place that knows them all; does none itself.

Each function gets the job and its context and returns plain JSON; heavy libraries are
imported inside, by the worker that needs them.
"""

import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from core import codec
from core.domain import RunSpec
from core.errors import BadInput, FathomError
from core.home import Home, new_id
from core.jobs.context import Handler, JobContext, Paused, Stopped
from core.jobs.job import Job
from core.sentences import say

KEEP_LIMIT_S = 600.0  # that a query may take whose answer becomes a dataset
WARM_SCORERS = 8  # models the interactive worker keeps loaded


def handlers(home: Home, *, started: float | None = None) -> dict[str, Handler]:
    """Kind of job → function. started: when the budget's clock began, for a run in this process."""
    return {
        "ingest": _ingest,
        "preview": _preview,
        "fetch": _fetch,
        "tables": _tables,
        "drift": _drift,
        "check": _check,
        "relate": _relate,
        "clean": _clean,
        "train": lambda job, context: _train(job, context, started),
        "estimate": _estimate,
        "score": _score,
        "predict": _predict,
        "query": _query,
        "keep_answer": _keep_answer,
    }


def warm(lane: str) -> Callable[[], None] | None:
    """What a lane's worker imports before its first job, or None."""
    return {"training": _warm_training, "interactive": _warm_scoring}.get(lane)


@lru_cache(maxsize=1)
def _bench():
    from core.studies.classics import ClassicsBench

    return ClassicsBench()


def _warm_training() -> None:
    _bench()  # its process imports scikit-learn while this one imports TensorFlow
    from core.training.process import configure_process

    configure_process()
    import keras  # noqa: F401

    import core.studies.run  # noqa: F401


def _warm_scoring() -> None:
    from core.training.process import configure_process

    configure_process()
    import sklearn.ensemble  # noqa: F401
    import skops.io  # noqa: F401

    import core.prediction.score  # noqa: F401
    import core.studies.estimate  # noqa: F401


class _LeftOff(Exception):
    """Carries out of a reader that its owner, or the process, does not want it to go on."""


def _ingest(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: name, options, and file (a name in the uploads folder) or dataset, to be read another way;
    promised, an id for what comes of it.

    The upload is deleted once it is stored or given up; a refused one stays, to be read another way.
    """
    from core.data.ingest import ingest

    path = _given(job, context)
    try:
        dataset = ingest(
            path,
            name=job.payload["name"],
            owner=job.owner,
            home=context.home,
            options=job.payload.get("options"),
            report=_reporting(context),
            dataset_id=job.payload.get("promised"),
        )
    except _LeftOff:
        return _laid_down(path, context)
    finally:
        if "dataset" in job.payload:
            path.unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    return {"dataset": dataset.id}


def _preview(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: name, options, and file or dataset as for ingest. How it would be read; nothing is stored."""
    from core.data.preview import preview

    path = _given(job, context, is_look=True)
    try:
        return codec.to_plain(preview(path, job.payload.get("options")))
    except FathomError as error:
        raise error.about(path.name, job.payload["name"]) from error
    finally:
        if "dataset" in job.payload:
            path.unlink(missing_ok=True)


def _given(job: Job, context: JobContext, *, is_look: bool = False) -> Path:
    """The file a job is about: an upload, or the original of a dataset, unpacked among the uploads.

    is_look: where the beginning is enough of a text.
    """
    if "dataset" not in job.payload:
        return _inside(context.home.uploads, job.payload["file"])
    from core.data import original
    from core.data.catalog import Catalog
    from core.data.sources._encoding import HEAD

    dataset = Catalog(context.home).get(job.payload["dataset"], job.owner)
    path = context.home.uploads / new_id()
    is_text = "separator" in dataset.options
    original.unpack(
        original.blob_of_file(dataset), path, HEAD + 1 if is_look and is_text else original.MOST_BYTES
    )
    return path


def _fetch(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: origin, name, options; previous, the dataset it is to be the next version of."""
    from core.data.fetched import bring

    try:
        dataset, is_new = bring(
            job.payload["origin"],
            name=job.payload["name"],
            owner=job.owner,
            home=context.home,
            options=job.payload.get("options"),
            previous=job.payload.get("previous"),
            report=_reporting(context),
        )
    except _LeftOff:
        return Paused() if context.requested() in ("pause", "interrupt") else Stopped()
    return {"dataset": dataset.id, "is_new": is_new}


def _tables(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: connection."""
    from core.data.databases.session import table_names
    from core.settings import Settings

    name = job.payload["connection"]
    return {"tables": table_names(name, Settings.current().connection(name))}


def _drift(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: before, after, two of the owner's datasets."""
    from core.data.catalog import Catalog
    from core.data.drift import compare

    catalog = Catalog(context.home)
    before, after = (catalog.get(job.payload[key], job.owner) for key in ("before", "after"))
    return codec.to_plain(compare(before, after, catalog))


def _check(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: dataset. Its findings for the present columns and target, stored beside it."""
    from core.data.catalog import Catalog

    catalog = Catalog(context.home)
    found = catalog.findings(catalog.get(job.payload["dataset"], job.owner))
    return {"n_findings": len(found)}


def _relate(job: Job, context: JobContext) -> Mapping[str, Any] | Stopped | Paused:
    """payload: dataset. How its columns go together, stored beside the blob."""
    from core.data.catalog import Catalog
    from core.data.relations import relations

    try:
        found = relations(Catalog(context.home).get(job.payload["dataset"], job.owner), _reporting(context))
    except _LeftOff:
        return Paused() if context.requested() in ("pause", "interrupt") else Stopped()
    return {"n_columns": len(found.names)}


def _clean(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: dataset, recipe. The dataset with those cleaning steps in force; as it was if one does not fit."""
    from core.data.catalog import Catalog
    from core.data.making import with_recipe
    from core.data.recipe import read_recipe

    catalog = Catalog(context.home)
    dataset = catalog.get(job.payload["dataset"], job.owner)
    try:
        with_recipe(dataset, read_recipe(job.payload["recipe"]), catalog, _reporting(context))
    except _LeftOff:
        return Paused() if context.requested() in ("pause", "interrupt") else Stopped()
    return {"dataset": dataset.id}


def _train(job: Job, context: JobContext, started: float | None) -> Mapping[str, Any] | Paused | Stopped:
    """The run of the job's own id."""
    _warm_training()  # nothing is done again in a worker that is warm
    from core.data.catalog import Catalog
    from core.runs.store import RunStore
    from core.studies.run import Interrupted, carry_out

    store, catalog = RunStore(context.home), Catalog(context.home)
    run = store.get(job.id, job.owner)
    try:
        carry_out(
            run,
            catalog.get(run.spec.dataset, run.owner),
            catalog=catalog,
            store=store,
            context=context,
            bench=_bench(),
            started=started,
        )
    except Interrupted as left:
        return Stopped() if left.wish in ("discard", "cancel") else Paused()
    finally:
        _bench().close()
    return {"run": run.id}


def _estimate(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: spec."""
    from core.data.catalog import Catalog
    from core.studies.estimate import estimate

    spec, catalog = codec.from_plain(RunSpec, job.payload["spec"]), Catalog(context.home)
    found = estimate(spec, catalog.get(spec.dataset, job.owner), catalog)
    return codec.to_plain(found) | {"fits": found.fits}


@lru_cache(maxsize=WARM_SCORERS)
def _loaded_scorer(root: Path, run_id: str, owner: str, number: int | None):
    from core.prediction.score import load_scorer
    from core.runs.store import RunStore

    store = RunStore(Home(root))
    return load_scorer(store, store.get(run_id, owner), number)


def _scorer(job: Job, context: JobContext):
    """The model asked for, kept loaded; but a run that was deleted meanwhile answers no more."""
    from core.runs.store import RunStore

    store = RunStore(context.home)
    run = store.get(job.payload["run"], job.owner)
    if not store.is_whole(run.id):
        raise BadInput("run_not_done", run=run.name, state=say(f"state.{run.state}"))
    return _loaded_scorer(context.home.root, run.id, job.owner, job.payload.get("model"))


def _score(job: Job, context: JobContext) -> Mapping[str, Any]:
    """payload: run, model (number or None), rows (column → value each)."""
    from core.prediction.rows import rows_from_form

    scorer = _scorer(job, context)
    started = time.perf_counter()
    answers = scorer.answer(*rows_from_form(job.payload["rows"], scorer.contract))
    return {
        "answers": codec.to_plain(answers.table().to_dict("records")),
        "doubts": [
            [{"code": d.code, "sentence": d.sentence} for d in row] for row in answers.doubts.by_row()
        ],
        "margin": codec.to_plain(scorer.margin),
        "model": scorer.record.title,
        "ms": (time.perf_counter() - started) * 1e3,
    }


def _predict(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: run, model, file (in the uploads folder), name, keep_columns.

    The answer lies in exports/<job>.csv; the upload is deleted once nobody needs it.
    """
    from core.prediction.batch import predict_file

    path = _inside(context.home.uploads, job.payload["file"])
    scorer = _scorer(job, context)
    out = context.home.exports / f"{job.id}.csv"

    try:
        result = predict_file(
            scorer,
            path,
            out,
            keep_columns=bool(job.payload.get("keep_columns")),
            name=job.payload.get("name"),
            report=_reporting(context),
        )
    except _LeftOff:
        return _laid_down(path, context)
    except FathomError:
        path.unlink(missing_ok=True)  # it will not fit on another attempt either
        raise
    path.unlink(missing_ok=True)
    return {"out": out.name, "model": scorer.record.title, **vars(result)}


def _query(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: sql. The first rows of its answer lie in exports/<job>.arrow; the owner's history has it."""
    from core.data.query_history import QueryHistory
    from core.data.query_process import Question, ask

    out = context.home.exports / f"{job.id}.arrow"
    question = Question(root=str(context.home.root), owner=job.owner, sql=job.payload["sql"], out=str(out))
    started, history = time.perf_counter(), QueryHistory(context.home)
    try:
        answer = ask(question, lambda: context.requested() is not None)
    except FathomError as error:
        out.unlink(missing_ok=True)
        history.add(
            job.owner, question.sql, seconds=time.perf_counter() - started, n_rows=None, error=str(error)
        )
        raise
    if answer is None:
        out.unlink(missing_ok=True)
        return _left_off(context)
    history.add(job.owner, question.sql, seconds=answer.seconds, n_rows=answer.n_rows, error=None)
    return codec.to_plain(answer)


def _keep_answer(job: Job, context: JobContext) -> Mapping[str, Any] | Paused | Stopped:
    """payload: sql, name. Every row of its answer as a new dataset of that name."""
    import tempfile

    from core.data.ingest import ingest
    from core.data.query_process import Question, ask

    with tempfile.TemporaryDirectory(dir=context.home.uploads, prefix=".answer.") as folder:
        path = Path(folder) / "answer.parquet"
        question = Question(
            root=str(context.home.root), owner=job.owner, sql=job.payload["sql"], out=str(path), form="parquet",
            limit_s=KEEP_LIMIT_S,
        )  # fmt: skip
        context.report(0.0, "Running the query")
        if ask(question, lambda: context.requested() is not None) is None:
            return _left_off(context)
        try:
            dataset = ingest(
                path,
                name=job.payload["name"],
                owner=job.owner,
                home=context.home,
                report=_reporting(context),
            )
        except _LeftOff:
            return _left_off(context)
    return {"dataset": dataset.id}


def _left_off(context: JobContext) -> Paused | Stopped:
    """How a query ends that was left off: it begins anew, where nobody asked for its end."""
    return Paused() if context.requested() in ("pause", "interrupt") else Stopped()


def _reporting(context: JobContext) -> Callable[[float, str], None]:
    """Passes progress on, and leaves the work off when something is asked of the job before its end."""

    def report(fraction: float, message: str) -> None:
        context.report(fraction, message)
        if fraction < 1 and context.requested() is not None:
            raise _LeftOff

    return report


def _laid_down(upload: Path, context: JobContext) -> Paused | Stopped:
    """How a job ends that was left off: to be taken up again with its upload, or for good without it."""
    if context.requested() in ("pause", "interrupt"):
        return Paused()
    upload.unlink(missing_ok=True)
    return Stopped()


def _inside(folder: Path, name: str) -> Path:
    """The file of that name directly in the folder. Raises BadInput for a name that leads elsewhere."""
    path = folder / name
    if path.parent != folder or name in ("", ".", ".."):
        raise BadInput("file_elsewhere", file=name)
    return path
