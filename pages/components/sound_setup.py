"""What a network for sounds will hear: how clips are cut, their spectrograms, and augmented ones. Trains nothing."""

import numpy as np
import streamlit as st

from core.architectures import ARCHITECTURES
from core.data.clip_portraits import as_learned
from core.data.gallery import media_columns, some_of
from core.data.spectrograms import MELS, Reading, spectrogram
from core.disturbance import Disturbance, disturbed
from core.domain import Dataset, ModelSpec, Task
from core.sentences import say
from pages.components import session

N_CLIPS, N_VERSIONS = 3, 4
N_ALONE = 4  # clips where nothing is changed
NARROWEST = 60  # pixels of a spectrogram, so that a row stays a row on a phone


def draw_sound_setup(dataset: Dataset, task: Task, network: ModelSpec) -> None:
    """For a network for sounds; nothing for others."""
    columns = [c for c in media_columns(dataset, "sound") if c.name in task.features]
    architecture = ARCHITECTURES[network.key]
    if not columns or architecture.made_for != "sound":
        return
    rate, n_samples = columns[0].statistics["clips"]["reading"]
    reading = Reading(rate=rate, n_samples=n_samples)
    st.markdown("**As the network will hear them**")
    st.caption(
        say("sound.setup", seconds=f"{reading.seconds:.3g}", rate=rate, bands=MELS, moments=reading.n_frames)
    )
    settings = architecture.settle(network.params, task.kind)
    by = Disturbance(**{name: settings[name] for name in ("shift", "noise", "masks")})
    n_each = N_CLIPS if by.does_anything else N_ALONE
    shown = some_of(dataset, session.catalog(), columns[0].name, by=None, n_each=n_each, seed=0)
    heard = [spectrogram(one.content, reading) for one in shown]
    if not by.does_anything:
        st.caption("Sounds are learned from as they are.")
        _beside_each_other(heard)
        return
    st.caption("The first of each row is the sound itself; the others are as training may change it.")
    rng = np.random.default_rng(0)
    for levels in heard:
        _beside_each_other([levels, *(disturbed(levels, by, rng) for _ in range(N_VERSIONS))])


def _beside_each_other(spectrograms: list[np.ndarray]) -> None:
    with st.grid(len(spectrograms), min_column_width=NARROWEST):
        for levels in spectrograms:
            st.image(as_learned(levels), width="stretch")
