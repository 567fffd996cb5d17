"""Every rule fires on a made curve, stays silent on a clean one, and proposes what the settings allow."""

from dataclasses import replace

import numpy as np
import pytest

from core.architectures import ARCHITECTURES
from core.coach import RULES, advise
from core.coach.story import Story, read_story
from core.domain import Event
from core.runs.records import Record

MLP = ARCHITECTURES["mlp"]
KNOBS = {k.name: k for k in MLP.all_knobs("binary")}
PARAMS = MLP.settle({"schedule": "constant", "epochs": 40}, "binary")
N = 30
EPOCH = np.arange(N, dtype=float)
LEARNS = 0.3 + 0.4 * np.exp(-EPOCH / 5)


def story(loss=LEARNS, val_loss=None, *, epoch_s=1.0, **more) -> Story:
    loss = np.asarray(loss, float)
    val_loss = loss + 0.02 if val_loss is None else np.asarray(val_loss, float)
    rate = np.full(len(loss), PARAMS["learning_rate"])
    more = {"params": PARAMS, "knobs": KNOBS} | more
    return Story(
        loss=loss, val_loss=val_loss, rate=rate, elapsed_s=np.cumsum(np.full(len(loss), epoch_s)), **more
    )  # fmt: skip


def with_noise(curve, size=0.004, seed=0):
    return np.asarray(curve) + np.random.default_rng(seed).normal(0, size, len(curve))


STILL_FALLING = 0.3 + 0.4 * np.exp(-EPOCH / 25)
MADE = {
    "not_a_number": [
        ("not_a_number", story([0.7, 0.6, np.nan])),
        ("not_a_number", story([], ending="diverged", state="failed")),
    ],
    "diverging": [("diverging", story([0.7, 0.5, 0.4, 0.6, 0.9, 1.6]))],
    "oscillating": [("oscillating", story(0.5 + 0.15 * (-1.0) ** EPOCH))],
    "overfitting": [("overfitting", story(LEARNS, 0.32 + 0.3 * np.exp(-EPOCH / 2) + 0.006 * EPOCH))],
    "slow": [("slow", story(0.7 - 0.003 * EPOCH))],
    "plateau": [
        ("nothing_learned", story(with_noise(np.full(N, 0.693), 0.0005))),
        ("plateau", story(0.3 + 0.4 * np.exp(-EPOCH), 0.32 + 0.4 * np.exp(-EPOCH) + 1e-5 * EPOCH)),
    ],
    "unfinished": [
        (f"unfinished_{ending}", story(STILL_FALLING, state="done", ending=ending))
        for ending in ("epochs", "budget", "finish")
    ],
    "memory": [
        ("no_memory", story([], state="failed", ending="memory")),
        ("memory_tight", story(memory_mb=15_000.0, total_mb=16_000.0)),
    ],
    "slow_epochs": [("slow_epochs", story(epoch_s=600.0))],
}
CLEAN = {
    "learning": story(with_noise(LEARNS)[:12], with_noise(LEARNS + 0.02, seed=1)[:12]),
    "just begun": story([0.7]),
    "before the first epoch": story([]),
    "stopped early": story(
        with_noise(LEARNS), np.r_[LEARNS[:20] + 0.02, np.full(10, 0.331)], state="done", ending="early"
    ),
    "settled": story(
        with_noise(LEARNS, 0.001), with_noise(LEARNS + 0.02, 0.001, 2), state="done", ending="early"
    ),
    "a number far from one": story(1e6 * LEARNS[:12], 1.02e6 * LEARNS[:12]),
    "small batches": story(with_noise(LEARNS, 0.01)[:12], with_noise(LEARNS + 0.02, 0.01, 3)[:12]),
}
CASES = [(rule, code, made) for rule, cases in MADE.items() for code, made in cases]


@pytest.mark.parametrize(("rule", "code", "made"), CASES, ids=[c[1] for c in CASES])
def test_a_rule_says_what_it_sees_and_what_to_change(rule, code, made):
    advice = RULES[rule].run(made)
    assert advice.code == code
    assert advice.seen and advice.proposal
    for name, value in advice.change.items():
        assert KNOBS[name].parse(value) == value != PARAMS[name]
    assert advice in advise(made), "no rule before it takes the word"


@pytest.mark.parametrize("made", CLEAN.values(), ids=CLEAN)
def test_a_clean_curve_is_left_alone(made):
    assert advise(made) == ()


def test_every_rule_has_a_made_case():
    assert set(MADE) == set(RULES)


def test_one_thing_is_said_about_the_curve_and_one_about_its_cost():
    made = story([0.7, 0.5, 0.4, 0.6, 0.9, 1.6], epoch_s=900.0)
    assert [a.code for a in advise(made)] == ["diverging", "slow_epochs"]


def test_a_setting_at_its_end_is_not_pushed_further():
    params = PARAMS | {"learning_rate": KNOBS["learning_rate"].low}
    made = replace(story([0.7, 0.6, np.nan]), params=params)
    assert RULES["not_a_number"].run(made).change == {}


def test_a_story_is_read_from_the_ends_of_epochs_of_that_model_alone():
    def event(model, epoch, batch, loss):
        return Event(
            run="r", model=model, attempt=1, seq=epoch, epoch=epoch, batch=batch, elapsed_s=epoch,
            values={"loss": loss, "val_loss": loss, "memory_mb": 100.0},
        )  # fmt: skip

    events = [event(0, 1, 5, 9.0), event(0, 1, None, 0.7), event(0, 2, None, 0.6), event(1, 1, None, 8.0)]
    record = Record(number=0, key="mlp", title="MLP", family="deep", params=PARAMS, state="training")
    read = read_story(record, events, tuple(KNOBS.values()))
    assert read.loss.tolist() == [0.7, 0.6] and (read.n, read.best, read.memory_mb) == (2, 1, 100.0)
