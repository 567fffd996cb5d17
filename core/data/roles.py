"""Proposals of what a column is for, and of the one to predict, from names and counts. Decides nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from core.domain import NUMERIC_KINDS, PART_WORDS, Column, Role

# whole words of a name, best first; what analysts and public data sets call the thing to be predicted
TARGET_WORDS = (
    "target", "label", "class", "y", "churn", "churned", "attrition", "default", "survived", "fraud", "is_fraud",
    "outcome", "response", "deposit", "subscribed", "converted", "conversion", "credit_risk", "risk", "diagnosis",
    "quality", "species", "price", "sale_price", "saleprice", "median_house_value", "charges", "cnt", "demand",
    "sales", "revenue", "profit", "volume", "traffic_volume", "amount", "total", "rating", "score", "next", "category",
    "类别", "标签", "目标",
)  # fmt: skip
N_PLAIN_WORDS = 3  # target, label, class: where these occur, they are meant
_ID_NAME = re.compile(
    r"(^|[\s_.-])(id|ids|uuid|guid|key|file|filename|path|index|rownames?|row|number|no|nr|code)$|^id\b|^unnamed|^#$|编号|序号|单号",
    re.IGNORECASE,
)
# what several rows of one order, customer or visit have in common
_SHARED_NAME = re.compile(
    r"(^|[\s_.-])(id|uuid|guid)$|^id\b|编号|单号"
    r"|(order|customer|client|patient|user|account|invoice|session|visit)[\s_.-]?(no|nr|number|code|key)$",
    re.IGNORECASE,
)
LEAST_SHARED, MOST_SHARED, FEWEST_KEYS = 1.1, 50, 20  # rows a key, on average; keys
_PART_WORDS = {word for words in PART_WORDS.values() for word in words}
_CAMEL_ID_NAME = re.compile(r"[a-z](Id|ID|UUID|Number)$")
_CAMEL_SHARED_NAME = re.compile(r"[a-z](Id|ID)$")  # and not paid or bid


def propose_roles(
    columns: Sequence[Column], n_rows: int, *, has_header: bool
) -> tuple[tuple[Column, ...], str | None]:
    """The columns with roles "identifier" and "ignore" where these fit, and the likely target's name.

    The role "target" is not given out: a dataset says what its target is in one place.
    """
    proposed = tuple(replace(column, role=_role(column, n_rows)) for column in columns)
    return proposed, propose_target(proposed, n_rows, has_header=has_header)


def _role(column: Column, n_rows: int) -> Role:
    if column.n_unique <= 1 or states_parts(column):
        return "ignore"
    if is_identifier(column, n_rows):
        return "identifier"
    return "feature"


def states_parts(column: Column) -> bool:
    """Whether its values say which rows teach and which judge, as the folders train and test do."""
    if column.kind != "category" or column.n_missing or column.n_unique > len(PART_WORDS):
        return False
    words = {str(value).strip().lower() for value, _ in column.statistics.get("top", ())}
    found = {part for part, known in PART_WORDS.items() if words & set(known)}
    return words <= _PART_WORDS and {"train", "test"} <= found


def is_identifier(column: Column, n_rows: int) -> bool:
    """Whether the column only tells rows apart: all its values differ, and its name or pattern says so."""
    if (
        n_rows < 5
        or column.n_missing
        or column.n_unique < n_rows
        or column.kind not in ("integer", "text", "category")
    ):
        return False
    named = _ID_NAME.search(column.name) is not None or _CAMEL_ID_NAME.search(column.name) is not None
    if column.kind == "integer":
        low, high = column.statistics.get("min"), column.statistics.get("max")
        sequential = low in (0, 1) and high - low == n_rows - 1
        return named or sequential
    # free text differs from row to row too, but its values are not one word of one length
    statistics = column.statistics
    words = any(" " in str(example).strip() for example in statistics.get("examples", ()))
    return named or (not words and (statistics.get("mean_length") or 0) == statistics.get("max_length"))


def shared_key(columns: Sequence[Column], n_rows: int) -> Column | None:
    """The column whose values tell which rows belong together, such as an order's number; None where it is not plain.

    It is called a key, and it recurs, but in small groups: those of one group are alike in more than their
    features say. Of several such columns none is taken.
    """
    found = [
        c
        for c in columns
        if (_SHARED_NAME.search(c.name) or _CAMEL_SHARED_NAME.search(c.name))
        and c.kind in ("integer", "text", "category")
        and not c.n_missing
        and c.n_unique >= FEWEST_KEYS
        and LEAST_SHARED <= n_rows / c.n_unique <= MOST_SHARED
    ]
    return found[0] if len(found) == 1 else None


def propose_target(columns: Sequence[Column], n_rows: int, *, has_header: bool) -> str | None:
    """The column most likely to be asked about: by its name, else the last that can be predicted."""
    usable = [c for c in columns if c.role == "feature" and _can_be_target(c, n_rows)]
    if not usable:
        return None
    if has_header:
        # people put the answer last: there a weaker word is enough
        last = _name_rank(usable[-1].name)
        ranked = [(rank, i, c) for i, c in enumerate(usable) if (rank := _name_rank(c.name)) is not None]
        if ranked:
            best = min(ranked, key=lambda entry: (entry[0], -entry[1]))
            if last is not None and best[0] >= N_PLAIN_WORDS:
                return usable[-1].name
            return best[2].name
    return usable[-1].name


def names_a_target(name: str) -> bool:
    """Whether people give that name to what they want to predict."""
    return _name_rank(name) is not None


def _name_rank(name: str) -> int | None:
    lowered = re.sub(r"[\s.\-]+", "_", name.strip().lower())
    if lowered in TARGET_WORDS:
        return TARGET_WORDS.index(lowered)
    words = set(re.split(r"_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip()).lower().replace(" ", "_")))
    # only the unmistakable words count as a part of a longer name: "unit price" is no target
    for rank, word in enumerate(TARGET_WORDS[:12]):
        if word in words and word not in ("y", "class", "label", "default"):
            return len(TARGET_WORDS) + rank
    return None


def _can_be_target(column: Column, n_rows: int) -> bool:
    n_present = n_rows - column.n_missing
    if column.kind in NUMERIC_KINDS or column.kind == "boolean":
        return n_present > 0
    if column.kind == "category":
        return column.n_unique <= max(2, min(50, n_present // 2))
    return False
