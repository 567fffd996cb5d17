"""What every network must keep, run over every registered one and every task it serves; the last
test asserts that they ran."""

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from core.architectures import ARCHITECTURES, n_outputs
from core.baselines import BASELINES
from core.errors import BadInput, UnknownName
from core.layer_list import KINDS
from core.training.batches import Block
from core.training.knobs import settle_loss
from core.training.network import Network, load_network, save_weights
from core.training.objective import with_one_voice
from core.training.step import Stepper, last_layer, learned_layer, make_forward
from tests.core.training.toys import TASKS, toy

CASES = [(key, kind) for key, a in ARCHITECTURES.items() for kind in a.tasks]
WIDEST, DEEPEST = 32, 3  # so that the upper bounds of sizes stay quick
checked: dict[str, set[tuple[str, str]]] = {}


@pytest.fixture(params=CASES, ids=lambda case: "-".join(case))
def case(request):
    checked.setdefault(request.node.originalname, set()).add(request.param)
    return request.param


def rows_for(key, kind):
    """A toy with the kinds of column that the network is made for."""
    return toy(kind, made_for=ARCHITECTURES[key].made_for)


def build(key, kind, params=(), seed=0):
    t = rows_for(key, kind)
    return ARCHITECTURES[key].assemble(t.task, t.specs, dict(params), seed, t.rows)


