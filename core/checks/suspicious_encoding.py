"""Characters that come of text read in the wrong encoding: Ã©, â€™, ï»¿. Mends none."""

import re
from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import Finding

# UTF-8 of Western letters and signs, read as Windows-1252 or Latin-1; the marks of replaced characters
_BROKEN = re.compile(
    "Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|Â[\u00a0-\u00bf]|â€[\u0080-\u00bf™œ“”¦¢˜žš\u009d]|ï»¿|ï¿½|\ufffd|锟斤拷"
)


def run(subject: CheckSubject) -> Iterable[Finding]:
    for column in subject.dataset.columns:
        if found := _BROKEN.search(column.name):
            yield Finding(
                code="broken_name",
                severity="warning",
                subject=column.name,
                parameters={"piece": found.group()},
            )
    for column in subject.sampled(["category", "text"]):
        values = subject.sample.column(column.name).drop_null()
        pieces = [found.group() for text in values.to_pylist() if (found := _BROKEN.search(text))]
        if pieces:
            yield Finding(
                code="suspicious_encoding", severity="warning", subject=column.name,
                parameters={"n": len(pieces), "n_sampled": len(values), "piece": pieces[0]},
            )  # fmt: skip


check = Check(code="suspicious_encoding", severity="warning", run=run, order=14)
