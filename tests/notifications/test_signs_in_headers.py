"""Signs that are not seen: those that make a word or a flag arrive, the others do not."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage

from communities.markup import cut, shortened
from notifications.emails.transport import MAX_SUBJECT, build_message, one_line
from notifications.models import Mail
from tests.factories import make_thread

WALES = "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART = "\u2764\ufe0f"
WAVE = "\U0001f44b\U0001f3fd"
FRANCE, WELSH_LETTER = "\U0001f1eb\U0001f1f7", "w\u0302"
PERSIAN, SINHALA = (
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
)
NEW_PICTURE = "\U0001fadf"  # of a Unicode that is newer than this Python's
WHOLE = [WALES, FAMILY, HEART, WAVE, FRANCE, WELSH_LETTER, NEW_PICTURE]
BELONG = [*WHOLE, PERSIAN, SINHALA, "co\u00adop"]
TURN = ["\u061c", "\u200e", "\u200f", *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))]
BREAK = ["\r", "\n", "\r\nBcc: x@y.z", "\x00", "\x1b", "\x85", "\u2028", "\u2029", "\ud800", "\x7f"]


def sent(**fields):
    """Return a message as the program of its reader understands it."""
    row = Mail(**{"to": "mo@example.org", "subject": "Hello", "text": "Hello.", **fields})
    row.message_id = "<a@example.org>"
    return message_from_bytes(build_message(row).as_bytes(), policy=policy.default)


@pytest.mark.parametrize("sign", BELONG)
def test_subject_keeps_signs_that_belong_to_words_and_pictures(sign):
    title = f"March {sign} today"

    assert one_line(title) == title
    assert sent(subject=title)["Subject"] == title


@pytest.mark.parametrize("sign", TURN)
def test_subject_loses_what_turns_the_direction_of_text(sign):
    assert sent(subject=f"March{sign} today")["Subject"] == "March today"


@pytest.mark.parametrize("sign", BREAK)
def test_subject_loses_what_breaks_a_header(sign):
    message = sent(subject=f"March{sign}today")

    assert message["Bcc"] is None
    assert set(message["Subject"]).isdisjoint("\r\n\x00\x1b\x7f\x85\u2028\u2029\ud800")


@pytest.mark.parametrize("sign", WHOLE)
@pytest.mark.parametrize("room", range(1, 9))
def test_nothing_is_cut_in_the_middle_of_a_letter_or_a_flag(sign, room):
    before = "a" * (20 - room)
    text = before + sign

    assert cut(text, 20) == (text if len(text) <= 20 else before)
    assert shortened(f"{text}more", 20).rstrip("more…") in (before, text)


def test_flags_in_a_row_are_cut_between_two():
    assert cut(FRANCE * 5, 7) == FRANCE * 3


@pytest.mark.django_db
def test_long_subject_of_a_mail_ends_with_a_whole_flag():
    EmailMessage("x" * (MAX_SUBJECT - 3) + WALES, "Hello.", to=["mo@example.org"]).send()

    assert Mail.objects.get().subject == "x" * (MAX_SUBJECT - 3)


@pytest.mark.parametrize("header", ["Reply-To"])
def test_names_beside_addresses_keep_their_signs_and_the_addresses(header):
    message = sent(
        headers={header: f"C\u0175n {WALES} \u202e<cwn@example.org>, b@b\u00fccher.example"}
    )

    first, second = message[header].addresses
    assert (first.display_name, first.addr_spec) == (f"C\u0175n {WALES}", "cwn@example.org")
    assert second.addr_spec == "b@xn--bcher-kva.example"


@pytest.mark.parametrize("name", [f"Cyngor {WALES}", f"Tŷ {HEART}, y dref"])
def test_name_of_the_sender_keeps_its_signs(settings, name):
    settings.MAIL_FROM = f"{name} <hall@example.org>"

    [sender] = sent()["From"].addresses

    assert (sender.display_name, sender.addr_spec) == (name, "hall@example.org")


@pytest.mark.django_db
def test_page_and_feed_keep_the_signs_of_a_title(cast, client):
    thread = make_thread(cast.community, author=cast.resident, title=f"Gŵyl {WALES} {FAMILY}")

    page = client.get(thread.get_absolute_url()).content.decode()
    feed = client.get(f"/communities/{cast.community.slug}/feed.atom").content.decode()

    assert f"<title>Gŵyl {WALES} {FAMILY}" in page
    assert f"<title>Gŵyl {WALES} {FAMILY}</title>" in feed
