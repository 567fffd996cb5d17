"""Ways in besides the uploader, the choice of a part, and versions, as the pages draw them."""

import io
import zipfile

import pytest

from core.commands import OWNER
from core.data.catalog import Catalog
from core.data.fetched import bring
from tests.pages.conftest import markup


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """A folder that the server may read from."""
    folder = tmp_path / "lake"
    folder.mkdir()
    (folder / "sales.csv").write_text("city,amount\n" + "".join(f"c{i % 3},{i}\n" for i in range(200)))
    monkeypatch.setenv("FATHOM_ALLOWED_PATHS", str(folder))
    return folder


def test_by_default_every_way_in_says_how_it_is_allowed(opened):
    app = opened("start.py")
    assert not app.exception and markup(app).count("Whoever runs this server can") >= 3
    assert any("allowed_paths" in code.value for code in app.code)


def test_a_file_on_the_server_becomes_a_dataset(opened, hand, lake, catalog, settled, stays_light):
    app = opened("start.py")
    app.text_input(key="path_given").input(str(lake / "sales.csv")).run()
    app.button(key="path_read").click().run()
    settled(app, lambda _: catalog.list(OWNER))
    dataset = catalog.list(OWNER)[0]
    assert dataset.name == "sales.csv" and dataset.origin["path"] == str(lake / "sales.csv")


def test_a_path_that_is_not_allowed_is_refused_in_a_sentence(opened, hand, lake, settled):
    app = opened("start.py")
    app.text_input(key="path_given").input("/etc/passwd").run()
    app.button(key="path_read").click().run()
    settled(app, lambda app: app.error)
    assert "not below a folder" in app.error[0].value.replace("\\", "")


def test_a_refused_archive_offers_its_files(opened, hand, home, catalog, settled):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.csv", "x,y\n1,2\n3,4\n")
        archive.writestr("b.csv", "u,v\n1,2\n3,4\n")
    app = opened("start.py")
    app.file_uploader[0].upload("both.zip", content.getvalue(), "application/zip").run()
    settled(app, lambda app: app.error)
    app.selectbox(key="part_member").select("b.csv").run()
    app.button(key="read_again").click().run()
    settled(app, lambda _: catalog.list(OWNER))
    assert [c.name for c in catalog.list(OWNER)[0].columns] == ["u", "v"]


def test_a_fetched_dataset_is_fetched_again_and_compared(opened, hand, home, lake, catalog, settled):
    where = {"kind": "path", "path": str(lake / "sales.csv")}
    first, _ = bring(where, name="sales", owner=OWNER, home=home)
    app = opened("data.py", dataset=first.id)
    assert "Version 1" in markup(app)
    app.button(key="refresh").click().run()
    settled(app, lambda app: any("Nothing has changed" in i.value for i in app.info))
    (lake / "sales.csv").write_text("city,price\n" + "".join(f"c{i % 2},{i}\n" for i in range(300)))
    app.button(key="refresh").click().run()
    settled(app, lambda app: "Version 2" in markup(app))
    app.button(key="compare_versions").click().run()
    settled(app, lambda app: "100 rows more" in markup(app).replace("\\", ""))
    assert "'price'" in markup(app).replace("\\", "") and "'city'" in markup(app).replace("\\", "")
    assert not app.exception and len(Catalog(home).list(OWNER)) == 2


def test_an_upload_has_no_versions(opened, stored):
    app = opened("data.py", dataset=stored("t", "a,b\n1,2\n3,4\n").id)
    assert "Version" not in markup(app) and not app.exception
