"""How a sound's spectrogram may be changed while a network learns: moved in time, noise added, parts hidden. Knows no network.

Source for hiding: Park et al. (2019), SpecAugment, Interspeech.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

MOST_HIDDEN = 0.15  # of the bands, and of the moments, by each mask


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """How much at most. shift: share of the length by which a clip is moved, its end going round to its beginning.

    noise: standard deviation of what is added, as a share of the range from silence to the loudest. masks: how many
    times bands, and how many times moments, are hidden.
    """

    shift: float = 0.0
    noise: float = 0.0
    masks: int = 0

    @property
    def does_anything(self) -> bool:
        return bool(self.shift or self.noise or self.masks)


def hidden_span(width: Any, start: Any, size: int) -> tuple[Any, Any]:
    """From which place until before which one of `size` a mask hides; of draws between 0 and 1, of any library."""
    length = width * MOST_HIDDEN * size
    first = start * (size - length)
    return first, first + length


def disturbed(levels: "np.ndarray", by: Disturbance, rng: "np.random.Generator") -> "np.ndarray":
    """A random version of a spectrogram, (bands, moments, 1) uint8 like itself, to be looked at."""
    import numpy as np

    n_bands, n_moments = levels.shape[:2]
    shares = np.roll(levels / 255, round(rng.uniform(-by.shift, by.shift) * n_moments), axis=1)
    shares = shares + by.noise * rng.normal(size=shares.shape)
    for _ in range(by.masks):
        shares[_is_hidden(rng, n_bands)] = 0.0
        shares[:, _is_hidden(rng, n_moments)] = 0.0
    return np.clip(np.rint(shares * 255), 0, 255).astype(np.uint8)


def _is_hidden(rng: "np.random.Generator", size: int) -> "np.ndarray":
    import numpy as np

    first, end = hidden_span(rng.random(), rng.random(), size)
    middle = np.arange(size) + 0.5
    return (middle > first) & (middle < end)
