import ast
import re
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation

from devstack.catalogues import standing
from townhall.languages import CatalogueState, catalogue_states

ROOT = Path(settings.BASE_DIR)
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
# Names that a library hands over, each of them listed for gettext in the same file.
LISTED = {"questions/clock.py"}
SMALL = """# About this file.
# unreviewed
msgid ""
msgstr ""
"Language: cy\\n"

# unreviewed
msgid "Reply"
msgstr "Ymateb"

# The button, not the place.
#   unreviewed
#, python-format
msgid ""
"Two lines, "
"one text"
msgstr "Un testun"

# was unreviewed once
msgctxt "month"
msgid "May"
msgstr "Mai"

#~ msgid "Gone"
#~ msgstr "Wedi mynd"
"""


def code():
    for folder in ROOT.iterdir():
        if folder.name not in {"tests", "bench", "devstack"} and (folder / "__init__.py").exists():
            for path in folder.rglob("*.py"):
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def is_gettext(part):
    is_call = isinstance(part, ast.Call) and isinstance(part.func, ast.Name)
    return is_call and part.func.id in GETTEXT


def borrowed():
    tree = ast.parse((ROOT / "townhall/borrowed_words.py").read_text())
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            texts = [part.value for part in call.args if isinstance(part, ast.Constant)]
            yield texts[:2] if call.func.id == "ngettext_lazy" else texts


def offered():
    """Every text that a library we show words of could translate."""
    for package, folder in ((django, "conf"), (django, "contrib/auth"), (allauth, "")):
        path = Path(package.__file__).parent / folder / "locale/en/LC_MESSAGES/django.po"
        with path.open("rb") as words:
            for message in read_po(words):
                yield [message.id] if isinstance(message.id, str) else list(message.id)


@pytest.fixture
def small_catalogue(tmp_path, settings):
    path = tmp_path / "cy" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(SMALL)
    settings.LOCALE_PATHS = [tmp_path]
    return path


def test_states_count_messages_and_those_that_nobody_signed(small_catalogue):
    assert catalogue_states() == [CatalogueState("cy", "Welsh", messages=3, unreviewed=2)]


def test_states_are_read_once_and_named_in_the_language_of_the_page(small_catalogue):
    catalogue_states()
    small_catalogue.write_text("")

    with translation.override("cy"):
        states = catalogue_states()

    assert states == [CatalogueState("cy", "Cymraeg", messages=3, unreviewed=2)]


def test_states_count_as_the_check_does():
    (state,) = catalogue_states()

    found = standing(ROOT / "locale/cy/LC_MESSAGES/django.po")

    assert (state.language, state.messages, state.unreviewed) == (
        "cy",
        found.messages,
        found.unreviewed,
    )
    assert state.messages > 1000


def test_texts_stand_where_gettext_finds_them():
    lost = []
    for name, tree in code():
        calls = {id(call): call for call in ast.walk(tree) if is_gettext(call)}
        hidden = [
            part
            for text in ast.walk(tree)
            if isinstance(text, ast.JoinedStr)
            for part in ast.walk(text)
            if id(part) in calls
        ]
        if name not in LISTED:
            hidden += [
                call for call in calls.values() if not isinstance(call.args[0], ast.Constant)
            ]
        lost += [f"{name}:{call.lineno}" for call in hidden]

    assert lost == []


def test_borrowed_words_are_those_of_the_libraries():
    words = list(borrowed())

    known = list(offered())

    assert len(words) > 60
    assert [text for text in words if text not in known] == []


@pytest.mark.parametrize("words", list(borrowed()), ids=lambda words: words[0])
def test_borrowed_words_are_welsh_on_welsh_pages(words):
    with translation.override("cy"):
        said = translation.gettext(words[0]) if len(words) == 1 else translation.ngettext(*words, 2)

    assert said not in words


def test_gettext_has_only_names_under_which_its_texts_are_found():
    other_name = re.compile(r"import gettext(?:_lazy)? as (?!_$)\w+", re.M)
    files = [path for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)] != ".venv"]

    assert len(files) > 100
    assert [str(path) for path in files if other_name.search(path.read_text())] == []
