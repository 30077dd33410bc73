"""Guards of the whole: what no single test would notice."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from townhall.celery import app

ROOT = Path(settings.BASE_DIR)
ROOMS = [
    "accounts",
    "communities",
    "councillors",
    "discussions",
    "questions",
    "moderation",
    "notifications",
    "records",
    "townhall",
]
TEMPLATES = sorted(
    str(path.relative_to(ROOT / "templates"))
    for path in (ROOT / "templates").rglob("*")
    if path.suffix in {".html", ".txt"}
)
# What may be shown as it is: rendered and sanitised when it was written, or written by us.
RENDERED = {"html", "rules_html", "help_text"}
# Words that are the same in every language, or none: marks, times, digits.
NOT_WORDS = re.compile(r"[\W\d_]+")


def routes(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route, pattern


def python_files():
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def test_every_scheduled_entry_names_a_registered_task():
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert scheduled - set(app.tasks) == set()


def test_no_migration_has_an_automatic_name():
    names = [path.name for path in ROOT.glob("*/migrations/0*.py")]

    assert [name for name in names if "_auto_" in name] == []
    assert len(names) > 8


def test_every_mail_has_its_three_files():
    kinds = {path.name.split(".")[0] for path in (ROOT / "templates/emails").glob("[a-z]*.txt")}
    made = {path.name for path in (ROOT / "templates/emails").iterdir()}

    wanted = {f"{kind}{end}" for kind in kinds for end in (".subject.txt", ".txt", ".html")}

    assert kinds
    assert wanted - made == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_compiles(name):
    assert get_template(name)


@pytest.mark.parametrize("name", [name for name in TEMPLATES if name.split("/")[0] in ROOMS])
def test_template_includes_only_from_its_room_or_a_lower_one(name):
    room = name.split("/")[0]
    source = (ROOT / "templates" / name).read_text()
    order = [*ROOMS, "base.html"]
    allowed = {"includes", "account", *order[: order.index(room) + 1]}

    included = {path.split("/")[0] for path in re.findall(r'{% include "([^"]+)"', source)}

    assert included - allowed == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_keeps_its_guards_up(name):
    source = (ROOT / "templates" / name).read_text()

    assert name.endswith(".txt") or "autoescape off" not in source
    assert not re.search(r"\son[a-z]+=|<script>", source)
    # Mail programs read no style sheet.
    assert "<style" not in source or name == "emails/_page.html"
    if not name.startswith(("emails/", "account/email/", "500.html")):
        assert not re.search(r"\sstyle=", source)
    safe = set(re.findall(r"{{ ([\w.]+)\|safe", source))
    assert {expression.rpartition(".")[2] for expression in safe} <= RENDERED


# Their samples are what invented people wrote, and marked as English.
OF_SAMPLES = "townhall/design/"
OF_OUR_WORDS = [
    name
    for name in TEMPLATES
    if name.endswith(".html")
    and name not in {"500.html", "base.html"}
    and not name.startswith(OF_SAMPLES)
]


@pytest.mark.parametrize("name", OF_OUR_WORDS)
def test_template_has_no_words_outside_gettext(name):
    source = (ROOT / "templates" / name).read_text()
    source = re.sub(r"{% comment.*?endcomment %}|{#.*?#}", "", source, flags=re.S)
    source = re.sub(r"{% block (?:coltype|bodyclass) %}.*?{% endblock %}", "", source)
    source = re.sub(r"\S+@example\.org|&[a-z]+;", "", source)
    source = re.sub(
        r"{% blocktrans(?:late)?.*?{% endblocktrans(?:late)? %}", "", source, flags=re.S
    )
    source = re.sub(r"<(script|style|svg)\b.*?</\1>|<!--.*?-->", "", source, flags=re.S)
    source = re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.S)
    source = re.sub(r"<[^>]*>", " ", source)

    assert NOT_WORDS.sub("", source) == ""


@pytest.mark.parametrize(
    "path", [p for p in python_files() if "migrations" not in p.parts], ids=str
)
def test_python_file_has_at_most_400_lines(path):
    assert len(path.read_text().splitlines()) <= 400


def test_query_counts_are_asserted_inside_with():
    stray = re.compile(r"^\s*(?:django_)?assert_(?:max_)?num_queries\(", re.M)

    assert [str(p) for p in (ROOT / "tests").rglob("*.py") if stray.search(p.read_text())] == []


def test_messages_to_workers_are_json_only():
    assert set(app.conf.accept_content) == {"json"}
    assert app.conf.task_serializer == "json"
