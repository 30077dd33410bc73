import re

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.markup import LONGEST_TEXT, TAGS, render, shortened, storable, why_too_busy
from discussions.models import Post
from tests.effort import calls_of

ALLOWED = {"http", "https", "mailto"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "![a](http://example.org/x.png)",
    "<a href='vbscript:x'>x</a>",
    '[a](//example.org" onmouseover=alert(1))',
    "<svg/onload=alert(1)>",
    "<iframe src=//example.org></iframe>",
    "`<b onclick=x>`",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_render_leaves_nothing_active(source):
    html = render(source).lower()

    for active in ("<script", "<img", "<svg", "<iframe", "<b ", 'href="javascript', 'href="data'):
        assert active not in html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*so*", "<p><em>so</em></p>\n"),
        ("# Big", "<h3>Big</h3>\n"),
        ("### Small\n# Big\n### Small", "<h3>Small</h3>\n<h3>Big</h3>\n<h4>Small</h4>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        (
            "see https://example.org/a",
            '<p>see <a href="https://example.org/a" rel="nofollow ugc noopener">'
            "https://example.org/a</a></p>\n",
        ),
        ("<b>so</b>", "<p>&lt;b&gt;so&lt;/b&gt;</p>\n"),
        (
            "![a cat](https://example.org/a)",
            '<p>!<a href="https://example.org/a" rel="nofollow ugc noopener">a cat</a></p>\n',
        ),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
    ],
)
def test_render_what_people_type(source, html):
    assert render(source) == html


# Each is repeated up to the longest text: what takes a parser long.
UNITS = ["[", "]", "![", "[a](", "[a](b)", "[[](", "[a]: b\n", "[a][b]", "(", "[a](<", "<a@b.cc>"]
UNITS += ["*", "*a ", "**a*", "*_a", "***a ", "a**b", "_a ", "~~a ", "*_~~", "`", "``a`", "` "]
UNITS += [
    ">",
    "> ",
    "> a\n",
    "- ",
    "- a\n",
    "1. a\n",
    "*\n",
    "a\n",
    "a  \n",
    "\n\n#",
    "# a\n",
    "=\n",
]
UNITS += ["://", "http://a.b ", "www.a.b ", "a.co ", "//a.co ", "a@b.cc ", "a@", "ftp://a.b "]
UNITS += [
    "<",
    "<!--",
    "&",
    "&amp;",
    "&#1;",
    "\\",
    "|",
    "| a | b |\n",
    "\t",
    "x",
    "😀",
    "> - ",
    "a_",
]
SHAPES = {
    "deep list": "".join("  " * depth + "- a\n" for depth in range(140)),
    "deep quotes": "".join(">" * depth + " a\n" for depth in range(190)),
    "quotes and lists": "".join("> " * depth + "- a\n" for depth in range(135)),
    "100,000 brackets": "[" * 50_000 + "]" * 50_000,
    "links in links": "[a " * 2_800 + "](b)" * 2_800,
    "runs of ticks": "".join("`" * length + " " for length in range(195)),
    "a bit of everything": "[" * 250 + "*a" * 1000 + "\n- a" * 240 + " http://a.bc" * 60,
    "1 MB": "a.co [a](b) *c*\n" * 60_000,
}
AS_LONG_AS_MAY_BE = {unit: (unit * LONGEST_TEXT)[:LONGEST_TEXT] for unit in UNITS}


MOST_CALLS = 500_000  # about 50 ms


