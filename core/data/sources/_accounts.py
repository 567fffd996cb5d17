"""What became of every line of a text: row, name, note, blank or rejected. Reads nothing."""

from collections.abc import Sequence

from core.data.sources._kept_aside import KeptAside
from core.data.sources._scan import Scanned, Text
from core.data.text_table import Lines
from core.domain import Finding


def account(scanned: Scanned, text: Text, kept: Sequence[KeptAside], n_header: int) -> Lines:
    """The lines of the whole file by what became of them; what is left over is blank.

    n_header: rows passed over that hold names, blank lines between them counted.
    """
    total = text.n_lines + text.first_line - 1
    above = sum(one.n_lines for one in kept if one.where == "above")
    below = sum(one.n_lines for one in kept if one.where == "below")
    rejected = sum(one.n_lines for one in scanned.rejected)
    rows = scanned.n_rows + scanned.n_feeds
    blank = max(total - above - below - rejected - rows - n_header, 0)
    return Lines(
        total=total, header=n_header, rows=rows, above=above, below=below, blank=blank, rejected=rejected
    )


def reading_findings(
    lines: Lines, rejected: Sequence[KeptAside], n_rows: int, *, n_header: int, n_dropped: int = 0
) -> list[Finding]:
    """What a reader should know of how the file was read."""
    findings = []
    if lines.rejected:
        first = rejected[0]
        findings.append(
            Finding(
                code="rejected_rows",
                severity="warning",
                parameters={
                    "n": lines.rejected,
                    "n_rows": n_rows,
                    "line": first.line,
                    "reason": first.reason,
                },
            )
        )
    for code, n in (
        ("skipped_lines", lines.above),
        ("lines_below", lines.below),
        ("blank_columns", n_dropped),
    ):
        if n:
            findings.append(Finding(code=code, severity="info", parameters={"n": n}))
    if n_header == 0:
        findings.append(Finding(code="no_header", severity="info", parameters={}))
    if n_header > 1:
        findings.append(Finding(code="joined_header", severity="info", parameters={"n": n_header}))
    return findings
