"""The documentation as a site: built as `make docs` does, every link followed, nothing asked of another server."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
# What a page is made of; a link that a person follows (<a>) may lead anywhere.
_PARTS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}


class _Page(HTMLParser):
    """The addresses and anchors of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.parts: list[str] = []
        self.anchors = {""}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif part := given.get(_PARTS.get(tag, "")):
            self.parts.append(part)


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a folder as `make docs` does."""
    command = [str(Path(sys.executable).with_name("zensical")), "build", "--clean", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603 - ours


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the site is built from."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "docs", folder / "docs")
    for name in ("mkdocs.yml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def site(sources: Path) -> Path:
    """The site, built."""
    built = build(sources)
    assert built.returncode == 0, built.stdout + built.stderr
    assert "No issues found" in built.stdout + built.stderr
    return sources / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    """Each page that is built of one of ours."""
    return {path: _Page(path) for path in site.rglob("*.html") if path.name != "404.html"}


def dead(pages: dict[Path, _Page], site: Path) -> list[str]:
    """The links and parts within the site that lead nowhere."""
    found = []
    for path, page in pages.items():
        for address in page.links + page.parts:
            if urlsplit(address).scheme or address.startswith("//"):
                continue
            file, anchor = urldefrag(address)
            target = (path.parent / unquote(file)).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            known = pages[target].anchors if target in pages else {""}
            if not target.is_file() or unquote(anchor) not in known:
                found.append(f"{path.relative_to(site)}: {address}")
    return found


def test_every_page_is_built_and_in_the_contents(site: Path, pages: dict[Path, _Page]) -> None:
    expected = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in ROOT.glob("docs/**/*.md")}
    assert {path.relative_to(site) for path in pages} == expected
    contents = {
        urldefrag(link)[0] for link in pages[site / "index.html"].links + pages[site / "decisions/index.html"].links
    }
    assert {str(path.name) for path in expected} - {Path(link).name for link in contents} == set()


def test_every_link_and_anchor_within_the_site_leads_somewhere(site: Path, pages: dict[Path, _Page]) -> None:
    assert dead(pages, site) == []


def test_a_page_asks_no_other_server_for_anything(pages: dict[Path, _Page]) -> None:
    parts = {part for page in pages.values() for part in page.parts}
    assert [part for part in parts if re.match(r"(https?:)?//", part)] == []


@pytest.mark.parametrize(
    ("line", "seen_by_the_build"),
    [
        ("[gone](gone.md)", True),
        ("[no such part](import.md#gone)", True),
        ('<img src="screenshots/gone.png">', False),
        ('<a href="import.html#gone">here</a>', False),
    ],
)
def test_what_leads_nowhere_is_seen(sources: Path, tmp_path: Path, line: str, *, seen_by_the_build: bool) -> None:
    broken = tmp_path / "project"
    shutil.copytree(sources, broken)
    (broken / "docs" / "cambios.md").write_text(f"# Cambios\n\n{line}\n", encoding="utf-8")
    assert (build(broken).returncode != 0) is seen_by_the_build
    if not seen_by_the_build:
        site = broken / "site"
        pages = {path: _Page(path) for path in site.rglob("*.html") if path.name != "404.html"}
        assert [address.startswith("cambios.html: ") for address in dead(pages, site)] == [True]
