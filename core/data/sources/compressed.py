"""Compressed files (gz, bz2, xz, zst, zip): unpacked into the reader's own folder, then read like any other.

What an archive calls its members is shown and chosen by, and never is a path. An archive inside an
archive is refused.
"""

import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from core.data.sources import NO_ARCHIVE, SOURCES, ZIP, Glance, Source, recognise
from core.data.sources._signatures import document
from core.data.sources._union import Part, partitions, read_parts
from core.data.sources._unpack import check_together, compression, unpack_member, unpack_stream
from core.data.text_table import TextTable
from core.domain import Finding
from core.errors import FathomError, UnknownName, UnreadableFile

KEY = "compressed"
ARCHIVES = (KEY, "images", "sounds")  # sources that read zip archives
MOST_NAMED = 20
NOT_DATA = ("_SUCCESS", "_metadata", "_common_metadata", "_delta_log")
TALK = (".txt", ".data", ".md", ".html", ".pdf")  # what comes beside a table and explains it


def accepts(seen: Glance) -> bool:
    return compression(seen.head) is not None or seen.head.startswith(ZIP)


def read(path: Path, folder: Path, options: Mapping[str, Any]) -> TextTable:
    """options: member, the name of one file of a zip archive; the others are for what is inside.

    Raises UnreadableFile and TooLarge with a sentence, also for what is inside.
    """
    inside = {name: value for name, value in options.items() if name != "member"}
    with open(path, "rb") as file:
        key = compression(file.read(16))
    (folder / "unpacked").mkdir()
    out = folder / "unpacked" / "content"  # without a suffix, by which DuckDB would unpack it once more
    try:
        if key is not None:
            unpack_stream(path, key, out)
            return _read_inside(out, folder, inside, {"compression": key}, ())
        with _archive(path) as archive:
            if what := document(archive.namelist()):
                raise UnreadableFile("not_a_table", file=path.name, what=what)
            entries = members(archive)
            if options.get("member") is None and (parts := _of_one_table(entries)):
                check_together(parts, path.stat().st_size, path.name)
                return _read_all(archive, parts, folder, path.name, inside)
            entry, findings = _chosen(entries, options.get("member"), path.name)
            unpack_member(archive, entry, out, path.name)
        known = {"compression": "zip", "member": shown(entry)}
        return _read_inside(out, folder, inside, known, findings)
    except FathomError as error:
        raise error.about(out.name, path.name) from error
    finally:
        shutil.rmtree(folder / "unpacked", ignore_errors=True)


def _read_inside(
    out: Path, folder: Path, options: Mapping[str, Any], known: Mapping[str, Any], findings: Sequence[Finding]
) -> TextTable:
    with open(out, "rb") as file:
        head = file.read(512)
    source = recognise(out) if head[257:262] != b"ustar" else None
    is_packed = compression(head) is not None or head.startswith(ZIP)
    if source is None or (is_packed and source.key in ARCHIVES):
        raise UnreadableFile("archive_nested", file=out.name)
    table = source.read(out, folder, options)
    return replace(table, options={**known, **table.options}, findings=(*findings, *table.findings))


def _of_one_table(entries: Sequence[zipfile.ZipInfo]) -> Sequence[zipfile.ZipInfo]:
    """The members that are files of one table: all Parquet, or all in folders that state a partition."""
    if len(entries) < 2:
        return ()
    parquet = [e for e in entries if Path(e.filename).suffix.lower() in (".parquet", ".pq")]
    if parquet and len(parquet) == len(entries):
        return entries
    suffixes = {Path(e.filename).suffix.lower() for e in entries}
    in_folders = (
        all(partitions(e.filename) for e in entries) or len({Path(e.filename).parent for e in entries}) == 1
    )
    return entries if suffixes <= {".csv"} and in_folders else ()


def _read_all(
    archive: zipfile.ZipFile,
    entries: Sequence[zipfile.ZipInfo],
    folder: Path,
    file: str,
    options: Mapping[str, Any],
) -> TextTable:
    parts = [Part(shown(e), partial(_unpack_one, archive, e, file)) for e in entries]
    try:
        table = read_parts(parts, folder, file, options)
    except UnreadableFile as error:
        if error.code != "parts_differ":
            raise
        _chosen(entries, None, file)  # they are different tables: say which there are
        raise
    return replace(table, options={"compression": "zip", **table.options})


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str, out: Path) -> None:
    unpack_member(archive, entry, out, file)
    with open(out, "rb") as packed:
        head = packed.read(512)
    if compression(head) is not None or recognise(out).key == KEY:
        raise UnreadableFile("archive_nested", file=file)


def member_names(path: Path) -> list[str]:
    """The files in a zip archive that may be tables. Raises UnreadableFile."""
    with _archive(path) as archive:
        return [shown(entry) for entry in members(archive)]


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except NO_ARCHIVE as error:
        detail = f"{error}"[:200].rstrip(". ")
        raise UnreadableFile("archive_damaged", file=path.name, detail=detail) from None


def members(archive: zipfile.ZipFile, *, climbing: bool = False) -> list[zipfile.ZipInfo]:
    """The files of an archive, without those that operating systems and writers leave in it.

    climbing: also those whose path leads out of it, for whoever takes a path for a name.
    """
    return [
        entry for entry in archive.infolist() if not entry.is_dir() and _may_be_data(entry, climbing=climbing)
    ]


def _may_be_data(entry: zipfile.ZipInfo, *, climbing: bool) -> bool:
    parts = [p for p in entry.filename.replace("\\", "/").split("/") if not (climbing and p in (".", ".."))]
    # what macOS and Windows leave in archives, and what writers of Parquet put beside their files
    return not any(part.startswith((".", "__MACOSX")) or part in NOT_DATA for part in parts) and (
        parts[-1].lower() not in ("thumbs.db", "desktop.ini")
    )


def shown(entry: zipfile.ZipInfo) -> str:
    """A member's name on one line; two names that differ only in what cannot be printed are told apart by nobody."""
    return "".join(c if c.isprintable() else "?" for c in entry.filename)[:200]


def _chosen(
    entries: Sequence[zipfile.ZipInfo], wanted: str | None, file: str
) -> tuple[zipfile.ZipInfo, tuple[Finding, ...]]:
    """The member to read, and what there is to say about the choice."""
    names = [shown(entry) for entry in entries]
    if wanted is not None:
        if wanted not in names:
            raise UnknownName("file in the archive", wanted, names)
        return entries[names.index(wanted)], ()
    if not entries:
        raise UnreadableFile("archive_empty", file=file)
    if len(entries) == 1:
        return entries[0], ()
    suffixes = {s for source in SOURCES.values() for s in source.suffixes} - set(TALK)
    tables = [entry for entry, name in zip(entries, names) if Path(name).suffix.lower() in suffixes]
    if len(tables) != 1:
        named = ", ".join(f"'{name}'" for name in names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
        raise UnreadableFile("archive_several", file=file, n=len(names), names=named + more)
    others = Finding(
        code="other_members", severity="info", parameters={"member": shown(tables[0]), "n": len(entries) - 1}
    )
    return tables[0], (others,)


source = Source(
    key=KEY,
    title="Compressed file (gz, bz2, xz, zst, zip)",
    suffixes=(".gz", ".bz2", ".xz", ".zst", ".zip"),
    accepts=accepts,
    read=read,
    order=30,
)
