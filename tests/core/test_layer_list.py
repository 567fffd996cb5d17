import pytest

from core.errors import BadInput
from core.layer_list import read_layers, shapes


def after(text, shape=(28, 28, 1), padding="valid"):
    return shapes(read_layers(text), shape, padding)


def test_the_shape_after_each_layer_is_told():
    assert after("conv 32, pool, conv 64 5, norm, pool 2, dropout .5, dense 64") == [
        (26, 26, 32), (13, 13, 32), (9, 9, 64), (9, 9, 64), (4, 4, 64), (4, 4, 64), (64,),
    ]  # fmt: skip
    assert after("conv 8, average, dense 3", padding="same") == [(28, 28, 8), (8,), (3,)]


def test_a_list_says_itself_as_it_was_read():
    words = ["conv 32", "conv 16 5", "pool 2", "norm", "dropout 0.25", "average", "dense 10"]
    assert [str(layer) for layer in read_layers(words)] == words
    assert [str(layer) for layer in read_layers("CONV 32;\npool")] == ["conv 32", "pool 2"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "layers_none"),
        ("conv 3," * 50, "layers_many"),
        ("convolution 3", "layer_unknown"),
        ("conv", "layer_numbers"),
        ("conv many", "layer_numbers"),
        ("conv 0", "layer_numbers"),
        ("conv 2.5", "layer_numbers"),
        ("conv 8 99", "layer_numbers"),
        ("dropout 2", "layer_numbers"),
        ("dropout nan", "layer_numbers"),
        ("norm 3", "layer_numbers"),
    ],
)
def test_what_is_no_layer_is_refused_with_those_there_are(text, code):
    with pytest.raises(BadInput) as refused:
        read_layers(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("pool 8, pool 8", "layer_too_small"), ("conv 3 11, conv 3 11, conv 3 11", "layer_too_small"), ("dense 3, conv 3", "layer_late")],
)  # fmt: skip
def test_a_list_that_cannot_be_built_names_the_layer(text, code):
    with pytest.raises(BadInput) as refused:
        after(text)
    assert refused.value.code == code
