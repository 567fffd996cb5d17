"""Order lines of an office supplier: how much does each earn? Products of several columns, minus costs."""

import numpy as np

from sample_data.generate.draws import Random, days, effect, pick
from sample_data.generate.table import Table

N = 4200
N_DUPLICATES = 24  # lines sent twice by the shop's interface
CATALOGUE = {  # category, usual price in EUR, margin, weight in kg, how often ordered
    "Paper": ("Office supplies", 6, 0.38, 2.5, 18), "Binders": ("Office supplies", 9, 0.42, 0.6, 15),
    "Pens": ("Office supplies", 5, 0.50, 0.1, 12), "Labels": ("Office supplies", 7, 0.47, 0.2, 7),
    "Storage boxes": ("Office supplies", 24, 0.24, 2.2, 7), "Envelopes": ("Office supplies", 8, 0.44, 0.8, 5),
    "Coffee and tea": ("Kitchen", 16, 0.30, 1.0, 6), "Crockery": ("Kitchen", 28, 0.33, 3.0, 3),
    "Phones": ("Technology", 310, 0.19, 0.5, 7), "Monitors": ("Technology", 240, 0.15, 6.5, 6),
    "Headsets": ("Technology", 75, 0.28, 0.4, 7), "Printers": ("Technology", 260, 0.10, 11.0, 3),
    "Copiers": ("Technology", 1400, 0.31, 45.0, 0.7), "Chairs": ("Furniture", 190, 0.22, 13.0, 6),
    "Desks": ("Furniture", 340, 0.11, 38.0, 3.5), "Bookcases": ("Furniture", 150, 0.09, 26.0, 2.5),
    "Lamps": ("Furniture", 48, 0.34, 1.8, 4), "Pinboards": ("Furniture", 35, 0.37, 3.2, 0.4),
}  # fmt: skip
CITIES = {
    "Hamburg": 16, "Berlin": 15, "Munich": 13, "Cologne": 10, "Frankfurt": 9, "Stuttgart": 7, "Leipzig": 6,
    "Vienna": 6, "Zurich": 5, "Bremen": 4, "Hanover": 3, "Graz": 2, "Basel": 1.6, "Kiel": 1.2, "Linz": 0.8,
    "Chur": 0.3, "Husum": 0.2,
}  # fmt: skip
ABROAD = ("Vienna", "Zurich", "Graz", "Basel", "Linz", "Chur")
SHIPPING = {"standard": 58, "express": 22, "same day": 6, "collected": 14}


def tables() -> dict[str, Table]:
    rng = Random(707)
    sub_category = pick(rng, {name: row[4] for name, row in CATALOGUE.items()}, N)
    category, usual_price, margin, weight = (
        np.array([CATALOGUE[s][i] for s in sub_category]) for i in range(4)
    )
    segment = pick(rng, {"small business": 41, "corporate": 31, "public": 17, "home": 11}, N)
    units = 1 + rng.poisson(
        effect(segment, {"small business": 2.5, "corporate": 5.5, "public": 5, "home": 0.8})
    )
    units = np.where(usual_price > 1000, np.minimum(units, 3), units)
    price = usual_price * np.exp(rng.normal(0, 0.2, N))
    generous = effect(segment, {"corporate": 0.18, "public": 0.25}) + 0.15 * (units > 6)
    discount = np.where(
        rng.random_sample(N) < 0.25 + generous, rng.choice([5, 10, 15, 20, 30, 40], size=N), 0
    )
    city = pick(rng, CITIES, N)
    shipping = pick(rng, SHIPPING, N)
    ordered = days(rng, "2023-01-01", "2025-01-01", N)
    returned = rng.random_sample(N) < 0.04 + 0.03 * (category == "Technology")

    revenue = units * price * (1 - discount / 100)
    goods = units * price * (1 - margin * np.exp(rng.normal(0, 0.12, N)))
    per_kg = effect(shipping, {"standard": 0.9, "express": 1.9, "same day": 3.2})
    freight = (3.5 * (shipping != "collected") + per_kg * (units * weight) ** 0.85) * np.where(
        np.isin(city, ABROAD), 1.7, 1
    )
    handling = returned * (4 + 0.25 * revenue)
    profit = revenue - goods - 0.8 * freight - handling + rng.normal(0, 3, N)

    table = Table()
    # an order has one to four lines, so its number comes back
    table.text("order_id", [f"O-{50000 + i}" for i in np.cumsum(rng.random_sample(N) < 0.55)])
    table.date("order_date", np.sort(ordered), "%d/%m/%Y")
    table.text("segment", segment)
    table.text("city", city)
    table.text("category", category)
    table.text("sub_category", sub_category)
    table.number("units", units)
    table.number("unit_price_eur", price, 2)
    table.number("discount_pct", discount)
    table.text("shipping", shipping)
    table.number("weight_kg", units * weight, 1)
    table.yes_no("returned", returned)
    table.text("currency", ["EUR"] * N)
    table.number("profit_eur", profit, 2)
    table.blank("weight_kg", rng.random_sample(N) < 0.07)
    table.blank("segment", rng.random_sample(N) < 0.02)
    again = rng.choice(N, size=N_DUPLICATES, replace=False)
    return {"sales.csv": table.rows(np.sort(np.concatenate([np.arange(N), again])))}
