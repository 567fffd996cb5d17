"""How long a warm scorer takes to answer for one image or sound of a run's test rows, everything between question and answer included."""

import base64
import statistics
import time

from core.commands import OWNER
from core.data.catalog import Catalog
from core.data.gallery import contents_of, media_columns
from core.data.media import MEDIA
from core.home import Home
from core.prediction.rows import rows_from_form
from core.prediction.score import load_scorer
from core.runs.predictions import load_predictions
from core.runs.store import RunStore
from core.wiring import warm

ROUNDS = 20


def answer_ms(home: Home, run_id: str, number: int) -> tuple[float, float]:
    """Milliseconds of the wall's clock and of the processor's: medians over ROUNDS files, the first two left out.

    number: of the model that answers.
    """
    warm("interactive")()
    store, catalog = RunStore(home), Catalog(home)
    run = store.get(run_id, OWNER)
    scorer, dataset = load_scorer(store, run, number), catalog.get(run.spec.dataset, OWNER)
    column = media_columns(dataset, *MEDIA)[0].name
    rows, *_ = load_predictions(scorer.voice.folder / "predictions.parquet", "test")
    took, worked = [], []
    for content in contents_of(dataset, catalog, column, rows[: ROUNDS + 2].tolist()).values():
        asked = {column: base64.b64encode(content).decode("ascii")}
        started, busy = time.perf_counter(), time.process_time()
        scorer.answer(*rows_from_form([asked], scorer.contract)).table()
        took.append((time.perf_counter() - started) * 1e3)
        worked.append((time.process_time() - busy) * 1e3)
    return statistics.median(took[2:]), statistics.median(worked[2:])
