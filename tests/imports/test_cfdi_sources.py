import stat
import struct
import warnings
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.imports import cfdi_sources
from bot.imports.cfdi_sources import MAX_PDF_BYTES, RATIO_COUNTS_FROM, ZippedXml, open_source
from bot.imports.unreadable import UnreadableFile
from bot.imports.vault import Vault
from bot.imports.xml_reading import MAX_XML_BYTES, BadXml
from tests.imports.cfdi_files import U1, U2

PDF = b"%PDF-1.7\n..."


def zipped(path: Path, *entries: tuple[str | ZipInfo, bytes], method: int = ZIP_DEFLATED) -> Path:
    with warnings.catch_warnings(), ZipFile(path, "w", method) as archive:
        warnings.simplefilter("ignore")  # a name twice, on purpose
        for name, content in entries:
            archive.writestr(name, content)
    return path


def listed(path: Path) -> list[tuple[int, str, str | None]]:
    with open_source(path) as source:
        return [(number, name, problem.reason if problem else None) for number, name, problem in source.entries()]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught, open_source(path):
        pass
    return caught.value.reason


def entry(name: str, mode: int = stat.S_IFREG) -> ZipInfo:
    info = ZipInfo(name)
    info.external_attr = (mode | 0o644) << 16
    return info


def test_an_xml_is_its_own_only_entry_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "a.XML"
    path.write_bytes(b"<a/>")
    assert listed(path) == [(0, "a.XML", None)]
    with open_source(path) as source:
        assert (source.xml(0), source.pdf(0)) == (b"<a/>", None)


def test_a_zip_is_known_by_what_it_holds_and_not_by_its_name(tmp_path: Path) -> None:
    assert listed(zipped(tmp_path / "a.xml", ("b.xml", b"<b/>"))) == [(1, "b.xml", None)]
    (tmp_path / "b.zip").write_bytes(b"<b/>")
    assert listed(tmp_path / "b.zip") == [(0, "b.zip", None)]


@pytest.mark.parametrize("suffix", [".pdf", ".PDF"])
def test_the_pdf_beside_an_xml_goes_with_it(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "A-7.xml"
    path.write_bytes(b"<a/>")
    path.with_suffix(suffix).write_bytes(PDF)
    with open_source(path) as source:
        assert source.pdf(0) == PDF


def test_the_pdf_of_the_same_folder_and_name_goes_with_an_xml_of_a_zip(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip",
        ("x/1.xml", b"<a/>"),
        ("x/1.PDF", PDF),
        ("y/1.xml", b"<b/>"),
        ("y/2.pdf", PDF),
        ("z.txt", b""),
    )
    assert listed(path) == [(1, "x/1.xml", None), (3, "y/1.xml", None)]
    with open_source(path) as source:
        assert [(source.xml(n), source.pdf(n)) for n in (1, 3)] == [(b"<a/>", PDF), (b"<b/>", None)]


@pytest.mark.parametrize("content", [b"<html>", b"", b" " * 2000 + PDF, PDF + b" " * MAX_PDF_BYTES])
@pytest.mark.parametrize("is_zipped", [False, True])
def test_a_pdf_that_is_none_or_too_large_is_not_kept(tmp_path: Path, content: bytes, *, is_zipped: bool) -> None:
    (tmp_path / "1.xml").write_bytes(b"<a/>")
    (tmp_path / "1.pdf").write_bytes(content)
    path = tmp_path / "1.xml"
    if is_zipped:
        path = zipped(tmp_path / "1.zip", ("1.xml", b"<a/>"), ("1.pdf", content), method=0)
    with open_source(path) as source, pytest.raises(BadXml) as caught:
        source.pdf(int(is_zipped))
    assert (caught.value.reason, caught.value.value) == ("pdf_unusable", "1.pdf")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xml") == "no_file"
    assert refusal(tmp_path) == "unreadable"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("b.zip", b"PK", "zip_nested"),
        ("b.tar", b"", "zip_nested"),
        ("/etc/b.xml", b"<b/>", "zip_absolute"),
        ("C:\\b.xml", b"<b/>", "zip_absolute"),
        ("c:b.xml", b"<b/>", "zip_absolute"),
        ("../b.xml", b"<b/>", "zip_outside"),
        ("x\\..\\..\\b.xml", b"<b/>", "zip_outside"),
        (entry("b.xml", stat.S_IFLNK), b"/etc/hostname", "zip_link"),
        ("a.xml", b"<b/>", "zip_twice"),
        ("b.xml", b" " * (RATIO_COUNTS_FROM + 1), "zip_ratio"),
    ],
)
def test_each_trick_is_refused_by_name_and_the_rest_is_read(
    tmp_path: Path, name: str | ZipInfo, content: bytes, reason: str
) -> None:
    path = zipped(tmp_path / "a.zip", ("a.xml", b"<a/>"), (name, content), ("c.xml", b"<c/>"))
    shown = name.filename if isinstance(name, ZipInfo) else name
    assert listed(path) == [(1, "a.xml", None), (2, shown, reason), (3, "c.xml", None)]


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_ways_to_compress_that_know_no_limit_are_refused(tmp_path: Path, method: int) -> None:
    assert listed(zipped(tmp_path / "a.zip", ("a.xml", b"<a/>"), method=method)) == [(1, "a.xml", "zip_method")]


