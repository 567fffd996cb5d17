"""Reviews of a kitchen shop: would the customer buy again? Words with negations, beside numbers that say more."""

import numpy as np

from sample_data.generate.draws import Random, codes, days, effect, happens, pick
from sample_data.generate.table import Table

N = 1800
PRODUCTS = {
    "kettle": 22, "blender": 18, "frying pan": 17, "toaster": 14, "coffee grinder": 11, "knife set": 10, "scale": 8,
}  # fmt: skip
# what is said of each side of a purchase, from bad to good; a negation turns some of the words round
SAYINGS = {
    "quality": (
        ("broke after {n} weeks", "feels cheap", "the lid does not close", "useless from day one", "rust within {n} days"),
        ("works as described", "does its job", "nothing special", "looks like in the photo"),
        ("solid and well made", "I love it", "better than my old one", "not a single fault in {n} months", "a joy to use"),
    ),
    "delivery": (
        ("arrived far too late", "the box was crushed", "waited {n} days for it", "never on time"),
        ("arrived in {n} days", "delivery was fine"),
        ("came the next day", "fast delivery", "carefully packed", "not late at all"),
    ),
    "support": (
        ("support never answered", "no refund so far", "rude on the phone", "they blamed me"),
        ("did not need support", "asked one question"),
        ("support was kind and quick", "refund within a day", "replaced without a word", "great help"),
    ),
    "price": (
        ("overpriced", "not worth the money", "a waste of money"),
        ("fair price", "paid what I expected"),
        ("a bargain", "worth every cent", "cheaper than elsewhere"),
    ),
}  # fmt: skip
WEIGHTS = {"quality": 1.5, "delivery": 0.6, "support": 0.9, "price": 0.6}
OPENINGS = (
    "",
    "",
    "Bought it for my sister. ",
    "My second {product}. ",
    "Honest review: ",
    "Hmm. ",
    "UPDATE: ",
)
ENDINGS = ("", "", "", "!", " :)", " 🙂", " 😡", " ...", " Thanks.", " Five words are enough.")


def tables() -> dict[str, Table]:
    rng = Random(707)
    product = pick(rng, PRODUCTS, N)
    price = np.round(np.exp(rng.normal(3.4, 0.5, N)), 2)
    delivery_days = 1 + rng.poisson(2.5, N) + 6 * (rng.random_sample(N) < 0.08)
    mood = rng.normal(0, 1, N)
    texts, heard = zip(*(_review(rng, product[i], mood[i]) for i in range(N)))
    log_odds = (
        1.6 * np.array(heard)
        - 0.18 * np.maximum(delivery_days - 4, 0) * (price > 30)  # who paid more waits less gladly
        + effect(product, {"scale": 0.5, "blender": -0.4})
    )
    table = Table()
    table.text("review_id", codes(rng, "R-", 10000, 90000, N))
    table.date("written_on", days(rng, "2024-01-01", "2025-06-30", N))
    table.text("product", product)
    table.number("price_eur", price, 2)
    table.number("delivery_days", delivery_days)
    table.text("review", texts)
    table.yes_no("would_buy_again", happens(rng, log_odds, 0.58))
    table.blank("review", rng.random_sample(N) < 0.01)  # a few leave stars and no word
    return {"reviews.csv": table}


def _review(rng: Random, product: str, mood: float) -> tuple[str, float]:
    """A text, and how well it speaks of the purchase."""
    n_said = 1 + int(rng.random_sample() < 0.75) + int(rng.random_sample() < 0.35)
    sides = [list(SAYINGS)[k] for k in rng.permutation(len(SAYINGS))[:n_said]]
    said, heard = [], 0.0
    for side in sides:
        verdict = int(np.clip(np.round(0.9 * mood + rng.normal(0, 0.9)), -1, 1))
        sayings = SAYINGS[side][verdict + 1]
        said.append(sayings[rng.randint(len(sayings))].format(n=2 + rng.randint(9)))
        heard += verdict * WEIGHTS[side]
    opening = OPENINGS[rng.randint(len(OPENINGS))].format(product=product)
    glue = (", ", ". ", " and ", "; ")[rng.randint(4)]
    text = opening + glue.join(said) + ENDINGS[rng.randint(len(ENDINGS))]
    return text[0].upper() + text[1:], heard
