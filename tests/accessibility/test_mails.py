"""Every mail of the site: read by a strict parser, by axe, and beside its plain text."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.accessibility import nu
from tests.accessibility.browsing import violations
from tests.accessibility.faults import fail_if_any
from tests.accessibility.markup import Document, faults_of
from tests.pages import mails

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# What the plain text has to say too, if not in the same place.
SAID = ("h1", "h2", "h3", "strong", "b", "blockquote", "li")
WIDTHS = (320, 1280)


@pytest.fixture
def letters(cast):
    return {**mails.alerts(cast), **mails.of_accounts(cast)}


@pytest.mark.django_db
def test_every_mail_with_html_is_written(letters):
    own = {path.stem for path in (TEMPLATES / "emails").glob("[a-z]*.html")}
    accounts = {path.name for path in (TEMPLATES / "account/email").glob("*_message.txt")}
    accounts = {name.removesuffix("_message.txt") for name in accounts} - {"base"}

    written = {kind.partition(",")[0] for kind in letters}
    assert written == own | accounts
    assert [kind for kind, letter in letters.items() if not (letter.html and letter.text)] == []


@pytest.mark.django_db
def test_html_of_mails_has_no_faults(letters):
    faults = []

    for kind, letter in letters.items():
        document = Document(letter.html)
        told = faults_of(letter.html, is_mail=True)
        if document.title != letter.subject:
            told.append(f"its title is {document.title!r}, its subject {letter.subject!r}")
        told += [
            "a table is not marked as one for the layout"
            for table in document.all("table")
            if table.get("role") != "presentation" and not any(table.iter("th"))
        ]
        faults += [f"{kind}: {fault}" for fault in told]

    fail_if_any(faults)


@pytest.mark.django_db
def test_plain_text_of_mails_says_the_same(letters):
    faults = []

    for kind, letter in letters.items():
        document, plain = Document(letter.html), words(letter.subject + letter.text)
        for element in document.all(*SAID):
            pieces = (piece for piece in pieces_of(element) if words(piece) not in plain)
            faults += [f"{kind}: only the HTML says {piece!r}" for piece in pieces]
        for link in document.all("a"):
            address = link.get("href").rstrip("/").removeprefix("mailto:")
            if address != settings.SITE_URL and address not in letter.text:
                faults.append(f"{kind}: only the HTML leads to {link.get('href')}")

    fail_if_any(faults)


def pieces_of(element):
    """List the pieces of a text between the tags; a link's own words stand before its address."""
    yield element.text or ""
    for child in element:
        if child.tag != "a":
            yield from pieces_of(child)
        yield child.tail or ""


def words(text):
    """Return a text without what only sets it out: case, spaces, marks of lists and quotations."""
    return re.sub(r"[\s>*·()]+", "", text).lower()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_mails_are_accessible(letters, browser, tally):
    context = browser.new_context()
    tab = context.new_page()
    faults = []

    for kind, letter in letters.items():
        tab.set_content(letter.html)
        for width in WIDTHS:
            tab.set_viewport_size({"width": width, "height": 800})
            found = violations(tab)
            if tab.evaluate("document.documentElement.scrollWidth") > width:
                found.append("it scrolls sideways")
            tally.note("mails", found)
            faults += [f"{kind} at {width} px: {fault}" for fault in found]

    context.close()
    fail_if_any(faults)


@pytest.mark.accessibility
@pytest.mark.django_db
def test_mails_have_no_errors_for_the_nu_checker(letters, tally, tmp_path):
    nu.ready()
    for kind, letter in letters.items():
        (tmp_path / f"{kind.replace(', ', '-').replace(' ', '-')}.html").write_text(letter.html)

    errors = nu.errors_in(sorted(tmp_path.glob("*.html")))

    tally.note("html", errors, looks=len(letters))
    fail_if_any(f"{each['url']}: {each['message']}" for each in errors)
