"""The recipes that a dataset had, one after another, and which of them is in force: undo and redo. Runs no step.

It lies beside the dataset, so that neither a reload nor a second tab loses it, and is written after the
dataset: where a crash came in between, what the dataset says counts, and the history follows it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core import codec
from core.domain import Dataset, RecipeStep
from core.errors import BadInput
from core.home import Home, write_whole

FORMAT = 1
MOST_KEPT = 50

Recipe = tuple[RecipeStep, ...]


@dataclass(frozen=True, kw_only=True)
class RecipeHistory:
    """recipes: from the oldest to the newest, never two alike in a row; at: the place of the one in force."""

    recipes: tuple[Recipe, ...]
    at: int = 0
    format: int = FORMAT

    @property
    def in_force(self) -> Recipe:
        return self.recipes[self.at]

    def has(self, place: int) -> bool:
        return 0 <= place < len(self.recipes)

    def gone(self, place: int) -> "RecipeHistory":
        """With the recipe at that place in force, as often as it is asked for. Raises BadInput where there is none."""
        if not self.has(place):
            raise BadInput("recipe_nothing_undone" if place < 0 else "recipe_nothing_redone")
        return replace(self, at=place)

    def followed_by(self, recipe: Sequence[RecipeStep]) -> "RecipeHistory":
        """After a change: what had been undone is given up."""
        if tuple(recipe) == self.in_force:
            return self
        recipes = (*self.recipes[: self.at + 1], tuple(recipe))[-MOST_KEPT:]
        return replace(self, recipes=recipes, at=len(recipes) - 1)

    def settled(self, recipe: Recipe) -> "RecipeHistory":
        """The history of a dataset that has this recipe in force."""
        for by in (0, -1, 1):
            if self.has(self.at + by) and self.recipes[self.at + by] == recipe:
                return self.gone(self.at + by)
        return self.followed_by(recipe)


def history_path(home: Home, dataset_id: str) -> Path:
    return home.datasets / f"{dataset_id}.recipes.json"


def load_history(dataset: Dataset, home: Home) -> RecipeHistory:
    """Of a dataset that nobody changed, its recipe alone. Raises BadInput for another version's file."""
    path = history_path(home, dataset.id)
    if not path.exists():
        return RecipeHistory(recipes=(dataset.recipe,))
    plain = json.loads(path.read_text(encoding="utf-8"))
    if plain.get("format") != FORMAT:
        raise BadInput("recipe_history_format", found=plain.get("format"), expected=FORMAT)
    return codec.from_plain(RecipeHistory, plain).settled(dataset.recipe)


def save_history(history: RecipeHistory, dataset_id: str, home: Home) -> None:
    write_whole(history_path(home, dataset_id), codec.dumps(history))
