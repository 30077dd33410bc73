import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communities.markup import LONGEST_TEXT, render, storable
from discussions.models import Post

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


@pytest.mark.parametrize("unit", ["[", ">", "`", "*a ", "[a](", "- ", "![", "<", "&", "\n\n#"])
def test_render_longest_hostile_text_ends_soon(unit):
    source = (unit * LONGEST_TEXT)[:LONGEST_TEXT]
    start = time.process_time()

    render(source)

    assert time.process_time() - start < 2


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
