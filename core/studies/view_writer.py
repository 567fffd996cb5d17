"""The rows of a part by one view, dense or sparse, kept on disk for the process that fits. Views nothing itself."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.studies.npy_writer import NpyWriter

if TYPE_CHECKING:
    import scipy.sparse


class ViewWriter:
    """Appends rows to `<name>.npy`, or to `<name>.npz` where the first of them are sparse."""

    def __init__(self, folder: Path, name: str):
        self._folder, self._name = folder, name
        self._dense: NpyWriter | None = None
        self._sparse: list[scipy.sparse.csr_matrix] = []

    def append(self, rows: "np.ndarray | scipy.sparse.csr_matrix") -> None:
        """rows: (n, d), as wide and of the kind of those before."""
        if not isinstance(rows, np.ndarray):
            self._sparse.append(rows)
            return
        if self._dense is None:
            self._dense = NpyWriter(self._folder / f"{self._name}.npy")
        self._dense.append(rows)

    def __enter__(self) -> "ViewWriter":
        return self

    def __exit__(self, *raised: object) -> None:
        if self._dense is not None:
            self._dense.__exit__(*raised)
        elif self._sparse and raised == (None, None, None):
            import scipy.sparse

            whole = scipy.sparse.vstack(self._sparse, format="csr")
            scipy.sparse.save_npz(self._folder / f"{self._name}.npz", whole, compressed=False)


def load_view(folder: Path, name: str) -> "np.ndarray | scipy.sparse.csr_matrix":
    """What was written under that name: mapped where it is dense."""
    if (folder / f"{name}.npy").exists():
        return np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    import scipy.sparse

    return scipy.sparse.load_npz(folder / f"{name}.npz")
