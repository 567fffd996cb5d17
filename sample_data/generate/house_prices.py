"""Houses sold in an invented town by the sea: for how much? A smooth surface, bent by place, size and age."""

import numpy as np

from sample_data.generate.draws import Random, codes, days, effect, pick
from sample_data.generate.table import Table

N = 3000
N_NEW = 50
DISTRICTS = {  # centre in km east and north of the harbour, and its share of the houses
    "Harbour": (0.0, 0.3, 14), "Old town": (1.1, 0.9, 15), "University": (2.6, 1.8, 13), "Gardens": (-1.9, 1.7, 15),
    "Station": (1.7, 3.1, 13), "Hillside": (-1.0, 4.2, 11), "Mills": (4.4, 3.2, 9), "Airfield": (5.8, 5.6, 6),
    "Lighthouse": (-4.6, 0.4, 3), "Ferry inn": (-6.2, 1.3, 0.6), "Quarry": (3.5, 6.9, 0.4),
}  # fmt: skip
CONDITIONS = {"needs work": 14, "fair": 30, "good": 41, "renovated": 15}
HEATING = {"gas": 52, "district": 18, "heat pump": 15, "oil": 11, "wood": 3.6, "none": 0.4}
PIERS = ((0.6, 0.2), (-4.4, 0.1))  # where one wants to live
STATION = (1.7, 3.0)


def tables() -> dict[str, Table]:
    rng = Random(505)
    n = N + N_NEW
    district = pick(rng, {name: share for name, (_, _, share) in DISTRICTS.items()}, n)
    centre = np.array([DISTRICTS[d][:2] for d in district])
    east, north = (centre + rng.normal(0, 0.55, (n, 2))).T
    north = np.abs(north)  # south of the harbour is water
    town = np.exp(-((east - 1) ** 2 + (north - 1.2) ** 2) / 8)  # 1 in the middle of the town, 0 outside
    area = np.clip(np.exp(rng.normal(4.72, 0.33, n) - 0.12 * town), 35, 420)
    rooms = np.clip(np.round(area / 27 + rng.normal(0, 0.8, n)), 1, 12)
    plot = area * np.clip(np.exp(rng.normal(1.1, 0.5, n)) * (1.5 - town), 0.6, 12)
    built = np.clip(np.round(2022 - rng.gamma(1.6, 32, n) - 25 * town), 1820, 2024)
    condition = pick(rng, CONDITIONS, n)
    heating = pick(rng, HEATING, n)
    garage = rng.random_sample(n) < 0.55 - 0.3 * town
    sea_view = rng.random_sample(n) < 0.75 * np.exp(-north / 0.7)
    bathrooms = 1 + (area > 120) + (rng.random_sample(n) < 0.2)
    sold = days(rng, "2022-01-01", "2025-01-01", n)
    month = (sold - np.datetime64("2022-01-01")).astype(int) / 30.44
    to_station = np.hypot(east - STATION[0], north - STATION[1])

    age = 2025 - built
    near_pier = sum(np.exp(-((east - x) ** 2 + (north - y) ** 2) / 4.5) for x, y in PIERS)
    log_price = (
        7.68
        + 0.82 * np.log(area)
        + 0.10 * np.log(plot) * (1 - 0.7 * town)
        + 0.5 * near_pier
        + 0.05 * town
        + 0.12 * np.sin((east + north) / 1.6)  # the ridge and the valleys behind the town
        - 0.22 * np.exp(-(to_station**2) / 0.8)  # too near the trains
        + 0.24 * np.exp(-((to_station - 1.8) ** 2) / 2)  # a walk away
        - 0.10 * np.sin(age / 21) - 0.0022 * np.minimum(age, 90)
        + 0.0026 * np.maximum(age - 100, 0) * town  # old is charming in the old town, and a ruin elsewhere
        + effect(condition, {"needs work": -0.2, "fair": -0.06, "renovated": 0.1}) * (0.6 + np.minimum(age, 100) / 100)
        + effect(heating, {"heat pump": 0.05, "oil": -0.06, "none": -0.2})
        + sea_view * (0.10 + 0.22 * near_pier)
        + 0.04 * garage + 0.03 * bathrooms
        + 0.0035 * month + 0.05 * np.sin(month / 5)
    )  # fmt: skip
    price = np.round(np.exp(log_price + rng.normal(0, 0.09, n)) / 500) * 500

    table = Table()
    table.text("listing_id", codes(rng, "H", 20000, 60000, n))
    table.date("sold_on", sold)
    table.text("district", district)
    table.number("km_east_of_harbour", east, 2)
    table.number("km_north_of_harbour", north, 2)
    table.number("living_area_m2", area)
    table.number("plot_m2", plot)
    table.number("rooms", rooms)
    table.number("bathrooms", bathrooms)
    table.number("year_built", built)
    table.text("condition", condition)
    table.text("heating", heating)
    table.yes_no("garage", garage)
    table.yes_no("sea_view", sea_view)
    table.number("price_eur", price)
    table.blank("plot_m2", rng.random_sample(n) < 0.09)
    table.blank("year_built", rng.random_sample(n) < 0.05)
    table.blank("condition", rng.random_sample(n) < 0.03)
    new = table.rows(range(N, n)).without("price_eur")
    # what new rows bring in practice: a district nobody has seen, a size far beyond the others
    new.columns["district"][7] = "Island"
    new.columns["living_area_m2"][19] = "760"
    return {"house_prices.csv": table.rows(range(N)), "house_prices_new.csv": new}
