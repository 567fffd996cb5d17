"""Every way Fathom says no, as one tree; each error is a code, its parameters and a sentence.

FathomError
├── BadInput            something a person can mend: a file, a name, a setting (exit status 2)
│   ├── UnreadableFile  the file is not a table that can be read
│   ├── UnknownName     a look-up failed; the sentence lists what exists
│   └── ContractBroken  new rows do not fit what a run was trained on
├── NotApplicable       declining is an answer: this part does not serve this case
├── TooLarge            it would not fit in memory, in the limit or on the disk (exit status 2 for a file)
└── NotYours            the id exists but belongs to somebody else, or to nobody
"""

import difflib
from collections.abc import Iterable
from typing import Any

from core.sentences import say


class FathomError(Exception):
    """An error whose sentence is `error.<code>` in the catalogue, filled with the parameters."""

    def __init__(self, code: str, /, **parameters: Any):
        self.code = code
        self.parameters = parameters
        super().__init__(say(f"error.{code}", **parameters))

    def about(self, file: str, name: str) -> "FathomError":
        """The same error with the name that people know the file by, where it lies under another."""
        if self.parameters.get("file") != file:
            return self
        return type(self)(self.code, **{**self.parameters, "file": name})


class BadInput(FathomError):
    pass


class UnreadableFile(BadInput):
    pass


class UnknownName(BadInput):
    """No `what` is called `name`; says what is, and what was probably meant."""

    def __init__(self, what: str, name: object, known: Iterable[object]):
        names = [str(k) for k in known]
        close = difflib.get_close_matches(str(name), names, n=1)
        shown = ", ".join(names[:30]) + (f", and {len(names) - 30} more" if len(names) > 30 else "")
        hint = f" Did you mean '{close[0]}'?" if close else ""
        super().__init__("unknown_name", what=what, name=name, hint=hint, known=shown or "none")


class ContractBroken(BadInput):
    pass


class NotApplicable(FathomError):
    pass


class TooLarge(FathomError):
    pass


class NotYours(FathomError):
    pass
