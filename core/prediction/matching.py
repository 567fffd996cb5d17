"""Which of a file's columns is which of the contract's. Looks at names and places, at no value."""

import difflib
import re
from collections.abc import Sequence

from core.errors import ContractBroken
from core.prediction.contract import Contract

MOST_LISTED = 8


def match_columns(names: Sequence[str], contract: Contract, *, headerless: bool) -> dict[str, str]:
    """Contract name → the file's name for it: the same name, else the same but for case and blanks.

    names: the file's, distinct. headerless: whether they were made up because the file has none;
    then, if the training file had none either, columns are matched by their place: as many as
    the training file, as many but without the target, or exactly the features.
    Columns that the contract does not ask for are no matter, the target among them.
    Raises ContractBroken naming what is absent and what is there instead.
    """
    if headerless and contract.headerless:
        return _match_by_place(names, contract)
    wanted = contract.names
    found = {n: n for n in wanted if n in names}
    taken = set(found.values())
    for name in wanted:
        if name not in found:
            alike = [n for n in names if n not in taken and _loosely(n) == _loosely(name)]
            if alike:
                found[name] = alike[0]
                taken.add(alike[0])
    absent = [n for n in wanted if n not in found]
    if absent:
        spare = [n for n in names if n not in taken and n != contract.task.target]
        raise ContractBroken(
            "columns_missing",
            n=len(absent),
            absent=_listed(absent),
            spare=_listed(spare),
            hint=_hint(absent, spare),
        )
    return found


def _match_by_place(names: Sequence[str], contract: Contract) -> dict[str, str]:
    trained, wanted = list(contract.file_columns), contract.names
    for layout in (trained, [n for n in trained if n != contract.task.target], wanted):
        if layout and len(names) == len(layout):
            places = dict(zip(layout, names))
            return {n: places[n] for n in wanted}
    raise ContractBroken("columns_count", found=len(names), expected=len(trained), n_features=len(wanted))


def _loosely(name: str) -> str:
    return re.sub(r"[\s_\-]+", "_", name.strip().casefold())


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{n}'" for n in names[:MOST_LISTED])
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return shown + more or "none"


def _hint(absent: Sequence[str], spare: Sequence[str]) -> str:
    pairs = [(a, close[0]) for a in absent if (close := difflib.get_close_matches(a, spare, n=1, cutoff=0.7))]
    return "".join(f" Is '{s}' meant to be '{a}'?" for a, s in pairs[:3])
