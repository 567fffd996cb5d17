"""Small spreadsheets that stretch over vast rectangles are refused before they are laid out."""

import zipfile

import openpyxl
import pytest

from core.data.sources._extent import refuse_vast
from core.data.text_table import read_text
from core.errors import TooLarge, UnreadableFile

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
TABLE = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="S">{}</table:table></office:spreadsheet></office:body></office:document-content>'
)
CELL = '<table:table-cell office:value-type="float" office:value="1" {}><text:p>1</text:p></table:table-cell>'
ROW = "<table:table-row {}>{}</table:table-row>"


def xlsx(path, rows, encoding="utf-8"):
    """A workbook whose only sheet has these rows, written as they are."""
    openpyxl.Workbook().save(path.with_name("empty.xlsx"))
    with zipfile.ZipFile(path.with_name("empty.xlsx")) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            is_sheet = entry.filename.endswith("sheet1.xml")
            declared = f'<?xml version="1.0" encoding="{encoding}"?>' + SHEET.format(rows)
            new.writestr(entry, declared.encode(encoding) if is_sheet else old.read(entry))
    return path


def ods(path, rows):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", TABLE.format(rows))
    return path


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("rows", "encoding"),
    [
        (FAR, "utf-8"),
        (FAR, "utf-16"),
        (FAR.replace("<row r", "<row  spans='1:2'\n r").replace('r="X', "r = \"X"), "utf-8"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>', "utf-8"),
        ('<row r="1"><c r="A1"><v>1</v></c></row><row r="90000000"><c><v>1</v></c></row>', "utf-8"),
    ],
)  # fmt: skip
def test_a_workbook_with_cells_in_opposite_corners_is_refused(tmp_path, rows, encoding):
    with pytest.raises(TooLarge, match="CSV"):
        read_text(xlsx(tmp_path / "far.xlsx", rows, encoding))


@pytest.mark.parametrize(
    "rows",
    [
        ROW.format("", CELL.format('table:number-columns-repeated="90000000"')),
        ROW.format('table:number-rows-repeated="90000000"', CELL.format("")),
        ROW.format('table:number-rows-repeated="90000000"', "<table:table-cell/>") + ROW.format("", CELL.format("")),
        ROW.format("", '<table:table-cell table:number-columns-repeated="90000000"/>' + CELL.format("")),
        ROW.format('table:number-rows-repeated="9000"', CELL.format('table:number-columns-repeated="9000"')),
    ],
)  # fmt: skip
def test_a_sheet_of_repeated_cells_is_refused(tmp_path, rows):
    with pytest.raises(TooLarge, match="CSV"):
        read_text(ods(tmp_path / "repeated.ods", rows))


def test_blank_cells_far_away_do_no_harm(tmp_path):
    near = "".join(
        f'<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="B{i}"><v>2</v></c></row>' for i in (1, 2, 3)
    )
    styled = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert read_text(xlsx(tmp_path / "styled.xlsx", near + styled)).n_rows == 3
    two = CELL.format("") * 2
    blank = '<table:table-cell table:number-columns-repeated="16000"/>'
    rows = ROW.format("", two + blank) * 3 + ROW.format('table:number-rows-repeated="1048000"', blank)
    assert read_text(ods(tmp_path / "blank.ods", rows)).n_rows == 3


@pytest.mark.parametrize(
    "rows", ['<row r="1"><c r="1A"><v>1</v></c></row>', '<row r="1"><c r="A1">', '<row r="x"/>']
)
def test_what_cannot_be_followed_is_refused(tmp_path, rows):
    with pytest.raises(UnreadableFile, match="could not be opened"):
        refuse_vast(xlsx(tmp_path / "odd.xlsx", rows))
