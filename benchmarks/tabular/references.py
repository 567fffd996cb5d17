"""The other tools, each in an environment of its own that is made here and never touches Fathom's. Fits nothing itself."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from core.errors import FathomError

TORCH = "torch==2.13.0+cpu"
TORCH_INDEX = (
    "https://download.pytorch.org/whl/cpu"  # the package index holds the builds with CUDA, of gigabytes
)
FIT = Path(__file__).with_name("reference_fit.py")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What to install for a tool. has_budget: whether it takes seconds to stay within."""

    key: str
    title: str
    packages: tuple[str, ...]
    has_budget: bool = True


REFERENCES: dict[str, Reference] = {
    reference.key: reference
    for reference in (
        Reference(
            key="autogluon", title="AutoGluon good_quality",
            packages=(
                "autogluon.tabular[lightgbm,catboost,xgboost,fastai,realmlp,tabm]==1.6.3", TORCH,
            ),
        ),
        Reference(key="flaml", title="FLAML", packages=("flaml[automl]==2.7.0",)),
        Reference(key="h2o", title="H2O AutoML", packages=("h2o==3.46.0.12", "pandas")),
        Reference(
            key="realmlp_td", title="RealMLP-TD of pytabkit", packages=("pytabkit==1.7.3", TORCH), has_budget=False,
        ),
    )
}  # fmt: skip


def python_of(reference: Reference, folder: Path) -> Path:
    """The interpreter of the tool's environment, made first if need be.

    Raises FathomError when it cannot be installed, which is remembered until the packages change.
    """
    place, wanted = folder / reference.key, list(reference.packages)
    python, made = place / "bin" / "python", place / "made.json"
    known = json.loads(made.read_text()) if made.exists() else {}
    if known.get("packages") != wanted:
        known = {"packages": wanted, "error": _install(reference, place)}
        place.mkdir(parents=True, exist_ok=True)
        made.write_text(json.dumps(known))
    if known["error"]:
        raise FathomError("run_ended", state="not installed", error=known["error"])
    return python


def _install(reference: Reference, place: Path) -> str | None:
    """Why it could not be installed, or None."""
    print(f"  making an environment for {reference.title}", flush=True)
    shutil.rmtree(place, ignore_errors=True)
    python = str(place / "bin" / "python")
    more = ["--extra-index-url", TORCH_INDEX] if TORCH in reference.packages else []
    if uv := shutil.which("uv"):
        make = [uv, "venv", "--python", sys.executable, str(place)]
        index = ["--index-strategy", "unsafe-best-match"] if more else []
        install = [uv, "pip", "install", "--python", python, *index]
    else:
        make = [sys.executable, "-m", "venv", str(place)]
        install = [python, "-m", "pip", "install", "--quiet"]
    for command in (make, [*install, *more, *reference.packages]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return (done.stderr or done.stdout).strip()[-500:]
    return None


def command_of(python: Path, key: str, question: dict) -> list[str]:
    """How to let the tool fit and predict; it writes what it answered where the question says."""
    return [str(python), str(FIT), key, json.dumps(question)]
