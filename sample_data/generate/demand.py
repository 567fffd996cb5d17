"""Weekly sales of eight products in six shops: how many will be sold? Effects multiply; stock caps them."""

import numpy as np

from sample_data.generate.draws import Random, effect
from sample_data.generate.table import Table

N_WEEKS = 104
PRODUCTS = {  # category, usual price in EUR, usual units a week, peak in which week, how seasonal, elasticity
    "Ice cream 1 l": ("frozen", 4.49, 60, 29, 1.10, -1.6),
    "Lemonade 6x1 l": ("drinks", 5.29, 85, 29, 0.55, -2.2),
    "Ground coffee 500 g": ("grocery", 6.99, 70, 2, 0.15, -2.8),
    "Tomato soup 400 g": ("grocery", 1.89, 55, 3, 0.60, -1.2),
    "Charcoal 3 kg": ("garden", 4.99, 30, 27, 1.30, -0.9),
    "Dark chocolate 100 g": ("sweets", 1.79, 95, 50, 0.50, -1.9),
    "Washing powder 2 kg": ("household", 8.49, 35, 14, 0.10, -3.1),
    "Clementines 1 kg": ("fruit", 2.99, 65, 51, 0.95, -1.5),
}
STORES = {  # kind, size
    "Central": ("city", 1.35), "Market Square": ("city", 1.0), "Ring Road": ("hypermarket", 2.1),
    "Airport Park": ("hypermarket", 1.7), "Lakeside": ("village", 0.6), "Mill Lane": ("village", 0.5),
}  # fmt: skip
HOLIDAYS = (14, 15, 18, 40, 50, 51)  # weeks of the year with a public holiday or the run-up to one


def tables() -> dict[str, Table]:
    rng = Random(606)
    products, stores = list(PRODUCTS), list(STORES)
    week, store, product = (
        a.ravel() for a in np.meshgrid(np.arange(N_WEEKS), stores, products, indexing="ij")
    )
    n = len(week)
    category, usual_price, usual_units, peak, seasonal, elasticity = (
        np.array([PRODUCTS[p][i] for p in product]) for i in range(6)
    )
    kind = np.array([STORES[s][0] for s in store])
    size = np.array([STORES[s][1] for s in store])
    of_year = np.mod(week, 52) + 1
    weather = 10.5 - 10.5 * np.cos(2 * np.pi * (of_year - 4) / 52) + rng.normal(0, 3.2, N_WEEKS)[week]  # °C
    holiday = np.isin(of_year, HOLIDAYS)
    promoted = rng.random_sample(n) < 0.13
    depth = np.where(promoted, rng.choice([10, 20, 30, 40], size=n, p=[0.3, 0.4, 0.2, 0.1]), 0)
    price = usual_price * (1 + 0.04 * (week > 52)) * (1 - depth / 100) * np.exp(rng.normal(0, 0.015, n))
    rival = usual_price * np.exp(rng.normal(0, 0.07, n)) * (1 + 0.04 * (week > 52))

    season = seasonal * np.cos(2 * np.pi * (of_year - peak) / 52)
    warmth = np.where(
        np.isin(category, ["frozen", "drinks", "garden"]), 0.035 * np.maximum(weather - 18, 0), 0
    )
    log_units = (
        np.log(usual_units * size)
        + season
        + warmth
        + elasticity * np.log(price / usual_price)
        + 0.5 * np.log(rival / price)
        + promoted * effect(kind, {"hypermarket": 0.35, "city": 0.1})
        + holiday * effect(category, {"sweets": 0.5, "drinks": 0.25, "household": -0.15})
        + (kind == "city") * effect(category, {"garden": -0.7, "sweets": 0.25})
        + 0.0012 * week
    )
    expected = np.exp(log_units)
    wanted = rng.poisson(expected * rng.gamma(14, 1 / 14, n))
    stock = (
        np.ceil(np.maximum(expected * np.exp(rng.normal(0.55, 0.3, n)), 6) / 6) * 6
    )  # delivered in boxes of six

    # rows run by week, store, product: a week earlier lies one block of stores and products before
    sold = np.minimum(wanted, stock)
    block = len(stores) * len(products)
    week_before = np.concatenate([np.full(block, np.nan), sold[:-block]])

    table = Table()
    table.date("week_starting", np.datetime64("2023-01-02") + 7 * week.astype("timedelta64[D]"))
    table.text("store", store)
    table.text("store_kind", kind)
    table.text("product", product)
    table.text("category", category)
    table.number("price_eur", price, 2)
    table.number("promotion_pct", depth)
    table.number("competitor_price_eur", rival, 2)
    table.number("temperature_c", weather, 1)
    table.yes_no("holiday_week", holiday)
    table.number("stock_units", stock)
    table.number("units_sold_week_before", np.nan_to_num(week_before))
    table.number("units_sold", sold)
    table.blank("units_sold_week_before", np.isnan(week_before))
    table.blank("competitor_price_eur", rng.random_sample(n) < 0.08)
    table.blank("temperature_c", np.isin(week, [37, 71]))  # the station was down
    return {"demand.csv": table}
