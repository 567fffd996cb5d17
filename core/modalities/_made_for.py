"""What a model is made for, and with what it is not offered: asked alike of networks and of classic models."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from core.domain import Kind
from core.errors import NotApplicable
from core.modalities import InputSpec, wide_among


class Choosy(Protocol):
    """made_for: the key of the modality without which it is not offered, if there is one.
    not_for: keys of the modalities with which it is not."""

    title: str
    made_for: str | None
    not_for: tuple[str, ...]


def is_offered(model: Choosy, kinds: Iterable[Kind]) -> bool:
    """Whether it is for tables whose features are of these kinds."""
    wide = wide_among(kinds)
    return not wide & set(model.not_for) and (model.made_for is None or model.made_for in wide)


def refuse_without(model: Choosy, inputs: Mapping[str, InputSpec]) -> None:
    """Raises NotApplicable if nothing among the prepared inputs is what it is made for."""
    if model.made_for is not None and model.made_for not in {spec.modality for spec in inputs.values()}:
        raise NotApplicable("model_lacks", title=model.title, kind=model.made_for)
