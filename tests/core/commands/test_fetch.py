"""python -m core fetch."""

import json

from core.__main__ import main


def test_an_allowed_file_is_fetched_and_another_is_refused(tmp_path, monkeypatch, capsys):
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake/t.csv").write_text("a,b\n1,2\n")
    monkeypatch.setenv("FATHOM_ALLOWED_PATHS", str(tmp_path / "lake"))
    out = tmp_path / "out.csv"
    assert main(["fetch", "--path", str(tmp_path / "lake/t.csv"), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == 8 and out.read_text() == "a,b\n1,2\n"
    assert main(["fetch", "--path", "/etc/passwd", "--out", str(out)]) == 2
    assert "not below" in capsys.readouterr().err


def test_a_connection_comes_from_the_environment(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FATHOM_CONNECTION_SHOP", "oracle://u:hush@h/d")
    assert main(["fetch", "--connection", "nobody", "--table", "t", "--out", str(tmp_path / "o")]) == 2
    assert "shop" in capsys.readouterr().err
    assert main(["fetch", "--connection", "shop", "--select", "SELECT 1", "--out", str(tmp_path / "o")]) == 2
    assert "hush" not in capsys.readouterr().err
