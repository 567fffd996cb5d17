"""The timbre of a sound in a few figures (MFCC), then a random forest."""

from core.baselines import Baseline
from core.baselines.forest import make

baseline = Baseline(
    key="mfcc_forest",
    title="MFCC statistics and forest",
    summary="The timbre of each clip in 80 figures (mean and spread of its MFCC and of their changes), and 200 decision trees.",
    make=make,
    max_rows=200_000,
    made_for="sound",
    order=78,
)
