"""The uploaded file itself, kept compressed in the blob made of it, so that it can be read another way. Reads no table.

It goes with the blob. Files above MOST_BYTES are not kept: they come again from where they lie.
"""

from pathlib import Path

from core.domain import Dataset
from core.errors import BadInput, TooLarge

MOST_BYTES = 256 << 20
CHUNK = 4 << 20
FILE = "original.zst"


def keep(path: Path, blob: Path) -> None:
    """Keep the file in the folder of its blob, unless it is too large."""
    import pyarrow

    if path.stat().st_size > MOST_BYTES:
        return
    with open(path, "rb") as source, pyarrow.output_stream(str(blob / FILE), compression="zstd") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)


def is_kept(blob: Path) -> bool:
    return (blob / FILE).is_file()


def blob_of_file(dataset: Dataset) -> Path:
    """The folder of the blob that the file itself became, whatever a recipe has made of it since."""
    own = Path(dataset.location)
    return own if dataset.base is None else own.parent / dataset.base.blob


def unpack(blob: Path, out: Path, most_bytes: int = MOST_BYTES) -> None:
    """Write the file, or its beginning, to `out`. Raises BadInput when it was not kept, TooLarge on a full disk."""
    import pyarrow

    if not is_kept(blob):
        raise BadInput("original_not_kept", most=MOST_BYTES >> 20)
    left = most_bytes
    try:
        with pyarrow.input_stream(str(blob / FILE), compression="zstd") as source, open(out, "wb") as target:
            while left > 0 and (chunk := source.read(min(CHUNK, left))):
                target.write(chunk)
                left -= len(chunk)
    except OSError as error:
        out.unlink(missing_ok=True)
        raise TooLarge("disk", detail=error.strerror or "unknown") from error
