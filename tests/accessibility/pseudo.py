"""A language that nobody speaks: English in accents, longer and in brackets, from right to left.

What stands on a page outside the brackets and is nobody's own words never came through gettext.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from platform import python_version
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django import get_version
from django.apps import apps
from django.conf import settings
from django.db.models import CharField, TextField

from discussions.models import Post
from discussions.models.posts import excerpt_of
from townhall.versions import release

CODE = "ar"  # Django knows that it is written from right to left
KEPT = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}|<[^>]+>|&#?\w+;|https?://\S+|\S+@\S+|\n")
ACCENTS = str.maketrans("aceinosuyzACEINOSUYZ", "áçéíñóšúýžÁÇÉÍÑÓŠÚÝŽ")
PADDING = "žóñé "
INNERMOST = re.compile(r"\[!![^\[\]]*!!\]")
LATIN = re.compile(r"[^\W\d_]+")
ARABIC = re.compile(r"[\u0600-\u06ff]")
# Names of languages in themselves, units and formats that are the same everywhere.
ALIKE = {"Cymraeg", "English", "JSON", "h", "kB", "MB", "GB", "PostgreSQL", "Redis", "Python"}
# The admin's own pictures of yes and no say this in no other language.
ALIKE |= {"True", "False"}
ADDRESS = re.compile(r"https?://[^\s\x00]+|[^\s\x00]+@[^\s\x00]+")

TEXTS = """() => {
    const pieces = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const around = walker.currentNode.parentElement;
        const isSaid = !around.closest(
            "script, style, template, noscript, textarea, [aria-hidden=true]");
        const isForeign = around.closest("[lang]:not(html)");
        if (isSaid && !isForeign) pieces.push(walker.currentNode.data);
    }
    const attributes = [document.title];
    for (const element of document.querySelectorAll("*")) {
        for (const name of ["aria-label", "title", "placeholder", "alt"])
            if (element.getAttribute(name)) attributes.push(element.getAttribute(name));
        if (/^(submit|button)$/.test(element.type) && element.localName === "input")
            attributes.push(element.value);
    }
    const about = document.querySelector("meta[name=description]");
    if (about) attributes.push(about.content);
    return [pieces, attributes];
}"""


def write_catalogue(folder: Path) -> Path:
    """Translate everything that the Welsh catalogue names, and return the folder of locales."""
    source = Path(settings.BASE_DIR) / "locale/cy/LC_MESSAGES/django.po"
    with source.open("rb") as file:
        welsh = read_po(file)
    made = Catalog(locale=CODE)
    plurals = made.num_plurals
    for message in welsh:
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            one, many = message.id
            made.add(message.id, (mangled(one), *[mangled(many)] * (plurals - 1)))
        else:
            made.add(message.id, mangled(message.id), context=message.context)
    target = folder / CODE / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "django.mo").open("wb") as file:
        write_mo(file, made)
    return folder


def mangled(text: str) -> str:
    """Return a text in accents and brackets, a third longer; what is put into it stays."""
    ends, start = text[len(text.rstrip("\n")) :], text[: len(text) - len(text.lstrip("\n"))]
    parts = KEPT.split(text.strip("\n"))
    kept = [*KEPT.findall(text.strip("\n")), ""]
    accented = "".join(
        part.translate(ACCENTS) + keep for part, keep in zip(parts, kept, strict=True)
    )
    padding = (PADDING * len(text))[: max(2, len(text) // 3)].strip()
    return f"{start}[!! {accented} {padding} !!]{ends}"


def words_of_people() -> str:
    """Return everything that somebody typed or a council named, as the database holds it."""
    words = [settings.COUNCIL_NAME, *ALIKE]
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField) and not field.choices
        ]
        for row in model._default_manager.values_list(*names) if names else ():
            words += [value for value in row if isinstance(value, str)]
    for body in Post.objects.values_list("body", flat=True):
        words += [excerpt_of(body), excerpt_of(body, letters=90)]
    words += [release(), f"Django {get_version()}", f"Python {python_version()}"]
    return "\x00".join(" ".join(each.split()) for each in words)


def escaped(tab: Any, people: str) -> Iterator[str]:
    """List what a page says that never came through gettext."""
    pieces, attributes = tab.evaluate(TEXTS)
    for text in ["\x00".join(pieces), *attributes]:
        yield from _outside_brackets(text, people)


def _outside_brackets(text: str, people: str) -> Iterator[str]:
    text = ADDRESS.sub("\x00", text)
    while INNERMOST.search(text):
        text = INNERMOST.sub("\x00", text)
    for piece in text.split("\x00"):
        piece = " ".join(piece.split()).strip(" ·,.:;()[]!?“”\"'–—›‹…-/")
        if LATIN.search(piece) and not ARABIC.search(piece) and not _is_known(piece, people):
            yield piece


def _is_known(piece: str, people: str) -> bool:
    """Whether a piece is somebody's words, or nothing but some and the marks between them."""
    if piece in people:
        return True
    return all(part.strip() in people for part in re.split(r"[·,()…:“”]| – ", piece))
