"""Every check fires on a made case, stays silent on a clean one, and declines where the data lack."""

import pytest

from core.checks import CHECKS, CheckSubject, run_checks
from core.checks._identities import TESTS
from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.home import Home


@pytest.fixture
def found(tmp_path):
    """found(content, target): the (code, subject) pairs of all findings on that table."""

    def run(content, target="t"):
        home = Home(tmp_path / "home")
        (tmp_path / "t.csv").write_text(content, encoding="utf-8")
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
    "disguised_missing": [
        ("disguised_missing", "x", table(lambda i: f"{-999 if i % 20 == 0 else noise(i) % 80},{noise(i, 3)}.5,{'yn'[noise(i, 5) % 2]}")),
        ("disguised_missing", "x", table(lambda i: f"{9999 if i % 20 == 0 else noise(i) % 80},{noise(i, 3)}.5,{'yn'[noise(i, 5) % 2]}")),
        ("disguised_missing", "y", table(lambda i: f"{noise(i)}.5,{'Unknown' if i % 7 == 0 else 'ab'[i % 2]},{'yn'[noise(i, 5) % 2]}")),
        ("impossible_zero", "bmi", table(lambda i: f"{0 if i % 9 == 0 else 20 + noise(i) % 20},{noise(i, 3)}.5,{'yn'[noise(i, 5) % 2]}", header="bmi,y,t")),
    ],
    "near_unique": [("near_unique", "y", table(lambda i: f"{noise(i)}.5,{'ab'[i % 2]}{i // (2 if i < 20 else 1)} x{'y' * (i % 3)},{'yn'[noise(i, 5) % 2]}"))],
    "near_duplicates": [("near_duplicates", None, table(lambda i: f"{noise(i // 2)}.25,{('Anna  Lee', 'anna lee.')[i % 2]} {i // 2},{'yn'[noise(i // 2, 5) % 2]}"))],
    "label_noise": [("label_noise", "t", table(lambda i: f"{i // 4 % 50},{'abcd'[i // 4 % 4]},{'yn'[(i // 4 % 2) ^ (i % 16 == 0)]}"))],
    "outliers": [("outliers", "x", table(lambda i: f"{10 ** 7 if i == 300 else noise(i) % 60},{noise(i, 3)}.5,{'yn'[noise(i, 5) % 2]}"))],
    "target_shift": [
        ("target_shift_file", "t", table(lambda i: f"{noise(i)}.5,{noise(i, 3)},{'yn'[noise(i, 5) % 1000 < 2 * i]}")),
        ("target_mean_shift_file", "t", table(lambda i: f"{noise(i)}.5,{noise(i, 3)},{i + noise(i, 5) / 7:.3f}")),
        ("target_shift_time", "t", table(
            lambda i: f"{noise(i)}.5,{2001 + noise(i) % 20}-01-0{1 + i % 9},{'yn'[noise(i) % 20 > 9 and noise(i, 5) % 3 > 0]}")),
    ],
    "suspicious_encoding": [
        ("suspicious_encoding", "y", table(lambda i: f"{noise(i)}.5,{('cafÃ©', 'bar', 'pub')[i % 3]},{'yn'[noise(i, 5) % 2]}")),
        ("broken_name", "grÃ¶ÃŸe", table(lambda i: f"{noise(i)}.5,{i % 97},{'yn'[noise(i, 5) % 2]}", header="grÃ¶ÃŸe,y,t")),
    ],
    "personal_data": [
        ("personal_email", "y", table(lambda i: f"{noise(i)}.5,ada.l{i}@mail.example.org,{'yn'[noise(i, 5) % 2]}")),
        ("personal_phone", "y", table(lambda i: f"{noise(i)}.5,+49 30 90{noise(i):04} {i:03},{'yn'[noise(i, 5) % 2]}")),
        ("personal_card", "y", table(lambda i: f"{noise(i)}.5,{('4111 1111 1111 1111', '5500 0000 0000 0004')[i % 2]},{'yn'[noise(i, 5) % 2]}")),
        ("personal_iban", "y", table(lambda i: f"{noise(i)}.5,{('DE89370400440532013000', 'GB82WEST12345698765432')[i % 2]},{'yn'[noise(i, 5) % 2]}")),
        ("personal_national_id", "y", table(lambda i: f"{noise(i)}.5,{('11010519491231002X', '440524188001010014')[i % 2]},{'yn'[noise(i, 5) % 2]}")),
        ("personal_national_id", "y", table(lambda i: f"{noise(i)}.5,{100 + i % 500}-{10 + i % 80}-{1000 + noise(i)},{'yn'[noise(i, 5) % 2]}")),
        ("personal_name", "last_name", table(lambda i: f"{noise(i)}.5,{('Lovelace', 'Turing', 'Hopper')[i % 3]},{'yn'[noise(i, 5) % 2]}", header="x,last_name,t")),
        ("personal_name", "name", table(lambda i: f"{noise(i)}.5,{('Ada Lovelace', 'Alan Turing', 'Anna Hopper')[i % 3]},{'yn'[noise(i, 5) % 2]}", header="x,name,t")),
        ("personal_address", "address", table(lambda i: f"{noise(i)}.5,{i} Long Street,{'yn'[noise(i, 5) % 2]}", header="x,address,t")),
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


def test_identity_numbers_that_end_in_a_letter_are_not_to_become_numbers(found):
    ids = ("440524188001010014",) * 9 + ("11010519491231002X",)
    content = table(lambda i: f"{noise(i)}.5,{ids[i % 10]},{'yn'[noise(i, 5) % 2]}")
    codes = {code for code, subject in found(content) if subject == "y"}
    assert "personal_national_id" in codes and "mixed_types" not in codes


def test_names_of_things_are_no_names_of_persons(found):
    things = ("Canon Copier", "Seth Clock", "Paper Wrap", "San Remo")
    content = table(lambda i: f"{noise(i)}.5,{things[i % 4]},{'yn'[noise(i, 5) % 2]}", header="x,name,t")
    assert not any(code.startswith("personal") for code, _ in found(content))


PRIVATE = table(
    lambda i: f"ada.l{i}@mail.example.org,4111 1111 1111 1111,{'yn'[noise(i, 5) % 2]}", header="m,c,t"
)


def test_a_finding_about_persons_never_repeats_a_value(tmp_path):
    home = Home(tmp_path / "home")
    (tmp_path / "t.csv").write_text(PRIVATE)
    dataset = ingest(tmp_path / "t.csv", name="t", owner="ada", home=home)
    findings = [f for f in run_checks(dataset, "t", Catalog(home)) if f.code.startswith("personal")]
    assert {f.subject for f in findings} == {"m", "c"}
    for finding in findings:
        assert not any(word in finding.explanation for word in ("ada", "example.org", "1111"))


@pytest.mark.parametrize(
    ("test", "text", "holds"),
    [
        ("card", "4111111111111111", True),
        ("card", "4111111111111112", False),
        ("card", "0000000000000000", False),
        ("iban", "DE89 3704 0044 0532 0130 00", True),
        ("iban", "DE88 3704 0044 0532 0130 00", False),
        ("national_id", "11010519491231002X", True),
        ("national_id", "110105194912310021", False),
        ("national_id", "12345678Z", True),
        ("national_id", "12345678A", False),
        ("national_id", "000-12-3456", False),
        ("phone", "13812345678", True),
        ("phone", "2020-01-31", False),
        ("phone", "12345678", False),
        ("email", "write to a@b", False),
    ],
)
def test_identities_are_told_by_their_checksums(test, text, holds):
    assert TESTS[test](text) is holds


def test_the_sample_of_a_large_table_is_spread_and_small(tmp_path, monkeypatch):
    monkeypatch.setattr("core.checks.SAMPLE_ROWS", 40)
    home = Home(tmp_path / "home")
    (tmp_path / "t.csv").write_text(CLEAN)
    dataset = ingest(tmp_path / "t.csv", name="t", owner="ada", home=home)
    with Catalog(home).open(dataset) as session:
        rows = CheckSubject(dataset, "t", session).sample["_row"].to_pylist()
    assert rows == list(range(0, 400, 10))
