"""What pages are dressed in: each file named by its content, packed, and kept for good."""

import gzip
import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from django.conf import settings as real_settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

from accounts.addresses import static_of
from tests.factories import make_question, make_report, make_thread

YEAR = 60 * 60 * 24 * 365
REAL_STORAGES = real_settings.STORAGES
FINGERPRINT = re.compile(r"\.[0-9a-f]{12}(\.|$)")
IN_STYLE = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
IN_SCRIPT = re.compile(r"""(?:\bfrom|\bimport\(?|new URL\()\s*["'](\.{0,2}/[^"']+)["']""")
WELL_PACKED = 0.95  # of its size: a file that shrinks less is sent as it is


class Links(HTMLParser):
    """Every address that a page names, in whatever attribute."""

    def __init__(self, page):
        super().__init__()
        self.found = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in {"href", "src", "srcset", "poster", "data", "content"} and value:
                self.found |= {part.split()[0] for part in value.split(",") if part.strip()}


@pytest.fixture
def static_client(settings, tmp_path, client):
    settings.STORAGES = REAL_STORAGES
    settings.STATIC_ROOT = str(tmp_path)
    call_command("collectstatic", "--no-input", verbosity=0)
    return client


def fetch(client, path):
    """Return an answer and its content as a browser sees it, unpacked."""
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    content = b"".join(answer) if answer.streaming else answer.content
    is_packed = answer.headers.get("Content-Encoding") == "gzip"
    return answer, gzip.decompress(content) if is_packed else content


def problems_of(client, path):
    answer, content = fetch(client, path)
    if answer.status_code != 200:
        return [f"{path} answers {answer.status_code}"]
    found = []
    kept = dict(re.findall(r"([a-z-]+)(?:=(\d+))?", answer.headers["Cache-Control"]))
    if int(kept.get("max-age") or 0) < YEAR or "immutable" not in kept:
        found.append(f"{path} is kept as {answer.headers['Cache-Control']!r}")
    is_packed = "Content-Encoding" in answer.headers or path.endswith(".png")  # packed in itself
    if not is_packed and len(gzip.compress(content)) <= WELL_PACKED * len(content):
        found.append(f"{path} is not packed")
    return found


def named_by(client, path):
    """Return what a file names itself: pictures of a style sheet, parts of a script."""
    _answer, content = fetch(client, path)
    if path.endswith(".css"):
        found = [one or other for one, other in IN_STYLE.findall(content.decode())]
    elif path.endswith(".js"):
        found = IN_SCRIPT.findall(content.decode())
    else:
        found = []
    return {urljoin(path, name).partition("#")[0] for name in found if not name.startswith("data:")}


def named_by_page(client, path):
    """Return the static files that a page names, with those of its manifest."""
    page = client.get(path).content.decode()
    links = Links(page).found
    for manifest in re.findall(r'<link rel="manifest" href="([^"]+)"', page):
        _answer, content = fetch(client, manifest)
        links |= set(re.findall(r'"([^"]*/static/[^"]+)"', json.dumps(json.loads(content))))
    paths = {link.removeprefix(real_settings.SITE_URL).partition("#")[0] for link in links}
    return {path for path in paths if path.startswith("/static/")}


def test_every_file_has_a_fingerprint_and_is_packed_and_kept(static_client):
    names = [name for name in staticfiles_storage.hashed_files if not name.endswith("LICENSE")]
    paths = [staticfiles_storage.url(name) for name in names]

    problems = [problem for path in paths for problem in problems_of(static_client, path)]

    assert "/static/css/site." in " ".join(paths)
    assert [path for path in paths if not FINGERPRINT.search(path)] == []
    assert problems == []


def test_address_of_a_file_is_kept_for_each_way_of_storing(settings, tmp_path):
    assert static_of("css/site.css") == "/static/css/site.css"
    settings.STORAGES, settings.STATIC_ROOT = REAL_STORAGES, str(tmp_path)
    call_command("collectstatic", "--no-input", verbosity=0)

    assert FINGERPRINT.search(static_of("css/site.css"))


@pytest.mark.django_db
def test_nothing_is_served_under_a_name_without_fingerprint(static_client):
    assert static_client.get("/static/css/site.css").status_code == 404
    assert static_client.get("/static/admin/css/base.css").status_code == 404


def test_pages_name_only_files_with_a_fingerprint(cast, static_client, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    post = thread.posts.get()
    make_report(post)
    question = make_question(seat=cast.seat)
    visited = {
        None: ["/", cast.ward.get_absolute_url(), cast.community.get_absolute_url()],
        cast.resident: ["/mine/", thread.get_absolute_url(), "/notifications/settings/"],
        cast.admin: [
            "/admin/",
            "/admin/accounts/user/",
            f"/admin/accounts/user/{cast.resident.pk}/change/",
            "/admin/councillors/councillor/add/",
            f"/admin/questions/question/{question.pk}/change/",
            f"/admin/moderation/report/post/{post.pk}/",
        ],
    }
    visited[None] += ["/accounts/login/", "/accounts/signup/", "/no-such-page/", "/questions/"]
    visited[None] += ["/manifest.webmanifest", "/sw.js", "/offline/", "/about/design/"]

    named, problems = set(), []
    for person, paths in visited.items():
        browser = client_of(person)
        for path in paths:
            named |= named_by_page(browser, path)
    waiting, seen = set(named), set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        problems += [] if FINGERPRINT.search(path) else [f"{path} has no fingerprint"]
        problems += problems_of(static_client, path)
        waiting |= named_by(static_client, path) - seen

    assert {path.rpartition("/")[2].partition(".")[0] for path in seen} >= {
        "site",
        "enhance",
        "base",
    }
    assert problems == []
