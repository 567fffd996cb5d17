"""A recipe handed over as a JSON file. Carries nothing out."""

import json
from pathlib import Path

from core.data.recipe import read_recipe
from core.domain import RecipeStep
from core.errors import BadInput


def recipe_file(path: Path) -> tuple[RecipeStep, ...]:
    """The steps in a file: a list of {"step", "params", "on"}, or an object with them under "steps".

    Raises BadInput where the file is none, UnknownName for a step that does not exist.
    """
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput("recipe_file", file=path.name, detail=str(error)[:200]) from None
    return read_recipe(plain)
