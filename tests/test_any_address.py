"""Whatever is typed into an address of the forum, or sent beside it: a page or a polite refusal."""

from random import Random
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.db import transaction

from questions.services import open_question
from tests.factories import make_image, make_post, make_question, make_thread

TRIES = 80
OFTEN = 0.3  # a name is typed
PLACES = [
    "",
    "mine/",
    "mine/ignored/",
    "mine/drafts/{number}/throw-away/",
    "search/",
    "communities/",
    "communities/{community}/",
    "communities/{community}/new/",
    "communities/{community}/people/",
    "communities/{community}/similar/",
    "communities/{community}/feed.atom",
    "communities/{community}/tags/",
    "communities/{community}/acts/",
    "communities/{community}/join/",
    "discussions/{thread}/",
    "discussions/{thread}/a-safe-crossing/",
    "discussions/{thread}/feed.atom",
    "discussions/{thread}/fresh/",
    "discussions/{thread}/people/",
    "discussions/{thread}/reply/",
    "discussions/{thread}/follow/",
    "discussions/{thread}/outcome/write/",
    "posts/{post}/",
    "posts/{post}/edit/",
    "posts/{post}/history/",
    "posts/{post}/keep/",
    "posts/{post}/more/",
    "posts/{post}/thank/",
    "posts/{post}/withdraw/",
    "posts/{post}/words/",
    "images/{picture}/",
    "images/{picture}/small/",
    "people/{person}/",
    "people/{person}/ignore/",
    "places/{text}/",
    "questions/",
    "questions/{question}/",
    "questions/{question}/a-safe-crossing/",
    "tags/{tag}/",
    "tags/{tag}/feed.atom",
    "moderation/log/",
]
NAMES = ["after", "answered", "as", "before", "community", "kind", "page", "person", "postcode"]
NAMES += ["q", "quote", "show", "since", "state", "tag", "title", "to", "until", "upto", "words"]
HEADERS = ["If-None-Match", "If-Modified-Since", "Sec-Purpose", "Purpose", "X-Fragment", "Range"]
HEADERS += ["Accept", "Accept-Language", "Accept-Encoding", "Cookie", "Referer", "User-Agent"]
MEANT = ["1", "2", "unread", "latest", "questions", "bookmarked", "drafts", "mine", "discussion"]
MEANT += ["weir", "yes", "no", "2026-03-31", "crossing", "crosing", '"safe crossing" -van or weir']
MEANT += ["2026-11-24T10:00:00+00:00_7", "r2026-11-24T10:00:00+00:00_7", "prefetch", "*", 'W/"x"']
HOSTILE = ["", "0", "-1", "+1", "1.0", "1e309", "٣", "²", "000000001" + "9" * 12, "9" * 4, "9" * 9]
HOSTILE += ["9" * 10, "9" * 19, "9" * 40, "000000001" + "0" * 4300, "9" * 5000, str(2**31), "nan"]
HOSTILE += [
    str(2**63 - 1),
    str(2**63),
    "0001-01-01T00:00:00+23:59_1",
    "9999-12-31T23:59:59-23:59_1",
]
HOSTILE += [
    "2026-11-24T10:00:00_7",
    "2026-11-24T10:00:00+00:00_" + "9" * 30,
    "_",
    "r",
    "rr_1",
    "r_",
]
HOSTILE += ["2026-W48-2T00:00:00+00:00:30.5_1", "20261124T10Z_1", "0000-00-00", "0001-01-01"]
HOSTILE += ["9999-12-31", "31/02/2026", "1 January 99999", "\x00", "a\x00b", "\x02\x03", "\ud800"]
HOSTILE += ["'", '"', '"' * 50, "\\", "%", "%%s", "%(x)s", "{0}", "{{ x }}", "'; --", "&|!():*<->"]
HOSTILE += ["-", "--", "- or -", '-"', "or or or", "é" * 300, "ﬃ\u0301" * 40, "𝒯😀\u202e\ufeff"]
HOSTILE += ["a" * 3000, "a b " * 700, "1:A & 'b'", "<b>x</b>", "../../x", "//evil", "a/b", "?", "#"]
HOSTILE += [
    ",".join("abc") * 99,
    '"a", W/"b',
    "*, *",
    "bytes=0-,5-",
    "q=;;q",
    "en;q=9",
    "=;=",
    "\t",
]


@pytest.fixture
def things(cast):
    thread = make_thread(cast.community, author=cast.neighbour, tags=["weir"])
    pictured = make_post(thread, author=cast.resident, pictures=[make_image(cast.resident)])
    question = open_question(make_question(seat=cast.seat), by=cast.moderator)
    return {
        "community": cast.community.slug,
        "thread": thread.pk,
        "post": pictured.pk,
        "picture": pictured.images.get().pk,
        "person": cast.resident.pk,
        "question": question.thread.pk,
        "tag": "weir",
        "number": 1,
        "text": cast.ward.code,
    }


def typed(chance):
    return chance.choice(MEANT if chance.random() < 0.3 else HOSTILE)


def path_of(chance, place, things):
    parts = {name: str(thing) for name, thing in things.items()}
    if chance.random() < 0.25:
        spoilt = chance.choice([name for name in parts if f"{{{name}}}" in place] or ["text"])
        parts[spoilt] = typed(chance)
    return quote_from_bytes(f"/{place.format(**parts)}".encode("utf-8", "surrogatepass"))


def failures(client, things, *, chance, tries):
    """Return what failed of as many requests as are asked for."""
    failed = []
    for number in range(tries):
        path = path_of(chance, PLACES[number % len(PLACES)], things)
        query = [(name, typed(chance)) for name in NAMES if chance.random() < OFTEN]
        headers = {name: typed(chance) for name in chance.sample(HEADERS, chance.randrange(3))}
        headers = {n: v.encode("utf-8", "replace").decode("latin-1") for n, v in headers.items()}
        asked = urlencode(query, errors="surrogatepass")
        with transaction.atomic():
            answer = client.get(path, QUERY_STRING=asked, headers=headers)
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            failed.append((path, query, headers))
    return failed


@pytest.mark.parametrize("role", ["visitor", "resident"])
def test_whatever_is_asked_for_is_answered(cast, things, client_of, role):
    client = client_of(getattr(cast, role))
    client.raise_request_exception = False

    assert failures(client, things, chance=Random(role), tries=TRIES) == []
