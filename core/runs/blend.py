"""An ensemble as a run's folder holds it: which of its models, with what weights. Chooses and predicts nothing."""

import json
from dataclasses import dataclass
from pathlib import Path

from core import codec
from core.errors import BadInput
from core.home import write_whole

ENSEMBLE = "ensemble"  # its key among the models of a spec
TITLE = "Ensemble"
FILE = "blend.json"


@dataclass(frozen=True, kw_only=True)
class Blend:
    """members: numbers of models of the run; weights: of their answers, summing to 1."""

    members: tuple[int, ...]
    weights: tuple[float, ...]


def save_blend(blend: Blend, folder: Path) -> int:
    """Write it into the ensemble's folder; bytes on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / FILE, codec.dumps(blend, indent=1))
    return (folder / FILE).stat().st_size


def load_blend(folder: Path) -> Blend:
    """Raises BadInput when the file is damaged."""
    try:
        blend = codec.from_plain(Blend, json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise BadInput("model_unreadable", file=FILE, reason=type(error).__name__) from error
    if not blend.members or len(blend.members) != len(blend.weights):
        raise BadInput("model_unreadable", file=FILE, reason="members and weights differ")
    return blend