def test_a_password_is_said_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.xml", b"<a/>"))
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert listed(path) == [(1, "a.xml", "zip_encrypted")]


def test_names_are_shown_without_what_a_terminal_obeys(tmp_path: Path) -> None:
    assert listed(zipped(tmp_path / "a.zip", ("\x1b[2J.xml", b"")))[0][1] == "\N{REPLACEMENT CHARACTER}[2J.xml"


def test_what_macos_leaves_in_a_zip_is_no_file(tmp_path: Path) -> None:
    assert listed(zipped(tmp_path / "a.zip", ("__MACOSX/._a.xml", b"\0"), ("x/._a.xml", b"\0"), ("x.xml/", b""))) == []


def test_an_entry_larger_than_an_xml_may_be_is_not_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.xml", b" " * (MAX_XML_BYTES + 1)), method=0)
    with open_source(path) as source, pytest.raises(BadXml) as caught:
        source.xml(1)
    assert caught.value.reason == "xml_size"


def test_a_size_that_lies_unpacks_no_more_than_it_says(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.xml", b" " * 50_000))
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    with open_source(path) as source, pytest.raises(BadXml) as caught:
        source.xml(1)
    assert caught.value.reason == "zip_entry_broken"


def test_a_zip_of_too_many_files_or_too_much_is_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", ("a.xml", b"<a/>"), ("b.xml", b"<b/>"))
    monkeypatch.setattr(cfdi_sources, "MAX_ENTRIES", 1)
    assert refusal(path) == "zip_entries"
    monkeypatch.setattr(cfdi_sources, "MAX_ENTRIES", 2)
    monkeypatch.setattr(cfdi_sources, "MAX_UNPACKED_BYTES", 7)
    assert refusal(path) == "zip_unpacked"
    monkeypatch.setattr(cfdi_sources, "MAX_UNPACKED_BYTES", 8)
    assert len(listed(path)) == 2


def test_half_a_zip_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.xml", b"<a/>"))
    path.write_bytes(path.read_bytes()[:-30])
    assert refusal(path) == "zip_broken"


@example(changes=[(0.75, 0)])  # an entry without a name
@given(changes=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_zip_is_read_or_refused_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[float, int]]
) -> None:
    path = zipped(tmp_path_factory.mktemp("zip") / "a.zip", ("a.xml", b"<a/>" * 50), ("a.pdf", PDF), ("b.xml", b"<b/>"))
    content = bytearray(path.read_bytes())
    for where, byte in changes:
        content[int(where * len(content))] = byte
    path.write_bytes(content)
    with suppress(UnreadableFile), open_source(path) as source:
        for number, _, problem in source.entries():
            with suppress(BadXml):
                assert problem or source.xml(number) is not None
                source.pdf(number)


def test_the_archive_is_closed_when_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cfdi_sources, "MAX_ENTRIES", 0)
    with pytest.raises(UnreadableFile):
        ZippedXml(zipped(tmp_path / "a.zip", ("a.xml", b"<a/>")))
    (tmp_path / "a.zip").unlink()


def test_the_vault_finds_what_it_keeps_by_uuid_in_any_case(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "files")
    assert vault.find(U1) == []
    vault.keep(U1, ".pdf", PDF)
    vault.keep(U1, ".xml", b"<a/>")
    vault.keep(U2, ".xml", b"<b/>")
    folder = tmp_path / "files" / U1[:2]
    assert vault.find(U1.lower()) == [folder / f"{U1}.xml", folder / f"{U1}.pdf"]
    assert [path.read_bytes() for path in vault.find(U1)] == [b"<a/>", PDF]
    assert vault.find("../../etc/hostname") == []


def test_the_vault_keeps_the_last_and_leaves_the_same_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.keep(U1, ".xml", b"<a/>")
    (path,) = vault.find(U1)
    before = path.stat().st_ino
    vault.keep(U1, ".xml", b"<a/>")
    assert path.stat().st_ino == before
    vault.keep(U1, ".xml", b"<b/>")
    assert (path.read_bytes(), [one.name for one in path.parent.iterdir()]) == (b"<b/>", [path.name])


def test_the_vault_leaves_no_half_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault(tmp_path)
    vault.keep(U1, ".xml", b"<a/>")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        vault.keep(U1, ".xml", b"<b/>")
    (path,) = vault.find(U1)
    assert (path.read_bytes(), list(path.parent.iterdir())) == (b"<a/>", [path])


@pytest.mark.parametrize(("uuid", "suffix"), [("../x", ".xml"), (U1.lower(), ".xml"), (U1, ".exe")])
def test_the_vault_keeps_nothing_of_another_name(tmp_path: Path, uuid: str, suffix: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        Vault(tmp_path).keep(uuid, suffix, b"")
