"""Which pages are measured: one line each. Others read these names, so they stay."""

from dataclasses import dataclass
from urllib.parse import quote_plus
from uuid import uuid4

import psycopg2

from bench.browser import Browser
from bench.cast import COMMON_WORDS, FEW_WORDS, RARE_WORDS
from bench.sizes import Size

FORUM = "/communities/ward-0/"
SELDOM = """
SELECT text FROM discussions_word JOIN discussions_threadword ON word_id = discussions_word.id
WHERE in_title AND text ~ '^[[:alpha:]]{6,}$' GROUP BY text HAVING count(*) BETWEEN 2 AND 9
ORDER BY text LIMIT 1
"""
COMMONEST = """
SELECT text FROM discussions_word JOIN discussions_threadword ON word_id = discussions_word.id
WHERE text ~ '^[[:alpha:]]{2,}$' GROUP BY text ORDER BY count(*) DESC, text LIMIT 2
"""
THREADS_VISITED = 20
NARROWED = "&community=ward-0&kind=discussion&since=2020-01-01&until=2099-12-31"
HUNDREDTH = 99  # pages further than the first
FULL_THREADS = """
SELECT id, title FROM discussions_thread WHERE community_id = 1 AND kind = 'discussion'
    AND last_number BETWEEN 20 AND 400 ORDER BY id LIMIT %s
"""


@dataclass(frozen=True)
class Page:
    """A page as one kind of viewer asks for it, and what must be in the answer.

    An `act` is a form sent to each path: "reply" or "start". `unchanged` asks with the tag of an
    earlier answer. For a `fresh` page the site makes a new connection to the database each time.
    """

    name: str
    viewer: str
    paths: list[str]
    expects: str
    act: str = ""
    unchanged: bool = False
    fresh: bool = False

    @property
    def status(self) -> int:
        if self.unchanged:
            return 304
        return 302 if self.act else 200


def pages_of(size: Size, database_url: str, visitor: Browser) -> list[Page]:
    """List the pages, with addresses that this size has."""
    kept = _full_threads(database_url)
    full = [f"/discussions/{pk}/" for pk, _title in kept]
    alike = [f"{FORUM}similar/?title={quote_plus(title)}" for _pk, title in kept]
    threads = [visitor.get(path).headers["Location"] for path in full]
    longest = visitor.get("/discussions/1/").headers["Location"]
    slip, commonest = _slip(database_url), _commonest(database_url)
    wards = [f"/places/E0500{number:04}/" for number in range(10)]
    last = f"?page={size.longest_thread // 20}"
    last_posts = [longest + last]
    deep = [_deep_page(visitor)]
    councillors = [f"/councillors/councillor-{number}/" for number in range(1, 11)]
    return [
        Page("home", "visitor", ["/"], "What is happening where you live?"),
        Page("place", "visitor", wards, "Who answers for you"),
        Page("community", "visitor", [FORUM], "Being talked about"),
        Page("community-100", "visitor", deep, "Being talked about"),
        Page("thread", "visitor", threads, 'id="post-20"'),
        Page("thread-5000", "visitor", last_posts, f'id="post-{size.longest_thread}"'),
        Page("thread-member", "member", threads, 'id="post-20"'),
        Page("thread-5000-member", "member", last_posts, f'id="post-{size.longest_thread}"'),
        Page("latest-member", "member", ["/mine/"], "The latest in my communities"),
        Page("latest-joiner", "joiner", ["/mine/"], "The latest in my communities"),
        Page("unread-joiner", "joiner", ["/mine/?show=unread"], "unread"),
        Page("settings-joiner", "joiner", ["/notifications/settings/"], "<form"),
        Page("search-few", "visitor", [_search(FEW_WORDS)], "<mark>"),
        Page("search-rare", "visitor", [_search(RARE_WORDS)], "<mark>"),
        Page("search-common", "visitor", [_search(COMMON_WORDS)], "<mark>"),
        Page("search-commonest", "visitor", [_search(commonest)], "<mark>"),
        Page("search-typo", "visitor", [_search(slip)], "<mark>"),
        Page("search-filtered", "visitor", [_search(COMMON_WORDS) + NARROWED], "<mark>"),
        Page("community-questions", "visitor", [f"{FORUM}?show=questions"], "Being talked about"),
        Page("mine-unread", "member", ["/mine/?show=unread"], "unread"),
        Page("fresh", "member", [f"{path}fresh/?after=1" for path in full], ""),
        Page("similar", "member", alike, "Is it one of these?"),
        Page("questions", "visitor", ["/questions/"], "wants to know"),
        Page("councillor", "visitor", councillors, "Councillor"),
        Page("feed", "visitor", [f"{FORUM}feed.atom"], "<entry"),
        Page("reply", "member", [f"{path}reply/" for path in full], "/posts/", act="reply"),
        Page("start", "member", [f"{FORUM}new/"], "/discussions/", act="start"),
        Page("reports", "moderator", ["/admin/moderation/report/"], 'id="result_list"'),
        Page("home-unchanged", "visitor", ["/"], "", unchanged=True),
        Page("community-unchanged", "visitor", [FORUM], "", unchanged=True),
        Page("thread-unchanged", "visitor", threads, "", unchanged=True),
        Page("home-fresh", "visitor", ["/"], "What is happening where you live?", fresh=True),
        Page("thread-fresh", "visitor", threads, 'id="post-20"', fresh=True),
        Page("latest-fresh", "joiner", ["/mine/"], "The latest in my communities", fresh=True),
        Page("search-fresh", "visitor", [_search(RARE_WORDS)], "<mark>", fresh=True),
    ]


def form_of(page: Page, token: str) -> dict[str, str]:
    """Fill in the form of an act, as somebody would who has just opened it."""
    fields = {"csrfmiddlewaretoken": token, "submit_key": str(uuid4())}
    fields["body"] = "I saw something today, *twice*.\n\nDid you?"
    if page.act == "start":
        fields |= {"title": "Something that I noticed", "seen_similar": "yes"}
    return fields


def _full_threads(database_url: str) -> list[tuple[int, str]]:
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(FULL_THREADS, [THREADS_VISITED])
        return cursor.fetchall()


def _slip(database_url: str) -> str:
    """Swap two letters of a word that stands in few titles, as fingers do."""
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(SELDOM)
        word = next(str(text) for (text,) in cursor.fetchall())
    return f"{word[:2]}{word[3]}{word[2]}{word[4:]}"


def _commonest(database_url: str) -> str:
    """Pick the words of most threads, as somebody does who looks for what everybody writes of."""
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute(COMMONEST)
        return " ".join(str(text) for (text,) in cursor.fetchall())


def _deep_page(visitor: Browser) -> str:
    """Follow "Older" as a reader would, to the hundredth page."""
    path = FORUM
    for _page in range(HUNDREDTH):
        link = visitor.get(path).text.partition('rel="next" href="?')[2].partition('"')[0]
        path = f"{FORUM}?{link}"
    return path


def _search(words: str) -> str:
    return f"/search/?q={words.replace(' ', '+')}"
