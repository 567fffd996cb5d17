"""Handwritten digits, 8 by 8 pixels: real data, copied out of scikit-learn. Invents nothing."""

from sample_data.generate.table import Table


def tables() -> dict[str, Table]:
    from sklearn.datasets import load_digits

    digits = load_digits()
    table = Table()
    for name, pixel in zip(digits.feature_names, digits.data.T):
        table.number(name, pixel)
    table.number("digit", digits.target)
    return {"digits.csv": table}
