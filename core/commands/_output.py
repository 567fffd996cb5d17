"""How a command answers: a JSON object as the last line of standard output, or text for people."""

import sys
from collections.abc import Sequence
from typing import Any

from core.codec import dumps
from core.domain import Finding


def answer_json(value: Any) -> None:
    print(dumps(value))


def note(text: str) -> None:
    """Something for people while it runs: never on standard output, which belongs to the answer."""
    print(text, file=sys.stderr, flush=True)


def findings_plain(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": f.code,
            "severity": f.severity,
            "subject": f.subject,
            "explanation": f.explanation,
            "remedy": f.remedy,
        }
        for f in findings
    ]


def print_table(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> None:
    """Columns aligned by their widest cell."""
    cells = [[str(c) for c in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    for row in cells:
        print("  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip())


def print_findings(findings: Sequence[Finding]) -> None:
    for finding in findings:
        print(f"{finding.severity}: {finding.explanation} {finding.remedy}")
