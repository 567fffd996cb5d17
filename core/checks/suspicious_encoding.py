"""Characters that come of text read in the wrong encoding: Ã©, â€™, ï»¿, and what they were before."""

import re
from collections.abc import Iterable

from core.checks import Check, CheckSubject
from core.domain import Dataset, Finding, RecipeStep

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


def cure(finding: Finding, dataset: Dataset) -> RecipeStep | None:
    """A new name, or new words for the broken ones; None where signs are lost, or more words are broken than are known."""
    if finding.code == "broken_name":
        whole = mended(finding.subject)
        free = whole is not None and whole not in [c.name for c in dataset.columns]
        return RecipeStep(step="rename", params={"names": [[finding.subject, whole]]}) if free else None
    if finding.code != "suspicious_encoding":
        return None
    column = dataset.column(finding.subject)
    words = [str(value) for value, _ in column.statistics.get("top", ())]
    if len(words) < column.n_unique:
        return None
    pairs = [[word, mended(word)] for word in words if _BROKEN.search(word)]
    if not pairs or any(whole is None for _, whole in pairs):
        return None
    return RecipeStep(step="map_values", params={"column": column.name, "values": pairs})


def mended(text: str) -> str | None:
    """The text as it was before its UTF-8 was read as another encoding; None where that cannot be told."""
    for encoding in ("cp1252", "latin-1"):
        try:
            whole = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return None if _BROKEN.search(whole) else whole
    return None


check = Check(code="suspicious_encoding", severity="warning", run=run, cure=cure, order=14)
