"""Every check fires on a made case, stays silent on a clean one, and declines where the data lack."""

import pytest

from core.checks import CHECKS, run_checks
from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.home import Home


@pytest.fixture
def found(tmp_path):
    """found(content, target): the (code, subject) pairs of all findings on that table."""

    def run(content, target="t"):
        home = Home(tmp_path / "home")
        (tmp_path / "t.csv").write_text(content)
        dataset = ingest(tmp_path / "t.csv", name="t", owner="ada", home=home)
        findings = run_checks(dataset, target, Catalog(home))
        assert all(f.explanation and f.remedy for f in findings)
        ranks = [("serious", "warning", "info").index(f.severity) for f in findings]
        assert ranks == sorted(ranks)
        return {(f.code, f.subject) for f in findings}

    return run


def table(row, n=400, header="x,y,t"):
    return header + "\n" + "".join(row(i) + "\n" for i in range(n))


def noise(i, k=1):
    return (i * 7919 * k + i * i * 31) % 1009


CLEAN = table(lambda i: f"{noise(i)}.{i % 97},{'abcd'[noise(i, 3) % 4]},{'yn'[noise(i, 5) % 2]}")

CASES = {
    "reading": [
        ("rejected_rows", None, CLEAN + "1,2\n"),
        ("ambiguous_dates", "x", table(lambda i: f"0{1 + i % 9}/0{1 + i % 7}/2020,{noise(i)}.5,{'yn'[noise(i, 5) % 2]}")),
    ],
    "missing": [
        ("missing", "x", table(lambda i: f"{'' if i % 3 else noise(i)},{i % 97}.5,{'yn'[noise(i, 5) % 2]}")),
        ("target_missing", "t", table(lambda i: f"{noise(i)},{i % 97}.5,{'' if i % 9 == 0 else 'yn'[noise(i, 5) % 2]}")),
    ],
    "constant": [
        ("constant", "y", table(lambda i: f"{noise(i)},same,{'yn'[noise(i, 5) % 2]}")),
        ("all_missing", "y", table(lambda i: f"{noise(i)},,{'yn'[noise(i, 5) % 2]}")),
    ],
    "identifier": [("identifier", "id", table(lambda i: f"k{i:05},{noise(i)}.5,{'yn'[noise(i, 5) % 2]}", header="id,y,t"))],
    "duplicates": [("duplicates", None, CLEAN + "\n".join(CLEAN.splitlines()[1:40]) + "\n")],
    "imbalance": [
        ("imbalance", "t", table(lambda i: f"{noise(i)}.5,{i % 97},{'rare' if i % 40 == 0 else 'common'}")),
        ("rare_classes", "t", table(lambda i: f"{noise(i)}.5,{i % 97},{'rare' if i % 100 == 0 else 'ab'[i % 2]}")),
    ],
    "few_rows": [("few_rows", None, "\n".join(CLEAN.splitlines()[:60]) + "\n")],
    "high_cardinality": [("high_cardinality", "y", table(lambda i: f"{noise(i)}.5,c{i % 90},{'yn'[noise(i, 5) % 2]}"))],
    "leakage": [
        ("leakage_binary", "x", table(lambda i: f"{i % 2 * 50 + noise(i) % 49},{noise(i)}.5,{'ny'[i % 2]}")),
        ("leakage_multiclass", "y", table(lambda i: f"{noise(i)}.5,code{i % 3},{'abc'[i % 3]}")),
        ("leakage_regression", "x", table(lambda i: f"{noise(i)}.5,{i % 97},{noise(i) * 3}.25")),
    ],
}  # fmt: skip


def test_every_check_has_a_case_here():
    assert set(CASES) == set(CHECKS)


@pytest.mark.parametrize(("code", "subject", "content"), [case for cases in CASES.values() for case in cases])
def test_a_check_fires_on_its_case(found, code, subject, content):
    assert (code, subject) in found(content)


def test_a_clean_table_has_no_findings(found):
    assert found(CLEAN) == set()


@pytest.mark.parametrize("target", [None, "x", "y"])
def test_checks_decline_where_the_data_lack(found, target):
    assert all(
        code in ("few_rows", "rare_classes", "identifier")
        for code, _ in found("x,y\n1,a\n2,b\n3,c\n", target)
    )


def test_a_feature_that_is_new_in_every_row_is_no_leak(found):
    assert not any(
        code.startswith("leakage") for code, _ in found(table(lambda i: f"w{i},{noise(i)}.5,{'yn'[i % 2]}"))
    )


def test_an_order_by_class_does_not_look_like_a_leak(found):
    content = table(lambda i: f"{noise(i)}.5,{noise(i, 3)},{'yn'[i // 200]}")
    assert not any(code.startswith("leakage") for code, _ in found(content))
