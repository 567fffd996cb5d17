"""What a check finds and a step can mend is gone once the step is carried out."""

import pytest

from core.checks import CHECKS, cure_of, run_checks
from core.checks.suspicious_encoding import mended
from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.making import with_recipe
from core.home import Home
from tests.core.checks.test_checks import CASES

CURED = [
    (code, subject, content)
    for cases in CASES.values()
    for code, subject, content in cases
    if code in ("constant", "all_missing", "missing", "target_missing", "identifier", "duplicates",
                "disguised_missing", "impossible_zero", "outliers", "suspicious_encoding", "broken_name")
    or code.startswith(("leakage", "personal"))
]  # fmt: skip


@pytest.mark.parametrize(("code", "subject", "content"), CURED, ids=[c[0] for c in CURED])
def test_the_cure_of_a_finding_ends_it(tmp_path, code, subject, content):
    (tmp_path / "t.csv").write_text(content)
    catalog = Catalog(Home.at(tmp_path / "home"))
    dataset = ingest(tmp_path / "t.csv", name="t", owner="ada", home=catalog.home)
    dataset = catalog.with_target(dataset, "t")
    found = next(f for f in run_checks(dataset, "t", catalog) if (f.code, f.subject) == (code, subject))
    step = cure_of(found, dataset)
    clean = with_recipe(dataset, (step,), catalog)
    target = clean.target if clean.target in [c.name for c in clean.columns] else None
    assert (code, subject) not in {(f.code, f.subject) for f in run_checks(clean, target, catalog)}


def test_a_check_that_knows_no_cure_offers_none():
    assert {key for key, check in CHECKS.items() if check.cure.__name__ == "no_cure"} >= {
        "imbalance",
        "few_rows",
    }


@pytest.mark.parametrize(
    ("broken", "whole"),
    [("grÃ¶ÃŸe", "größe"), ("donâ€™t", "don’t"), ("caf\ufffd", None), ("größe, Ã¶", None)],
)
def test_text_read_in_the_wrong_encoding_is_mended_unless_signs_are_lost(broken, whole):
    assert mended(broken) == whole
