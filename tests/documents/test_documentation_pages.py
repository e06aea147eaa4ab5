"""The documentation at /doc: open, without a database, and nothing but the documentation."""

import re
from pathlib import Path

import pytest
from django.test import Client

from osmose.documents import pages


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small documentation, beside a file that must never be shown."""
    folder = tmp_path / "docs"
    (folder / "guide").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("# Secret", encoding="utf-8")
    (folder / "index.md").write_text(
        "# Accueil\n\n## Guide\n\n- [Le tableau](guide/tableau.md)\n\n## Code (en anglais)\n\n- [Model](model.md)\n",
        encoding="utf-8",
    )
    (folder / "guide" / "tableau.md").write_text(
        "# Le tableau\n\n## Trier\n\n## Trier\n\n[Model](../model.md#a) <script>alert(1)</script>\n\n![p](../p.svg)\n",
        encoding="utf-8",
    )
    (folder / "model.md").write_text("# Model\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", encoding="utf-8")
    (folder / "p.svg").write_text("<svg/>", encoding="utf-8")
    monkeypatch.setattr(pages, "DOCS", folder)
    return folder


def test_the_home_page_opens_without_account_nor_database(client: Client, docs: Path) -> None:
    for address in ("/doc", "/doc/"):
        response = client.get(address)
        assert response.status_code == 200
        assert '<h1 id="accueil">Accueil</h1>' in response.content.decode()


def test_the_navigation_follows_the_table_of_contents(docs: Path) -> None:
    guide, code = pages.sections()
    assert [link.url for link in guide.links] == ["/doc/guide/tableau"]
    assert not guide.is_english
    assert code.is_english


def test_a_page_written_in_english_says_so(client: Client, docs: Path) -> None:
    assert '<article class="prose" lang="en">' in client.get("/doc/model").content.decode()
    assert '<article class="prose" lang="fr">' in client.get("/doc/guide/tableau").content.decode()


def test_links_and_pictures_become_addresses(docs: Path) -> None:
    page = pages.page("guide/tableau")
    assert page is not None
    assert 'href="/doc/model#a"' in page.html
    assert 'src="/doc/p.svg"' in page.html


def test_html_in_a_page_is_text(docs: Path) -> None:
    page = pages.page("guide/tableau")
    assert page is not None
    assert "<script>" not in page.html
    assert "&lt;script&gt;" in page.html


def test_two_titles_alike_have_two_anchors(docs: Path) -> None:
    page = pages.page("guide/tableau")
    assert page is not None
    assert [heading.anchor for heading in page.headings] == ["trier", "trier-2"]


def test_a_page_is_parsed_once_until_it_changes(docs: Path) -> None:
    first = pages.page("model")
    assert pages.page("model") is first
    path = docs / "model.md"
    path.write_text("# Autre", encoding="utf-8")
    changed = pages.page("model")
    assert changed is not None
    assert changed.title == "Autre"


def test_a_picture_is_served_with_its_type(client: Client, docs: Path) -> None:
    response = client.get("/doc/p.svg")
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize(
    "address",
    [
        "/doc/inconnue",
        "/doc/guide",
        "/doc/guide/",
        "/doc/../secret",
        "/doc/..%2Fsecret",
        "/doc/guide/../../secret",
        "/doc/%2Fetc%2Fpasswd",
        "/doc/model.md",
        "/doc/model%00",
        "/doc/GUIDE/TABLEAU",
    ],
)
def test_what_is_no_page_does_not_exist(client: Client, docs: Path, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Secret" not in response.content.decode()


def test_every_page_of_the_documentation_is_drawn_and_in_the_table_of_contents(client: Client) -> None:
    listed = {link.slug for section in pages.sections() for link in section.links} | {pages.INDEX}
    assert set(pages.slugs()) == listed
    for slug in listed:
        assert client.get(pages.url_of(slug)).status_code == 200, slug


def test_no_link_of_the_documentation_is_dead() -> None:
    known = {pages.url_of(slug) for slug in pages.slugs()} | {f"/doc/{name}" for name in pages.images()}
    dead = []
    for slug in pages.slugs():
        page = pages.page(slug)
        assert page is not None
        for target in re.findall(r'(?:href|src)="(/doc[^"#]*)', page.html):
            if target not in known:
                dead.append(f"{slug}: {target}")
    assert dead == []


def test_french_pages_keep_french_spaces() -> None:
    """A narrow no-break space inside « » and before : ; ! ? — a line never begins with a colon."""
    french = {link.slug for section in pages.sections() if not section.is_english for link in section.links}
    faults = []
    for slug in sorted(french | {pages.INDEX}):
        page = pages.page(slug)
        assert page is not None
        text = re.sub(r"<(code|pre)\b.*?</\1>", "x", page.html, flags=re.DOTALL)
        faults += [f"{slug}: {found}" for found in re.findall(r".{0,20}(?: [:;!?»](?=[\s<]|$)|« ).{0,10}", text)]
    assert faults == []


def test_a_picture_of_a_screen_is_shown_where_it_was_taken_and_nowhere_else(client: Client, docs: Path) -> None:
    asked = "<!-- écran releve : La relève d’une unité. -->"
    (docs / "guide" / "tableau.md").write_text(f"# Le tableau\n\nAvant.\n\n{asked}\n\nAprès.\n", encoding="utf-8")
    bare = client.get("/doc/guide/tableau").content.decode()
    assert "Avant." in bare
    assert "écran" not in bare
    assert "<img" not in bare
    folder = docs / "images" / "ecrans"
    folder.mkdir(parents=True)
    (folder / "releve.png").write_bytes(b"\x89PNG")
    shown = client.get("/doc/guide/tableau").content.decode()
    assert '<img src="/doc/images/ecrans/releve.png" alt="La relève d’une unité."' in shown
    assert client.get("/doc/images/ecrans/releve.png")["Content-Type"] == "image/png"


def test_every_screen_of_the_guide_is_photographed_by_a_journey() -> None:
    guide = "".join(path.read_text(encoding="utf-8") for path in (pages.DOCS / "guide").glob("*.md"))
    wanted = {name for name, _ in pages.SCREEN.findall(guide)}
    journeys = Path(__file__).resolve().parents[1] / "journeys"
    told = "".join(path.read_text(encoding="utf-8") for path in journeys.glob("test_*.py"))
    assert wanted
    assert wanted <= set(re.findall(r'\.is_shown\("([a-z-]+)"\)', told))
    assert guide.count("<!--") == len(pages.SCREEN.findall(guide)), "a comment that shows as text"