def at_the_bound(text):
    """Return as much of a text as is not refused, filled up with plain words."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (low, middle - 1) if why_too_busy(text[:middle]) else (middle, high)
    return text[:low] + ("word " * LONGEST_TEXT)[: max(0, LONGEST_TEXT - low)]


@pytest.mark.parametrize("name", [*AS_LONG_AS_MAY_BE, *SHAPES])
def test_render_hostile_text_is_little_work(name):
    text = {**AS_LONG_AS_MAY_BE, **SHAPES}[name]
    bounded = at_the_bound(text)

    assert calls_of(render, text) < MOST_CALLS
    assert calls_of(render, bounded) < MOST_CALLS


@pytest.mark.parametrize("name", ["100,000 brackets", "1 MB"])
def test_text_that_takes_too_long_is_shown_as_typed(name):
    html = render(SHAPES[name])

    assert html.startswith("<pre><code>")
    assert "<a" not in html


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[a](b) " * 501, "square brackets"),
        ("a*b " * 4001, "signs such as * and _"),
        ("https://example.org " * 501, "addresses"),
        ("line\n" * 1001, "lines"),
        ("[a](b)\n" * 450, "square brackets"),
    ],
)
def test_refused_text_says_why(text, reason):
    assert reason in why_too_busy(text)


def test_long_text_of_a_person_is_not_refused():
    paragraph = "We *met* on Mill Lane (see https://example.org/minutes), and **nobody** came.\n\n"
    listed = "- a bench, [drawn here](https://example.org/bench)\n" * 60

    assert why_too_busy((listed + paragraph * 150)[:12_000]) == ""


SCHEMES = ["javascript", "JaVaScRiPt", "vbscript", "data", "file", "blob", "about", "ftp", "tel"]
SCHEMES += [
    "view-source",
    "intent",
    "steam",
    "ms-word",
    "jar",
    "feed",
    "ws",
    "chrome",
    "sms",
    "geo",
]
DISGUISES = [
    "{}:alert(1)",
    " {}:alert(1)",
    "<{}:alert(1)>",
    "&#x6a;{}:alert(1)",
    "{}&colon;alert(1)",
    "{}&#58;alert(1)",
    "{}&#x0003a;alert(1)",
    "&Tab;{}:alert(1)",
    "&NewLine;{}:alert(1)",
    "\x01{}:alert(1)",
    "<\t{}:alert(1)>",
    "\u200b{}:alert(1)",
    "\u2028{}:alert(1)",
    "\ufeff{}:alert(1)",
    "%6a{}:alert(1)",
    "{}\\:alert(1)",
    "{}:\u2215\u2215example.org",
    "{}://example.org/a",
]


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_render_links_to_no_scheme_but_three(scheme, disguise):
    address = disguise.format(scheme)
    split = disguise.format(f"{scheme[:2]}&Tab;{scheme[2:]}")

    for text in (
        f"[a]({address})",
        f"[a]({split})",
        f"![a]({address})",
        f"[a]: {address}\n\n[a]",
        f"<{address}>",
        address,
        f"[![a]({address})]({address})",
    ):
        assert unsafe_links_in(render(text)) == [], text


def unsafe_links_in(html):
    """List where links lead that a browser would take for another scheme than the three."""
    document = html5lib.parse(html, namespaceHTMLElements=False)
    addresses = [link.get("href", "") for link in document.iter("a")]
    # As browsers read an address: no controls and spaces at its ends, no tabs and line ends in it.
    read = [re.sub(r"^[\0-\x20]+|[\t\r\n]", "", address) for address in addresses]
    schemes = [re.match(r"([a-z][a-z0-9+.-]*):", address, re.I) for address in read]
    return [found[0] for found in schemes if found and found[1].lower() not in ALLOWED]


def test_unsafe_links_are_found_where_there_is_one():
    assert unsafe_links_in('<p><a href=" java\tscript:x">a</a></p>') == ["javascript:"]


@given(st.text(alphabet="[]()<>!*_`~#->+.:/\\&;\"'= \n\tajsvhttpmil1@", max_size=120))
def test_render_of_any_marks_leaves_nothing_active(source):
    html = render(source)

    body = html5lib.parse(html, namespaceHTMLElements=False).find("body")
    names = {name for each in body.iter() for name in each.attrib}
    assert {element.tag for element in body.iter()} - {"body"} <= TAGS
    assert names <= {"href", "title", "rel", "start"}
    assert unsafe_links_in(html) == []


@given(st.text(alphabet=st.characters(), max_size=200))
def test_render_takes_any_unicode(source):
    html = render(source)

    assert "\x00" not in html
    html.encode("utf-8")


def test_storable_drops_nul_and_lone_surrogates():
    assert storable("a\x00b\ud800c\r\nd") == "ab?c\nd"


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        ("Shares: **712** and *more*", "Shares: 712 and more"),
        ("# Title\n\n- one\n- two", "Title one two"),
        ("> quoted\n\nshaz_nm4 said [this](https://example.org/a_b)", "quoted shaz_nm4 said this"),
        ("word " * 40, "word " * 27 + "word…"),
    ],
)
def test_excerpt_is_plain_words(body, excerpt):
    assert Post(body=body).excerpt == excerpt


def test_signs_that_no_feed_may_have_are_not_stored():
    assert storable("a\x00b\x02c\x08d\x1fe\ufffef") == "abcdef"
    assert storable("one\x0btwo\x0cthree\tfour\r\nfive") == "one\ntwo\nthree\tfour\nfive"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a heron stands", "a heron…"),
        ("a heron", "a heron"),
        ("蒼鷺" * 20, "蒼鷺" * 4 + "蒼…"),
        ("a " + "x" * 20, "a xxxxxxx…"),
    ],
)
def test_long_text_is_cut_between_words_where_these_are_near(text, short):
    assert shortened(text, 9) == short
