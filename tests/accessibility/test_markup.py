import pytest

from tests.accessibility.markup import faults_of

PAGE = (
    '<!doctype html><html lang="en-gb"><head><title>A page</title></head><body><nav></nav>'
    "<main><h1>A page</h1>{}</main></body></html>"
)
FAULTS = {
    '<p class="a" class="b">a</p>': "duplicate",
    "<div><p>a</p>": "seen too early",
    "<p>a</div></p>": "seen too early",
    "<p>a & b &copy c</p>": "didn't end with",
    '<a href="/">a<a href="/">b</a></a>': "Unexpected start tag",
    '<p id="a">a</p><p id="a">b</p>': "the id 'a' is there 2 times",
    '<p id="">a</p>': "the id '' is empty",
    '<p aria-describedby="gone">a</p>': "points to #gone",
    '<a href="#gone">a</a>': "points to #gone",
    '<button form="gone">a</button>': "points to #gone",
    '<label for="gone">a</label>': "is for 'gone'",
    '<label for="a">a</label><p id="a">b</p>': "is for 'a'",
    '<input name="a">': "has no label",
    "<h1>again</h1>": "there are 2 h1",
    "<h3>too deep</h3>": "comes after h1",
    "<h2> </h2>": "an <h2> is empty",
    "<nav></nav>": "navigation are called ['', '']",
    '<aside aria-label="a"></aside><aside aria-label="a"></aside>': "complementary are called",
    '<div role="main"></div>': "there are 2 main",
    '<a href="/"><svg></svg></a>': "a <a> has no name",
    "<button></button>": "a <button> has no name",
    '<input type="submit" value="">': "has no name",
    '<img src="/a.png">': "an <img> has no alt",
    '<p lang="welsh language">a</p>': "has the lang",
    '<p tabindex="3">a</p>': "has the tabindex 3",
    '<button accesskey="s">a</button>': "has an accesskey",
    "<button autofocus>a</button><button autofocus>b</button>": "takes the focus",
    '<meta name="viewport" content="maximum-scale=1">': "cannot be enlarged",
    '<p style="color: red">a</p>': "has style=",
    '<p onclick="a()">a</p>': "has onclick=",
    '<a href="javascript:a()">a</a>': "has a javascript: address",
    "<script>a()</script>": "with its code inside",
}


@pytest.mark.parametrize("html", list(FAULTS))
def test_fault_is_found(html):
    assert FAULTS[html] in "\n".join(faults_of(PAGE.format(html)))


def test_good_page_has_no_faults():
    html = (
        '<h2>Form</h2><form><label for="a">A</label><input id="a" aria-describedby="b">'
        '<p id="b">Hint</p><select aria-label="C"><option value=""></option></select>'
        '<label><input type="checkbox"> D</label><input type="hidden" name="e"></form>'
        '<h3>Pictures</h3><a href="/"><img src="/a.png" alt="Home"></a><h2>Links</h2>'
        '<a href="#b">To the hint</a>'
        '<nav aria-label="Pages"><a href="/" lang="cy">Cymraeg</a></nav>'
        '<script type="application/json">{"a": 1}</script>'
    )

    assert faults_of(PAGE.replace("<nav>", '<nav aria-label="Main">').format(html)) == []


def test_page_without_title_or_language_is_found():
    faults = faults_of(
        "<!doctype html><html><head></head><body><main><h1>A</h1></main></body></html>"
    )

    assert faults == ["the page has no title", "<html> has no lang"]


def test_mail_may_have_styles():
    assert faults_of(PAGE.format('<p style="color: red">a</p>'), is_mail=True) == []
