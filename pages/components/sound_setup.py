"""What a network for sounds will hear: how clips are cut, and their spectrograms as it gets them. Trains nothing."""

import streamlit as st

from core.architectures import ARCHITECTURES
from core.data.clip_portraits import as_learned
from core.data.gallery import media_columns, some_of
from core.data.spectrograms import MELS, Reading, spectrogram
from core.domain import Dataset, ModelSpec, Task
from core.sentences import say
from pages.components import session

N_CLIPS = 4
NARROWEST = 170  # pixels of a spectrogram


def draw_sound_setup(dataset: Dataset, task: Task, network: ModelSpec) -> None:
    """For a network for sounds; nothing for others."""
    columns = [c for c in media_columns(dataset, "sound") if c.name in task.features]
    if not columns or ARCHITECTURES[network.key].made_for != "sound":
        return
    rate, n_samples = columns[0].statistics["clips"]["reading"]
    reading = Reading(rate=rate, n_samples=n_samples)
    st.markdown("**As the network will hear them**")
    st.caption(
        say("sound.setup", seconds=f"{reading.seconds:.3g}", rate=rate, bands=MELS, moments=reading.n_frames)
    )
    shown = some_of(dataset, session.catalog(), columns[0].name, by=None, n_each=N_CLIPS, seed=0)
    with st.grid(N_CLIPS, min_column_width=NARROWEST):
        for one in shown:
            st.image(as_learned(spectrogram(one.content, reading)), width="stretch")
