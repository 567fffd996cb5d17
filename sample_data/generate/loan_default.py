"""Consumer loans: which are not paid back? Thresholds and pockets of fraud, which trees cut out best."""

import numpy as np

from sample_data.generate.draws import Random, codes, days, effect, happens, pick
from sample_data.generate.table import Table

N = 5500
PURPOSES = {
    "debt consolidation": 38, "car": 17, "home improvement": 13, "furniture": 8, "holiday": 6, "wedding": 5,
    "medical": 4, "education": 3.5, "moving": 2, "business": 1.8, "boat": 0.5, "horse": 0.2,
}  # fmt: skip


def tables() -> dict[str, Table]:
    rng = Random(303)
    age = np.clip(rng.gamma(3, 7.5, N) + 19, 19, 84)
    income = np.exp(rng.normal(7.75, 0.42, N) + 0.006 * (np.minimum(age, 55) - 40))  # EUR a month, net
    wish = np.exp(rng.normal(8.9, 0.65, N))
    amount = np.round(np.clip(wish, 800, np.minimum(60000, 14 * income)) / 100) * 100
    term = rng.choice([12, 24, 36, 48, 60, 72, 84], size=N, p=[0.07, 0.15, 0.22, 0.2, 0.18, 0.1, 0.08])
    instalment = amount / term * 1.08
    other_debt = income * rng.beta(1.6, 5, N)
    debt_ratio = np.minimum(100 * (instalment + other_debt) / income, 110)  # % of income that goes to lenders
    employed = np.clip(rng.exponential(6, N), 0, age - 17)
    home = pick(rng, {"rents": 52, "owns": 19, "mortgage": 24, "with parents": 5}, N)
    used = np.clip(100 * rng.beta(1.7, 2.6, N), 0, 100)  # % of the credit cards' limit
    late = rng.poisson(0.28 + 0.008 * used)
    inquiries = rng.poisson(0.9, N)
    history = np.clip((age - 19) * rng.beta(3, 2, N), 0, None)
    purpose = pick(rng, PURPOSES, N)
    email_age = np.clip(rng.lognormal(6.9, 1.3, N), 0, 7000)  # days
    hour = np.mod(np.round(rng.normal(15.5, 5.2, N)), 24).astype(int)
    same_address = rng.random_sample(N) < 0.93

    # steps and boxes, as in a bank's rule book: each bites only beyond its threshold
    fraud = (email_age < 260) & ((hour <= 6) | (hour >= 22))
    squeezed = (debt_ratio > 45) & (employed < 3)
    juggling = (used > 62) & (inquiries >= 2)
    log_odds = (
        3.3 * fraud
        + 1.6 * (fraud & ~same_address)
        + 2.1 * squeezed
        + 2.2 * juggling
        + 1.3 * (late >= 3)
        + 0.9 * ((term >= 60) & (amount > 15000))
        - 0.9 * ((home == "owns") & (history > 8))
        + 0.6 * (debt_ratio > 60)
        + effect(purpose, {"business": 0.8, "medical": 0.5, "car": -0.3})
        - 0.35 * np.log(income / 2300)
    )
    silent = rng.random_sample(N) < 0.05 + 0.2 * squeezed  # who earns little prefers not to say
    defaulted = happens(rng, log_odds + 0.5 * silent, 0.08)

    table = Table()
    table.text("loan_id", codes(rng, "L", 700000, 799999, N))
    table.date("application_date", days(rng, "2023-01-01", "2025-01-01", N))
    table.number("application_hour", hour)
    table.number("amount_eur", amount)
    table.number("term_months", term)
    table.text("purpose", purpose)
    table.number("age_years", age)
    table.number("net_income_eur_month", income)
    table.number("years_employed", employed, 1)
    table.text("housing", home)
    table.number("debt_to_income_pct", debt_ratio, 1)
    table.number("credit_history_years", history, 1)
    table.number("card_limit_used_pct", used, 1)
    table.number("late_payments_24_months", late)
    table.number("credit_inquiries_6_months", inquiries)
    table.number("email_age_days", email_age)
    table.yes_no("address_confirmed", same_address)
    table.text("product", ["instalment loan"] * N)
    table.number("defaulted", defaulted)
    table.blank("net_income_eur_month", silent)
    table.blank("years_employed", rng.random_sample(N) < 0.06)
    table.blank("card_limit_used_pct", rng.random_sample(N) < 0.04)
    return {"loan_default.csv": table}
