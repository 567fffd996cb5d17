"""Subscribers of a software service: who cancels within three months? Smooth effects that interact."""

import numpy as np

from sample_data.generate.draws import Random, codes, days, effect, happens, pick
from sample_data.generate.table import Table

N = 4000
COUNTRIES = {
    "Germany": 24, "United Kingdom": 17, "France": 14, "Netherlands": 8, "Spain": 7, "Italy": 6, "Poland": 5,
    "Sweden": 4, "Austria": 3, "Belgium": 3, "Switzerland": 2.5, "Denmark": 2, "Ireland": 1.5, "Portugal": 1,
    "Finland": 0.8, "Norway": 0.6, "Greece": 0.3, "Latvia": 0.15, "Malta": 0.08,
}  # fmt: skip
PRICE = {"Basic": 9.0, "Standard": 19.0, "Premium": 39.0, "Team": 79.0}
REFERRALS = {"search": 34, "friend": 22, "advertisement": 20, "partner": 12, "event": 7, "unknown": 5}
TODAY = np.datetime64("2025-06-30")


def tables() -> dict[str, Table]:
    rng = Random(101)
    signup = days(rng, "2019-07-01", "2025-06-01", N)
    tenure = (TODAY - signup).astype(int) / 30.44  # months
    plan = pick(rng, {"Basic": 34, "Standard": 38, "Premium": 20, "Team": 8}, N)
    annual = rng.random_sample(N) < 0.25 + 0.2 * (tenure > 24)
    discount = rng.choice([0, 0, 0, 10, 20, 30], size=N)
    price = np.array([PRICE[p] for p in plan]) * (1 - discount / 100) * np.where(annual, 0.85, 1)
    habit = rng.normal(0, 1, N)  # how much the service is part of the week; never written down
    logins = rng.poisson(np.exp(2.1 + 0.75 * habit + 0.15 * np.log(price / 15)))
    trend = np.clip(rng.normal(0, 28, N) + 6 * habit, -95, 150)  # % against the month before
    seats = np.where(plan == "Team", rng.poisson(8, N) + 2, 1)
    tickets = rng.poisson(np.exp(-0.2 + 0.25 * (plan == "Team") - 0.1 * habit))
    satisfaction = np.clip(np.round(3.7 + 0.35 * habit - 0.3 * tickets + rng.normal(0, 0.9, N)), 1, 5)
    late = rng.poisson(0.35, N)
    referral = pick(rng, REFERRALS, N)

    # What it costs per visit, how visits move and what support was like pull on one another: a fall in
    # visits alarms only where the price per visit is high, and a ticket binds the content customer.
    cost = (np.log(price) - np.log1p(logins) - 0.6) / 1.3
    fall = np.clip(-trend / 28, -2.2, 2.2)
    mood = (satisfaction - 3.4) / 1.1
    freshness = np.exp(-tenure / 14)  # 1 in the first week, a third after a year
    log_odds = (
        1.0 * np.tanh(cost)
        + 1.15 * fall * np.tanh(cost)
        + 0.45 * fall
        - 0.9 * mood * np.tanh(tickets - 0.4)
        - 0.3 * mood
        + 1.6 * freshness
        + 0.4 * np.minimum(late, 3)
        + effect(referral, {"friend": -0.35, "advertisement": 0.3})
        - 0.7 * annual
    )
    churned = happens(rng, 1.3 * log_odds, 0.24)

    table = Table()
    table.text("customer_id", codes(rng, "C-", 10000, 40000, N))
    table.date("signup_date", signup)
    table.text("country", pick(rng, COUNTRIES, N))
    table.text("plan", plan)
    table.text("billing", np.where(annual, "annual", "monthly"))
    table.number("monthly_price_eur", price, 2)
    table.text("currency", ["EUR"] * N)
    table.number("discount_pct", discount)
    table.number("seats", seats)
    table.number("tenure_months", tenure, 1)
    table.number("logins_last_30_days", logins)
    table.number("login_trend_pct", trend, 1)
    table.number("support_tickets_90_days", tickets)
    table.number("satisfaction_score", satisfaction)
    table.number("late_payments_12_months", late)
    table.text("referral_source", referral)
    table.yes_no("uses_mobile_app", rng.random_sample(N) < 0.35 + 0.1 * (habit > 0))
    table.yes_no("churned", churned)
    # the survey is answered by the engaged more often than by the rest
    table.blank("satisfaction_score", rng.random_sample(N) < 0.28 - 0.08 * (habit > 0))
    table.blank("login_trend_pct", tenure < 1.5)  # no earlier month to compare with
    return {"churn.csv": table}
