"""python -m core profile DATA: what is in a file, and what is wrong with it."""

from argparse import ArgumentParser, Namespace

from core.commands import Command
from core.commands._dataset import add_arguments as add_dataset_arguments
from core.commands._dataset import stored
from core.commands._output import answer_json, findings_plain, print_findings, print_table
from core.commands._scratch import scratch_home


def add_arguments(parser: ArgumentParser) -> None:
    add_dataset_arguments(parser)
    parser.add_argument("--json", action="store_true")


def run(options: Namespace) -> int:
    from core.data.catalog import Catalog

    with scratch_home() as home:
        dataset = stored(options.data, home, as_images=options.images)
        findings = Catalog(home).findings(dataset)
    if options.json:
        answer_json(
            {
                "name": dataset.name,
                "rows": dataset.n_rows,
                "rejected": dataset.n_rejected,
                "options": dataset.options,
                "target": dataset.target,
                "columns": dataset.columns,
                "findings": findings_plain(findings),
            }
        )
        return 0
    print(
        f"{dataset.name}: {dataset.n_rows:,} rows, {len(dataset.columns)} columns; likely target: {dataset.target}"
    )
    print_table(
        [(c.name, c.kind, c.role, f"{c.n_missing:,}", f"{c.n_unique:,}") for c in dataset.columns],
        ("column", "kind", "role", "missing", "distinct"),
    )
    print_findings(findings)
    return 0


command = Command(
    key="profile",
    help="what is in a file, and what is wrong with it",
    add_arguments=add_arguments,
    run=run,
    order=10,
)
