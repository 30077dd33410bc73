import html5lib
import pytest

from communities.markup import render

# Typed in a hurry, with what is meant as an address: where it leads, in the order of the text.
WITH_ADDRESSES = {
    "see https://northmoor.example/planning/2026-114 for the plans": [
        "https://northmoor.example/planning/2026-114"
    ],
    "Its here: https://northmoor.example/lido.": ["https://northmoor.example/lido"],
    "(https://northmoor.example/lido)": ["https://northmoor.example/lido"],
    "the plan (see https://northmoor.example/a_(b)) is daft": ["https://northmoor.example/a_(b)"],
    "www.northmoor.gov.uk has it": ["https://www.northmoor.gov.uk"],
    "Have a look at www.millbrook-hall.org.uk/bookings, its free": [
        "https://www.millbrook-hall.org.uk/bookings"
    ],
    "WWW.NORTHMOOR.GOV.UK": ["https://WWW.NORTHMOOR.GOV.UK"],
    "Www.northmoor.gov.uk as my phone writes it": ["https://Www.northmoor.gov.uk"],
    "northmoor.gov.uk/bins": ["https://northmoor.gov.uk/bins"],
    "its on northmoor.gov.uk somewhere": ["https://northmoor.gov.uk"],
    "the form is at planning.northmoor.gov.uk/online-applications/": [
        "https://planning.northmoor.gov.uk/online-applications/"
    ],
    "got mine from freecycle.org.": ["https://freecycle.org"],
    "facebook.com/groups/millbrook is full of it": ["https://facebook.com/groups/millbrook"],
    "try fixmystreet.com!": ["https://fixmystreet.com"],
    "bbc.co.uk/news/uk-england-devon-1234 says so too": [
        "https://bbc.co.uk/news/uk-england-devon-1234"
    ],
    "video: youtu.be/dQw4w9WgXcQ": ["https://youtu.be/dQw4w9WgXcQ"],
    "sign here bit.ly/saveourlido please": ["https://bit.ly/saveourlido"],
    "goo.gl/maps/abc shows the spot": ["https://goo.gl/maps/abc"],
    "Petition http://northmoor.example/petition?id=5&lang=en#top thanks": [
        "http://northmoor.example/petition?id=5&lang=en#top"
    ],
    "HTTPS://NORTHMOOR.EXAMPLE/A": ["HTTPS://NORTHMOOR.EXAMPLE/A"],
    "“https://northmoor.example/lido”": ["https://northmoor.example/lido"],
    "he wrote 'https://northmoor.example/lido'": ["https://northmoor.example/lido"],
    "https://northmoor.example/lido…": ["https://northmoor.example/lido"],
    "https://northmoor.example/lido, https://northmoor.example/pool": [
        "https://northmoor.example/lido",
        "https://northmoor.example/pool",
    ],
    "https://northmoor.example/lido\nhttps://northmoor.example/pool": [
        "https://northmoor.example/lido",
        "https://northmoor.example/pool",
    ],
    "Is it https://northmoor.example/lido?": ["https://northmoor.example/lido"],
    "read this!!! https://northmoor.example/lido!!!": ["https://northmoor.example/lido"],
    "plans:https://northmoor.example/plans": ["https://northmoor.example/plans"],
    "plans-https://northmoor.example/plans": ["https://northmoor.example/plans"],
    "mail clerk@northmoor.gov.uk today": ["mailto:clerk@northmoor.gov.uk"],
    "write to the.clerk+lido@millbrook-parish.org.uk.": [
        "mailto:the.clerk+lido@millbrook-parish.org.uk"
    ],
    "mailto:clerk@northmoor.gov.uk": ["mailto:clerk@northmoor.gov.uk"],
    "<clerk@northmoor.gov.uk>": ["mailto:clerk@northmoor.gov.uk"],
    "<https://northmoor.example/lido>": ["https://northmoor.example/lido"],
    "[the plans](https://northmoor.example/plans)": ["https://northmoor.example/plans"],
    "[the plans](www.northmoor.gov.uk/plans)": ["https://www.northmoor.gov.uk/plans"],
    "[the plans](northmoor.gov.uk/plans)": ["https://northmoor.gov.uk/plans"],
    "[the clerk](clerk@northmoor.gov.uk)": ["mailto:clerk@northmoor.gov.uk"],
    "[the plans](//northmoor.gov.uk/plans)": ["https://northmoor.gov.uk/plans"],
    "[our pages](/communities/millbrook/)": ["/communities/millbrook/"],
    "[the plans][1]\n\n[1]: www.northmoor.gov.uk/plans": ["https://www.northmoor.gov.uk/plans"],
    "**www.northmoor.gov.uk**": ["https://www.northmoor.gov.uk"],
    "bins - northmoor.gov.uk/bins - again": ["https://northmoor.gov.uk/bins"],
    "road map on openstreetmap.org/#map=15/50.7/-3.5": [
        "https://openstreetmap.org/#map=15/50.7/-3.5"
    ],
    "cyngor.cymru/ailgylchu": ["https://cyngor.cymru/ailgylchu"],
    "theatr.wales yn gwybod": ["https://theatr.wales"],
    "in the register https://northmoor.example:8443/r": ["https://northmoor.example:8443/r"],
    "both northmoor.gov.uk/bins and clerk@northmoor.gov.uk": [
        "https://northmoor.gov.uk/bins",
        "mailto:clerk@northmoor.gov.uk",
    ],
    "https://cy.wikipedia.org/wiki/Llanfairpwll": ["https://cy.wikipedia.org/wiki/Llanfairpwll"],
    "seen on nextdoor.co.uk,again": ["https://nextdoor.co.uk"],
}
WITHOUT = [
    "The bridge is closed.It opens in May.",
    "the bridge is shut.it opens in may",
    "We waited.So did they.",
    "waited an hour.so did they",
    "No bus today.To be fair there never is.",
    "never comes.to be fair it rained",
    "He lives in the High St.In the corner house.",
    "ask at no.10 or no.12",
    "Its off Mill Rd.Is that Millbrook?",
    "gone.At last.",
    "came home.at last some peace",
    "I asked him.He said no.",
    "Nobody there.My dog barked.",
    "not again.my dog barks at them",
    "thats me.And you?",
    "Meet at 7.30 or 19.30 at the latest",
    "costs 1.50 or £2.40.In cash",
    "12.30.2026 was the date",
    "version 2.0 of the plan",
    "about 3.5km.in the dark",
    "e.g. the lido, i.e. the pool, etc.",
    "e.g.the lido",
    "a.m. or p.m.",
    "road/pavement, drop-in/café, and/or",
    "his/her/their",
    "24/7",
    "the A38/B3212 junction",
    "see plan.pdf and minutes.doc",
    "the file is called README.md",
    "open notice.zip or main.py",
    "St.Mary's church",
    "Mr.Smith and Mrs.Jones",
    "U.K. and U.S.A.",
    "Ltd.co-op",
    "the co.op shop",
    "no.No.NO.",
    "wait...what",
    "wait..is it open",
    "so.many.dots.in.here",
    "@northmoor asked me",
    "me@home tonight",
    "2@£5 each",
    "meet@7.30",
    "yes/no.in capital letters",
    "Tel.:01632 960123",
    "http:// is how it begins",
    "www. is how it begins",
    "[the plans](planning)",
    "[ ] to do (soon)",
    "it was 50:50.be honest",
    "the old mill.as they say",
    "we are the people.us and them",
    "the corner.shop is shut",
    "her maiden.name was Hill",
    "Bring your own.me too",
]


def links_of(html):
    document = html5lib.parse(html, namespaceHTMLElements=False)
    return [link.get("href") for link in document.iter("a")]


def test_there_are_a_hundred_sentences():
    assert (len(WITH_ADDRESSES), len(WITHOUT)) >= (50, 50)


@pytest.mark.parametrize("sentence", WITH_ADDRESSES)
def test_what_is_meant_as_an_address_is_linked(sentence):
    assert links_of(render(sentence)) == WITH_ADDRESSES[sentence]


@pytest.mark.parametrize("sentence", WITHOUT)
def test_what_is_not_meant_as_an_address_is_not_linked(sentence):
    html = render(sentence)

    assert links_of(html) == []
    assert sentence.split("(")[0].split("'")[0] in html.replace("&amp;", "&")


def test_link_without_an_address_leaves_its_words():
    assert render("[the *plans*]()") == "<p>the <em>plans</em></p>\n"
