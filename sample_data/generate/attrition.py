"""Employees of an engineering firm: who leaves within a year? Few rows and straight effects: a tie."""

import numpy as np

from sample_data.generate.draws import Random, days, effect, happens, pick
from sample_data.generate.table import Table

N = 2200
ROLES = {
    "Engineering": ["Software engineer", "Test engineer", "Site engineer", "Architect", "Draughtsman"],
    "Sales": ["Account manager", "Sales assistant", "Bid manager"],
    "Operations": ["Planner", "Technician", "Warehouse clerk", "Driver", "Fleet mechanic"],
    "Finance": ["Accountant", "Controller", "Actuary"],
    "People": ["Recruiter", "Trainer", "Payroll clerk"],
}
DEPARTMENTS = {"Engineering": 44, "Operations": 27, "Sales": 16, "Finance": 8, "People": 5}
PAY = {"Engineering": 4600, "Operations": 3100, "Sales": 3900, "Finance": 4300, "People": 3700}  # EUR a month
TODAY = np.datetime64("2024-12-31")


def tables() -> dict[str, Table]:
    rng = Random(404)
    department = pick(rng, DEPARTMENTS, N)
    # the first roles of a department are common, the last ones rare
    role = np.array([ROLES[d][min(int(rng.exponential(1.1)), len(ROLES[d]) - 1)] for d in department])
    hired = TODAY - np.clip(rng.exponential(5.5, N) * 365.25, 30, 35 * 365).astype("timedelta64[D]")
    years = (TODAY - hired).astype(int) / 365.25
    age = np.clip(years + 20 + rng.gamma(3, 4.5, N), 18, 66)
    against_market = rng.normal(0, 9, N)  # % above or below what others pay
    salary = np.array([PAY[d] for d in department]) * (1 + 0.022 * years) * (1 + against_market / 100)
    since_promotion = np.clip(rng.exponential(2.6, N), 0, years)
    overtime = rng.random_sample(N) < 0.27
    distance = np.clip(rng.gamma(1.8, 9, N), 1, 120)
    remote = rng.choice([0, 1, 2, 3, 4], size=N, p=[0.35, 0.15, 0.25, 0.17, 0.08])
    travel = pick(rng, {"never": 55, "sometimes": 33, "often": 12}, N)
    engagement = np.clip(6.6 + 0.05 * against_market - 0.6 * overtime + rng.normal(0, 1.7, N), 1, 10)
    managers = rng.poisson(0.16 * np.minimum(years, 8))
    training = np.clip(rng.gamma(2, 1.6, N), 0, 20)

    log_odds = (
        -0.42 * (engagement - 6.5)
        + 1.15 * overtime
        - 0.055 * against_market
        + 0.20 * since_promotion
        - 0.10 * years
        - 0.025 * (age - 38)
        + 0.018 * distance
        - 0.12 * remote
        + effect(travel, {"often": 0.8, "sometimes": 0.25})
        + effect(department, {"Sales": 0.6, "Finance": -0.25})
        + 0.25 * managers
        - 0.05 * training
    )
    left = happens(rng, log_odds, 0.17)

    table = Table()
    table.number("employee_number", np.arange(1, N + 1))
    table.text("department", department)
    table.text("job_role", role)
    table.date("hired_on", hired)
    table.number("age_years", age)
    table.text(
        "education",
        pick(rng, {"school": 12, "apprenticeship": 33, "bachelor": 34, "master": 19, "doctorate": 2}, N),
    )
    table.number("distance_to_work_km", distance, 1)
    table.number("salary_eur_month", np.round(salary / 10) * 10)
    table.number("pay_against_market_pct", against_market, 1)
    table.number("years_since_promotion", since_promotion, 1)
    table.number("managers_since_hired", managers)
    table.number("training_days_12_months", training, 1)
    table.number("remote_days_per_week", remote)
    table.text("business_travel", travel)
    table.yes_no("overtime", overtime)
    table.number("engagement_score", engagement, 1)
    table.number("contract_hours_week", np.full(N, 39))
    table.date("survey_date", days(rng, "2024-02-01", "2024-04-01", N))
    table.yes_no("left_company", left)
    table.blank("engagement_score", rng.random_sample(N) < 0.14)
    table.blank("education", rng.random_sample(N) < 0.05)
    return {"attrition.csv": table}
