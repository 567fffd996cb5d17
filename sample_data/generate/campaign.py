"""A shop's spring mailing: who answers it? Mostly additive effects, and one column that tells the end."""

import numpy as np

from sample_data.generate.draws import Random, days, effect, happens, pick
from sample_data.generate.table import Table

N = 4500
N_DUPLICATES = 36  # two address lists were merged
REGIONS = {
    "North Rhine": 18, "Bavaria": 16, "Baden": 13, "Lower Saxony": 10, "Hesse": 8, "Saxony": 6, "Berlin": 6,
    "Rhineland": 5, "Schleswig": 4, "Brandenburg": 3, "Thuringia": 3, "Hamburg": 3, "Pomerania": 2, "Saar": 1,
    "Bremen": 0.8, "Heligoland": 0.1,
}  # fmt: skip
LAST_CAMPAIGN = {"none": 45, "ignored": 38, "answered": 12, "returned to sender": 5}
TODAY = np.datetime64("2025-03-01")


def tables() -> dict[str, Table]:
    rng = Random(202)
    age = np.clip(rng.normal(47, 15, N), 18, 92)
    since = days(rng, "2012-01-01", "2025-01-15", N)
    years = (TODAY - since).astype(int) / 365.25
    loyalty = rng.normal(0, 1, N) + 0.1 * (years - 6)
    orders = rng.poisson(np.exp(0.9 + 0.4 * loyalty))
    basket = np.exp(rng.normal(3.9, 0.45, N))
    recency = np.clip(rng.exponential(95, N) / (1 + 0.25 * orders) + 2, 2, 700)
    newsletter = rng.random_sample(N) < 0.45 + 0.1 * (loyalty > 0)
    opens = rng.binomial(12, np.clip(0.18 + 0.1 * loyalty, 0.02, 0.9)) * newsletter
    clicks = rng.binomial(opens, 0.28)
    contacts = rng.poisson(2.2, N)
    channel = pick(rng, {"email": 52, "post": 26, "phone": 14, "app": 8}, N)
    last = pick(rng, LAST_CAMPAIGN, N)
    household = 1 + rng.poisson(1.2, N)

    log_odds = (
        0.42 * np.sqrt(orders)
        - 0.55 * np.log(recency / 30)
        + 0.30 * clicks
        + 0.05 * opens
        + effect(last, {"answered": 1.5, "ignored": -0.5, "returned to sender": -1.2})
        + effect(channel, {"phone": 0.5, "app": 0.35, "post": -0.2})
        + 0.018 * (age - 47)
        - 0.14 * np.maximum(contacts - 2, 0)
        + 0.25 * np.log(basket / 50)
    )
    responded = happens(rng, 1.2 * log_odds, 0.16)
    # the voucher came with the answer: nobody knows it before the mailing is sent
    redeemed = np.where(responded, rng.random_sample(N) < 0.97, rng.random_sample(N) < 0.003)

    table = Table()
    table.number("age", age)
    table.text("region", pick(rng, REGIONS, N))
    table.date("customer_since", since)
    table.number("household_size", household)
    table.number("days_since_last_order", recency)
    table.number("orders_12_months", orders)
    table.number("average_basket_eur", basket, 2)
    table.number("spend_12_months_eur", basket * orders * np.exp(rng.normal(0, 0.1, N)), 2)
    table.yes_no("newsletter", newsletter)
    table.number("emails_opened_90_days", opens)
    table.number("emails_clicked_90_days", clicks)
    table.text("channel", channel)
    table.text("last_campaign", last)
    table.number("contacts_this_year", contacts)
    table.yes_no("voucher_redeemed", redeemed)
    table.yes_no("responded", responded)
    table.blank("age", rng.random_sample(N) < 0.11)
    table.blank("household_size", rng.random_sample(N) < 0.34)
    again = rng.choice(N, size=N_DUPLICATES, replace=False)
    return {"campaign.csv": table.rows(rng.permutation(np.concatenate([np.arange(N), again])))}
