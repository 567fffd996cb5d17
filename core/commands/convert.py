"""python -m core convert DATA --out FILE: what Fathom understood, as a plain table."""

from argparse import ArgumentParser, Namespace
from base64 import b64encode
from pathlib import Path

from core.commands import Command
from core.commands._dataset import add_arguments as add_dataset_arguments
from core.commands._dataset import stored
from core.commands._output import answer_json, note
from core.commands._recipe import recipe_file
from core.commands._scratch import scratch_home
from core.data.media import MEDIA
from core.domain import ROW
from core.errors import BadInput
from core.home import write_whole


def add_arguments(parser: ArgumentParser) -> None:
    add_dataset_arguments(parser)
    parser.add_argument("--out", type=Path, required=True, help="a .csv or .parquet file")
    parser.add_argument("--recipe", type=Path, help="cleaning steps, as a JSON file")
    parser.add_argument("--json", action="store_true")


def run(options: Namespace) -> int:
    from core.data.catalog import Catalog
    from core.data.making import with_recipe
    from core.data.recipe import sentences

    out: Path = options.out
    if out.suffix not in (".csv", ".parquet"):
        raise BadInput("convert_suffix", file=out.name)
    if not out.parent.is_dir():
        raise BadInput("no_folder", folder=out.parent)
    with scratch_home() as home:
        dataset = stored(options.data, home, as_images=options.images)
        catalog = Catalog(home)
        if options.recipe is not None:
            dataset = with_recipe(dataset, recipe_file(options.recipe), catalog)
        said = sentences(dataset)
        frame = catalog.read(dataset).drop(columns=ROW)
        for column in dataset.columns:
            if column.kind in MEDIA:  # as text, so that both formats can hold it and Fathom reads it back
                frame[column.name] = [
                    None if v is None else b64encode(v).decode() for v in frame[column.name]
                ]
        is_text = out.suffix == ".csv"
        write_whole(out, frame.to_csv(index=False) if is_text else frame.to_parquet(index=False))
    if options.json:
        answer = {"out": str(out), "rows": len(frame), "columns": list(frame.columns)}
        answer_json(answer | ({"steps": list(said)} if said else {}))
    else:
        for sentence in said:
            note(sentence)
        note(f"{len(frame):,} rows, {len(frame.columns)} columns → {out}")
    return 0


command = Command(
    key="convert", help="what Fathom understood of a file, as a plain table", add_arguments=add_arguments, run=run,
    order=20,
)  # fmt: skip
