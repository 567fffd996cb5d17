import pytest

from core.data.units import unit_of


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Weight (Kilograms)", "kg"),
        ("weight (kg)", "kg"),
        ("Freight Cost (USD)", "$"),
        ("price_eur", "€"),
        ("Share [%]", "%"),
        ("面积（平方米）", "m²"),
        ("tax %", "%"),
        ("speed [km/h]", "km/h"),
        ("temp (°C)", "°C"),
        ("area_m2", "m²"),
        ("duration days", "days"),
        ("price", None),
        ("days", None),
        ("Unit of Measure (Per Pack)", None),
        ("name (first)", None),
        ("program", None),
        ("", None),
    ],
)
def test_a_unit_is_what_the_end_of_a_name_says(name, unit):
    assert unit_of(name) == unit


def test_columns_come_with_their_units(store):
    dataset = store("w (kg),p %,share,t (s)\n" + "".join(f"{i}.5,{i},{i} %,x{i % 3}\n" for i in range(20)))
    assert [c.unit for c in dataset.columns] == ["kg", "%", "%", None]
