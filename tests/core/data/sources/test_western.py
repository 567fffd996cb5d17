"""Mac Roman is told from Windows-1252 where its signs make sense only there; all else stays Windows-1252."""

import pytest

from core.data.sources._scripts import guess_legacy
from core.data.text_table import read_text

WESTERN = {
    "marks": "Cardinal Slant-D® Ring Binder, Heavy\nSANFORD Liquid Accent™ Tank-Style\n“While You Were Out” Book\nEldon Imàge® Series\n",
    "French": "Élève, café, forêt, où, ça, garçon\nl’été, déjà vu, Noël, cœur\n",
    "German": "Größe, Straße, Übung, Änderung, Äpfel, schön, Mädchen, Müller\n",
    "Spanish": "¿Dónde está el niño? ¡Mañana! señor, año, José, Ñandú\n",
    "prices": "café 3 €, thé 2 £, 5° – 12°, naïve\nprix 4 €, crème…\n",
}


@pytest.mark.parametrize("words", WESTERN)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_western_text_is_read_as_it_was_written(words, encoding):
    text = WESTERN[words] * 5
    content = text.encode(encoding)
    assert content.decode(guess_legacy(content)) == text


@pytest.mark.parametrize(
    "text",
    ["don’t, it’s, we’ll – “so”…\n" * 9, "it’s\n", "“we don’t”, it’s naïve\n" * 9, "Zimmer 20 m², 21 °C, § 5\n" * 9, "Acme® Pro™ – “new”\n" * 9, "CAFÉ, MÜLLER, ÖL\n" * 9],
)  # fmt: skip
def test_what_makes_sense_in_windows_1252_stays_it(text):
    assert guess_legacy(text.encode("cp1252")) == "cp1252"


def test_names_in_rare_characters_are_chinese_text(tmp_path):
    rows = "".join(f"{i},𠮷㛃中{i}\n" for i in range(20))
    (tmp_path / "t.csv").write_text(f"编号,名\n{rows}", encoding="gb18030")
    assert read_text(tmp_path / "t.csv").frame().iloc[7].tolist() == ["7", "𠮷㛃中7"]


def test_a_file_from_a_macintosh_says_so(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(("id,name\n" + "1,Ring® “Out”\n" * 20).replace("\n", "\r").encode("mac_roman"))
    table = read_text(path)
    assert table.frame()["name"].iloc[0] == "Ring® “Out”"
    assert table.options["encoding"] == "mac-roman"
    assert [finding.code for finding in table.findings] == ["mac_roman"]
    assert not read_text(path, {"encoding": "mac-roman"}).findings


def test_the_superstore_file_is_from_a_macintosh(real):
    table = read_text(real("superstore_sales_v2013/superstoreSales.csv"))
    names = table.frame()["Product Name"]
    assert table.options["encoding"] == "mac-roman"
    assert names.str.contains("Slant-D® Ring Binder").any() and not names.str.contains("¨").any()
