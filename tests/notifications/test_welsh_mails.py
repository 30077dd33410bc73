"""Every kind of mail that tells of something, to a reader of Welsh: nothing of it is English."""

import re
from datetime import date

import pytest
from django.utils import translation

from communities.models import Proposal
from councillors.models import Capacity
from discussions.services import Writing
from notifications import emails
from notifications.emails import Story
from questions import services as questions
from tests.factories import make_decision, make_post, make_question, make_thread, make_user
from tests.welsh import Words, english_in, without, written

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 3, 3)
SITE = "https://hall.example"
ADDRESS = re.compile(r"https?://[^\s\"<>]+")


@pytest.fixture
def scene(cast, settings):
    """Something of everything that a mail can tell of, by people whose pages are English."""
    settings.SITE_URL = SITE
    thread = make_thread(cast.community, author=cast.resident, title="Xyzzy")
    office = Capacity.objects.get(user=cast.councillor)
    posts = [
        make_post(thread, author=cast.neighbour, body="Plugh."),
        make_post(thread, author=cast.councillor, body="Plover.", capacity=office),
    ]
    of_ward = make_question(area=cast.ward, body=cast.body, title="Frotz?", text="Gnusto.")
    question = questions.open_question(of_ward, by=cast.moderator)
    of_seat = make_question(seat=cast.seat, author=cast.resident, title="Zorkmid?", text="Rezrov.")
    own = questions.open_question(of_seat, by=cast.moderator)
    answer = questions.answer_question(own, by=cast.councillor, writing=Writing("Nitfol."))
    own.refresh_from_db()
    cast.thread, cast.posts, cast.asked, cast.own, cast.answer = (
        thread,
        posts,
        question,
        own,
        answer,
    )
    return cast


def decision(scene, verb):
    return make_decision(
        scene.posts[0], verb=verb, rule="abuse", reason="Blorb.", by=scene.moderator
    )


def stories(scene, count, weekday=None):
    first = [Story(scene.answer, 1, True, False, weekday)]
    return first + [
        Story(scene.posts[0], number, False, number == 2, weekday) for number in range(1, count)
    ]


LETTERS = {
    "one reply": lambda scene, user: emails.reply(user, scene.thread, scene.posts[:1]),
    "replies": lambda scene, user: emails.reply(user, scene.thread, scene.posts),
    "question to a ward": lambda scene, user: emails.question(user, scene.asked),
    "question to a seat": lambda scene, user: emails.question(user, scene.own),
    "receipt": lambda scene, user: emails.question(scene.asked.author, scene.asked),
    "answer": lambda scene, user: emails.answer(user, scene.own, scene.answer),
    "own answer": lambda scene, user: emails.answer(scene.own.author, scene.own, scene.answer),
    "answer elsewhere": lambda scene, user: emails.answer(user, scene.own, None),
    **{
        f"decision to {verb}": lambda scene, user, verb=verb: emails.decision(
            user, decision(scene, verb)
        )
        for verb in ("hide", "restore", "publish", "leave")
    },
    "proposal that is declined": lambda scene, user: emails.proposal(
        user, Proposal(name="Xyzzy", answer="Plugh.")
    ),
    "proposal that is opened": lambda scene, user: emails.proposal(
        user, Proposal(name="Xyzzy", community=scene.community)
    ),
    "digest of a day": lambda scene, user: emails.digest(user, TUESDAY, stories(scene, 2), {}),
    "digest of a week": lambda scene, user: emails.digest(user, TUESDAY, stories(scene, 16, 1), {}),
    "digest of an answer": lambda scene, user: emails.digest(user, TUESDAY, stories(scene, 1), {}),
}


def written_in(language, scene, kind):
    user = make_user(public_name="Yonk")
    for reader in (user, scene.asked.author, scene.own.author):
        reader.language = language
    return LETTERS[kind](scene, user)


def without_addresses(letter):
    return ADDRESS.sub("", f"{letter.subject}\n{letter.text}\n{letter.html}")


def spoken(letter):
    return [letter.subject, *letter.text.splitlines(), *Words(letter.html).found]


@pytest.mark.parametrize("kind", LETTERS)
def test_mail_is_wholly_in_the_language_of_its_reader(scene, kind):
    letter, english = written_in("cy", scene, kind), written_in("en-gb", scene, kind)
    with translation.override("cy"):
        from_a_welsh_page = written_in("en-gb", scene, kind)

    assert english_in(spoken(letter), written()) == []
    assert Words(letter.html).language == letter.headers["Content-Language"] == "cy"
    assert len(english_in(spoken(english), written())) > 4
    assert Words(english.html).language == english.headers["Content-Language"] == "en-gb"
    assert without_addresses(from_a_welsh_page) == without_addresses(english)
    assert f"{SITE}/cy/" not in from_a_welsh_page.html


def test_mails_have_no_line_in_common_with_the_english_ones(scene):
    common = set()

    for kind in LETTERS:
        letter, english = written_in("cy", scene, kind), written_in("en-gb", scene, kind)
        common |= set(spoken(letter)) & set(spoken(english))

    names = written()
    said = {without(ADDRESS.sub("", line), names) for line in common}
    assert common
    assert {line for line in said if re.search(r"[^\W\d_]", line)} == set()


def test_mails_lead_to_pages_in_the_language_of_their_reader(scene):
    for kind in LETTERS:
        letter, english = written_in("cy", scene, kind), written_in("en-gb", scene, kind)

        bodies = [letter.text, letter.html, letter.headers.get("List-Unsubscribe", "")]
        links = [link for body in bodies for link in ADDRESS.findall(body)]
        assert [link for link in links if not link.startswith(f"{SITE}/cy/")] == []
        assert len(links) > 4
        assert f"{SITE}/cy/" not in english.text + english.html


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("receipt", "dydd "),
        ("replies", "2 neges newydd yn “Xyzzy”"),
        ("digest of a day", "Eich neuadd dref, dydd Mawrth 3 Mawrth"),
        ("digest of a day", "1 ateb, 1 drafodaeth â rhywbeth newydd"),
        ("digest of a week", "1 ateb, 1 cwestiwn, 14 o drafodaethau â rhywbeth newydd"),
        ("digest of a week", "(bob dydd Mawrth)"),
        ("digest of a week", "... ac mae 4 arall:"),
    ],
)
def test_mail_counts_and_dates_in_welsh(scene, kind, words):
    letter = written_in("cy", scene, kind)

    assert words in f"{letter.subject}\n{letter.text}"


def test_mail_marks_what_was_written_in_another_language(scene):
    welsh, english = written_in("cy", scene, "replies"), written_in("en-gb", scene, "replies")
    told = written_in("cy", scene, "digest of a day")

    assert welsh.html.count('<blockquote lang="en"') == 2
    assert "<blockquote lang" not in english.html
    assert '<span lang="en">“Plugh.”</span>' in told.html
