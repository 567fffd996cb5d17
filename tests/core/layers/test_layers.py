"""What each shared layer computes, against the formula it names; and what it learns of the rows it sees."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.layers.clip_to_trained import ClipToTrained
from core.layers.column_tokens import CategoryTokens, ColumnTokens, WholeToken
from core.layers.dropout import Dropout
from core.layers.entities import EntityEmbeddings, IndicatorEmbeddings
from core.layers.members import ForMembers, MemberDense, MemberEmbeddings, MemberScaling, MembersLast
from core.layers.normal_scores import NormalScores
from core.layers.ntp_dense import NtpDense
from core.layers.pacing import Paced, paced
from core.layers.parametric_activation import ParametricActivation, mish
from core.layers.periodic import PeriodicEmbeddings
from core.layers.piecewise_linear import BINS, WIDTH, PiecewiseLinearEmbeddings
from core.layers.robust_scale import RobustScale
from core.layers.scaling import Scaling

RNG = np.random.default_rng(0)
X = np.column_stack(
    [RNG.normal(5, 3, 400), RNG.exponential(size=400), RNG.random(400) < 0.1, np.full(400, 7.0)]
).astype(np.float32)
MEMBERS = 3
CODES = RNG.integers(0, 4, (50, 2)).astype(np.int32)
STATISTICS = (RobustScale, NormalScores, PiecewiseLinearEmbeddings)


def taught(layer, x=X, targets=None):
    """The layer after it has looked at the rows."""
    layer.build(x.shape)
    layer.adapt(tf.constant(x), np.zeros(len(x)) if targets is None else targets, np.random.default_rng(0))
    return layer


@pytest.mark.parametrize("kind", STATISTICS)
@pytest.mark.parametrize("extreme", [-1e30, 0.0, 1e30])
def test_rows_unlike_any_training_saw_give_numbers(kind, extreme):
    out = np.asarray(taught(kind())(np.full((2, 4), extreme, np.float32)))
    assert np.isfinite(out).all()


@pytest.mark.parametrize("kind", STATISTICS)
def test_what_it_learned_lies_in_weights_that_training_leaves_alone(kind):
    layer = taught(kind())
    other = kind()
    other.build(X.shape)
    other.set_weights(layer.get_weights())
    assert np.array_equal(np.asarray(other(X)), np.asarray(layer(X)))
    assert layer.non_trainable_weights


def test_a_robust_scale_centres_on_the_median_and_keeps_within_three():
    out = np.asarray(taught(RobustScale())(X))
    first, median, third = np.quantile(X[:, 0], [0.25, 0.5, 0.75])
    z = (X[:, 0] - median) / (third - first)
    assert np.allclose(out[:, 0], z / np.sqrt(1 + (z / 3) ** 2), atol=1e-5)
    assert np.abs(out).max() < 3
    seldom = 2.0 / np.sqrt(1 + (2.0 / 3) ** 2)  # of a column that is nearly always 0: half its range is one
    assert set(np.round(out[:, 2], 5)) == {0.0, np.round(np.float32(seldom), 5)}
    assert not out[:, 3].any(), "a constant column says nothing"


def test_normal_scores_are_spread_like_a_bell_whatever_the_column_was():
    out = np.asarray(taught(NormalScores())(X))
    for column in (0, 1):
        assert abs(out[:, column].mean()) < 0.05 and abs(out[:, column].std() - 1) < 0.05
        assert (np.diff(out[np.argsort(X[:, column]), column]) >= 0).all(), "the order stays"


def test_pieces_are_a_straight_line_at_first_and_bend_at_quantiles_once_heights_are_learned():
    layer = taught(PiecewiseLinearEmbeddings(), X[:, :1])
    x = np.sort(X[:, :1], axis=0)
    line = np.asarray(layer(x))
    assert np.allclose(line, x * np.asarray(layer.slope) + np.asarray(layer.start), atol=1e-5)
    heights = RNG.normal(size=(1, BINS, WIDTH)).astype(np.float32)
    layer.heights.assign(heights)
    edges = np.quantile(X[:, 0], np.linspace(0, 1, BINS + 1)).astype(np.float32)
    pieces = (x - edges[:-1]) / np.diff(edges)  # (n, bins)
    low, high = np.zeros(BINS), np.ones(BINS)
    low[0], high[-1] = -np.inf, np.inf
    assert np.allclose(np.asarray(layer(x)), line + np.clip(pieces, low, high) @ heights[0], atol=1e-3)


def test_waves_stand_beside_the_number_itself():
    layer = PeriodicEmbeddings(MEMBERS, pace=0.1)
    out = np.asarray(layer(X))
    assert out.shape == (MEMBERS, 400, 16)
    assert np.allclose(out[1, :, :4], X)
    w, b = np.asarray(paced(layer.frequencies))[2, 1], np.asarray(paced(layer.phases))[2, 1]
    mixed = np.cos(2 * np.pi * X[:, 1:2] * w + b) @ np.asarray(paced(layer.mixture))[2, 1]
    assert np.allclose(out[2, :, 4 + 3 : 4 + 6], mixed + np.asarray(paced(layer.offset))[2, 1], atol=1e-4)


def test_first_weights_from_the_rows_give_every_unit_something_to_tell():
    x = np.broadcast_to(X[:, :3], (MEMBERS, 400, 3))
    layer = taught(NtpDense(8, bias_pace=0.1), np.ascontiguousarray(x))
    out = np.asarray(layer(x))
    assert np.allclose(out.std(axis=1), 1, atol=1e-3)
    bends = (out.min(axis=1) < 0) & (out.max(axis=1) > 0)  # the bias is that of some mixture of the rows
    assert bends.all()


def test_rows_that_are_all_alike_leave_first_weights_that_are_numbers():
    layer = taught(NtpDense(8, bias_pace=0.1), np.ones((1, 20, 2), np.float32))
    assert all(np.isfinite(np.asarray(w)).all() for w in layer.weights)


def test_a_weight_with_a_pace_starts_as_told_and_moves_at_its_pace():
    from core.training.adam import Adam

    class Layer(Paced):
        def build(self, input_shape):
            self.slow = self.add_paced("slow", (2,), "ones", 0.1)

    layer = Layer()
    layer.build(())
    assert np.allclose(paced(layer.slow), 1)
    optimizer = Adam(0.01)
    optimizer.build([layer.slow])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(paced(layer.slow) * 7.0)
    optimizer.apply(tape.gradient(loss, [layer.slow]), [layer.slow])
    assert np.allclose(paced(layer.slow), 1 - 0.1 * 0.01, atol=1e-6)


@pytest.mark.parametrize("kind", ["selu", "mish"])
def test_an_activation_turned_down_to_nothing_is_the_straight_line(kind):
    x = np.linspace(-6, 6, 60, dtype=np.float32).reshape(1, 20, 3)
    layer = ParametricActivation(kind, pace=0.1)
    assert np.allclose(layer(x), getattr(keras.activations, kind)(x), atol=1e-5)
    layer.alpha.assign(tf.zeros_like(layer.alpha))
    assert np.allclose(layer(x), x)
    assert not ParametricActivation(kind, pace=None).weights


def test_mish_has_the_gradient_of_its_formula():
    x = tf.constant(np.linspace(-30, 30, 101, dtype=np.float32))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        ours, plain = mish(x), x * tf.tanh(tf.math.softplus(x))
    assert np.allclose(tape.gradient(ours, x), tape.gradient(plain, x), atol=1e-5)


def test_dropout_keeps_the_mean_and_fades_as_training_goes_on():
    keras.utils.set_random_seed(0)
    layer, x = Dropout(0.4, fades=True), np.ones((64, 301), np.float32)
    for progress, share in ((0.0, 0.4), (0.5, 0.4), (0.75, 0.2), (1.0, 0.0)):
        layer.build(x.shape) if not layer.built else None
        layer.progress.assign(progress)
        out = np.asarray(layer(x, training=True))
        assert (out == 0).mean() == pytest.approx(share, abs=0.02)
        assert out.mean() == pytest.approx(1, abs=0.02)
    assert np.array_equal(layer(x, training=False), x)


def test_predicted_numbers_are_kept_within_those_seen_but_not_while_training():
    layer = taught(ClipToTrained(), np.zeros((3, 1, 1), np.float32), np.array([-1.0, 0.5, 2.0]))
    wild = np.array([[[-9.0]], [[0.1]], [[9.0]]], np.float32)
    assert np.allclose(np.ravel(layer(wild)), [-1, 0.1, 2])
    assert np.allclose(layer(wild, training=True), wild)


def test_members_see_the_same_rows_with_weights_of_their_own():
    seen = np.asarray(ForMembers(MEMBERS)(X))
    assert seen.shape == (MEMBERS, 400, 4) and np.array_equal(seen[0], seen[2])
    assert np.array_equal(Scaling(pace=6.0)(seen), seen)
    dense = MemberDense(2)
    out = np.asarray(dense(seen))
    one = X @ np.asarray(dense.kernel)[1] + np.asarray(dense.bias)[1]
    assert np.allclose(out[1], one, atol=1e-4) and not np.allclose(out[0], out[1])
    assert np.array_equal(np.asarray(MembersLast()(out))[:, 1], out[1])


def test_features_of_one_column_start_with_one_factor():
    layer = MemberScaling(MEMBERS, (3, 1))
    assert np.asarray(layer(X)).shape == (MEMBERS, 400, 4)
    factor = np.asarray(layer.factor)[:, 0]
    assert np.allclose(factor[:, 0], factor[:, 2]) and not np.allclose(factor[:, 0], factor[:, 3])


def test_every_code_of_every_column_has_a_vector_of_its_own():
    layer = MemberEmbeddings(MEMBERS, (4, 4), width=5)
    out = np.asarray(layer(CODES))
    table = np.asarray(layer.table).reshape(8, MEMBERS, 5)
    assert out.shape == (MEMBERS, 50, 10)
    assert np.allclose(out[1, :, 5:], table[4 + CODES[:, 1], 1])
    entities = EntityEmbeddings((4, 4), most=16)
    assert np.asarray(entities(CODES)).shape == (50, 4), "half as wide as there are codes"
    tokens = CategoryTokens((4, 4), 8)
    assert np.allclose(
        tokens(CODES)[:, 1], np.asarray(tokens.table)[4 + CODES[:, 1]] + np.asarray(tokens.bias)[1]
    )


def test_what_comes_from_one_column_of_the_table_is_one_vector():
    x = np.eye(4, dtype=np.float32)
    lists = IndicatorEmbeddings(("plan", "plan", "plan", "open"), most=16)
    assert np.asarray(lists(x)).shape == (4, 2 + 1)
    tokens = ColumnTokens(("plan", "plan", "plan", "open"), 8)
    out = np.asarray(tokens(x))
    assert out.shape == (4, 2, 8)
    assert np.allclose(out[1, 0], np.asarray(tokens.weights_of)[1] + np.asarray(tokens.bias)[0])
    assert np.asarray(WholeToken()(out)).shape == (4, 3, 8)