@contextmanager
def untraced():
    """Let functions run as they are written: for a call or two that is a quarter of what their graph costs to make."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(False)


@dataclass(frozen=True)
class Trained:
    """A network after some steps on the toy, with the loss of each pass."""

    network: Network
    stepper: Stepper
    losses: list[float]


@cache
def trained(key, kind):
    """Traced once for all checks."""
    t, epochs = rows_for(key, kind), 8
    asked = {"learning_rate": 0.01, "schedule": "constant", "batch_size": 32}
    settings = ARCHITECTURES[key].settle(asked, kind)
    settings["loss"] = settle_loss(settings["loss"], kind)
    stepper = Stepper(build(key, kind), t.task, settings, None)
    order = np.arange(t.rows.n, dtype=np.int32)
    tensors = stepper.load(Block(rows=t.rows, order=order))
    losses = [stepper.run(tensors, order, 0, t.rows.n // 32) / t.rows.n for _ in range(epochs)]
    return Trained(Network(stepper.model, t.preparation, t.task, stepper.forward), stepper, losses)


def test_the_raw_output_is_as_wide_as_the_task_asks(case):
    key, kind = case
    network = trained(key, kind).network
    outputs = network.forward(rows_for(key, kind).rows.inputs)
    assert outputs.shape == (rows_for(key, kind).rows.n, n_outputs(TASKS[kind]))


def test_the_prediction_is_probabilities_in_the_tasks_order_or_values_in_its_unit(case):
    key, kind = case
    t = rows_for(key, kind)
    prediction = trained(key, kind).network.predict(t.rows.inputs)
    if kind == "regression":
        assert prediction.shape == (t.rows.n,)
        assert abs(prediction.mean() - 1_000) < 100
        return
    assert prediction.shape == (t.rows.n, len(t.task.classes))
    assert np.allclose(prediction.sum(axis=1), 1) and prediction.min() >= 0
    assert (prediction.argmax(axis=1) == t.rows.targets).mean() > 0.6


def test_the_loss_falls_on_a_toy(case):
    losses = trained(*case).losses
    assert losses[-1] < 0.8 * losses[0]


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(case):
    key, kind = case
    first, again, other = (build(key, kind, seed=s) for s in (7, 7, 8))
    for a, b in zip(first.weights, again.weights, strict=True):
        assert np.array_equal(a, b)
    assert any(not np.array_equal(a, b) for a, b in zip(first.weights, other.weights))


def test_predictions_survive_save_and_load(case, tmp_path):
    key, kind = case
    t, network = rows_for(key, kind), trained(key, kind).network
    sha256 = save_weights(network.model, tmp_path)
    loaded = load_network(tmp_path, key, {}, t.preparation, t.task, sha256)
    # to the rounding of single precision: another graph of the same network may add up in another order
    assert loaded.predict(t.rows.inputs) == pytest.approx(network.predict(t.rows.inputs), rel=1e-5, abs=1e-6)


def test_a_row_alone_predicts_as_among_others(case):
    key, kind = case
    t, network = rows_for(key, kind), trained(key, kind).network
    alone = network.predict({name: values[:1] for name, values in t.rows.inputs.items()})
    assert alone[0] == pytest.approx(network.predict(t.rows.inputs)[0], rel=1e-4, abs=1e-5)


def test_the_last_layer_can_be_watched_row_by_row(case):
    key, kind = case
    rows, stepper = rows_for(key, kind).rows, trained(key, kind).stepper
    n, seen = rows.n, last_layer(stepper.model)
    first, whole = (stepper.watch(rows.take(np.arange(m)), np.arange(m)) for m in (3, n))
    assert seen.shape[0] is None and len(first[1]) == 3 and len(whole[1]) == len(whole[0]) == n
    assert np.allclose(first[0], whole[0][:3], atol=1e-4)
    if learned_layer(stepper.model) is not None:
        assert np.asarray(whole[1])[0].size > 1, "it is what the answer is made of, not the answer"


def test_extreme_inputs_give_numbers(case):
    key, kind = case
    t, network = rows_for(key, kind), trained(key, kind).network
    for extreme in (-1e6, 0.0, 1e6):
        inputs = {
            name: np.full_like(v[:4], extreme) if v.dtype == np.float32 else np.zeros_like(v[:4])
            for name, v in t.rows.inputs.items()
        }
        assert np.isfinite(network.predict(inputs)).all()


def test_rows_that_are_all_alike_leave_numbers(case):
    """Nothing can be learned from them: no spread to scale by, no rank, no target that varies."""
    key, kind = case
    t = rows_for(key, kind)
    alike = t.rows.take(np.zeros(40, np.int64))
    model = ARCHITECTURES[key].assemble(t.task, t.specs, {}, 0, alike)
    settings = ARCHITECTURES[key].settle({"batch_size": 20}, kind)
    settings["loss"] = settle_loss(settings["loss"], kind)
    stepper = Stepper(model, t.task, settings, None)
    stepper.total_steps.assign(2)
    order = np.arange(alike.n, dtype=np.int32)
    network = Network(model, t.preparation, t.task, stepper.forward)
    with untraced():
        assert np.isfinite(stepper.run(stepper.load(Block(rows=alike, order=order)), order, 0, 2))
        assert np.isfinite(network.predict(t.rows.inputs)).all()


def test_settings_are_titled_as_forms_title_them():
    titled = ARCHITECTURES["mlp"].titled({"epochs": 9, "units": [4], "unheard_of": 1})
    assert titled == {"Units per layer": [4], "Epochs": 9}


def test_every_preset_fits_its_knobs_and_says_what_it_is_and_whence():
    for architecture in ARCHITECTURES.values():
        for preset in architecture.presets:
            for kind in preset.tasks:
                architecture.settle(preset.params, kind)
            assert preset.title and preset.summary.endswith(".") and preset.source.endswith("."), preset.key


def test_every_knob_builds_at_both_bounds(case):
    key, kind = case
    x = {name: values[:2] for name, values in rows_for(key, kind).rows.inputs.items()}
    defaults, default_is_built = ARCHITECTURES[key].settle({}, kind), False
    for knob in ARCHITECTURES[key].knobs:
        for value in bounds(knob):
            if value == defaults[knob.name]:  # the same network, whichever knob is looked at
                if default_is_built:
                    continue
                default_is_built = True
            output = with_one_voice(build(key, kind, {knob.name: value})(x), TASKS[kind])
            assert output.shape == (2, n_outputs(TASKS[kind])), (knob.name, value)
            assert np.isfinite(np.asarray(output)).all(), (knob.name, value)


def bounds(knob):
    match knob.kind:
        case "boolean":
            return (False, True)
        case "choice":
            return knob.choices
        case "layers":
            return (["conv 1"], [*(f"{k.word} {k.low:g}" if k.least else k.word for k in KINDS.values())])
        case "integers":
            deepest = min(knob.max_length, DEEPEST)
            return ([int(knob.low)], [min(int(knob.high), WIDEST)] * deepest)
        case "integer":
            return (int(knob.low), min(int(knob.high), max(WIDEST, int(knob.low))))
    return (knob.low, knob.high)


def test_presets_settle_and_build_for_the_tasks_they_name(case):
    key, kind = case
    for preset in ARCHITECTURES[key].presets:
        if kind in preset.tasks:
            settled = ARCHITECTURES[key].settle(preset.params, kind)
            assert settled | dict(preset.params) == settled, "a preset's value is not what it settles to"
            settle_loss(settled["loss"], kind)
            build(key, kind, preset.params)


def test_a_network_declares_defaults_that_its_own_knobs_accept(case):
    key, kind = case
    architecture = ARCHITECTURES[key]
    knobs = architecture.all_knobs(kind)
    assert len({k.name for k in knobs}) == len(knobs), "two knobs share a name"
    settled = architecture.settle({}, kind)
    assert architecture.settle(settled, kind) == settled
    assert {*architecture.training, *architecture.regression} <= set(settled)


def test_a_setting_that_does_not_exist_is_refused_with_those_that_do(case):
    key, kind = case
    with pytest.raises(UnknownName, match="learning_rate"):
        ARCHITECTURES[key].settle({"learning_rat": 1}, kind)
    with pytest.raises(BadInput, match="goes from"):
        ARCHITECTURES[key].settle({"epochs": 0}, kind)


def test_no_network_is_called_like_a_classic_model():
    assert not set(ARCHITECTURES) & set(BASELINES)


def test_the_forward_call_is_traced_once_whatever_the_number_of_rows():
    """Batches of any size, and a row alone, go through one graph once a second size was seen."""
    t = rows_for("linear", "binary")
    model = build("linear", "binary")
    forward, n_traces = make_forward(model, t.task), []
    for n in (1, 5, 9, 64, 3):
        forward({name: values[:n] for name, values in t.rows.inputs.items()})
        n_traces.append(forward.experimental_get_tracing_count())
    assert n_traces[-1] <= 2


def test_the_checks_ran_for_every_network_and_task():
    common = [name for name in globals() if name.startswith("test_") and name in checked]
    assert len(common) == 13
    assert all(checked[name] == set(CASES) for name in common)
