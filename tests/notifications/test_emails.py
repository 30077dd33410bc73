from email import message_from_bytes, policy

import pytest
from django.core import signing

from notifications import emails
from notifications.emails.links import Purpose, Wish, read_token, token_for
from notifications.emails.transport import build_message, one_line
from notifications.models import Mail
from notifications.services import queue_alerts, queue_deliveries, queue_digests, send_batch
from tests.factories import make_community, make_membership, make_post, make_thread, make_user

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)> "\' {{ 7|add:7 }} {% now "Y" %}'


def a_mail(**fields):
    return Mail(**{"to": "mo@example.org", "subject": "Hello", "text": "Text.", **fields})


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028"])
def test_build_message_lets_nothing_add_a_header(break_):
    evil = f"Hello{break_}Bcc: all@example.org{break_}{break_}Body"
    mail = a_mail(subject=evil, headers={"List-Unsubscribe": f"<https://x>{break_}Cc: a@b.c"})

    message = build_message(mail)

    head = message.as_bytes().partition(b"\r\n\r\n")[0].decode()
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")]
    assert sorted(names) == sorted(message.keys())
    assert {"Bcc", "Cc"}.isdisjoint(names)


@pytest.mark.parametrize("name", ["From", "to", "BCC", "Message-ID", "Content-Type"])
def test_build_message_takes_none_of_its_own_headers_from_a_row(name):
    message = build_message(a_mail(headers={name: "evil@example.org"}))

    assert "evil" not in message.as_string()


def test_build_message_keeps_a_long_address_in_one_piece():
    url = "<https://hall.example/unsubscribe/" + "a" * 200 + "/>"

    message = build_message(a_mail(headers={"List-Unsubscribe": url}))

    assert f"List-Unsubscribe: {url}\r\n".encode() in message.as_bytes()


def test_build_message_is_plain_ascii_in_short_lines():
    content = build_message(a_mail(subject="ŵ" * 250, text="ŵ" * 5000)).as_bytes()

    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    ("setting", "name", "address"),
    [
        ("Town hall <hall@x.example>", "Town hall", "hall@x.example"),
        ("Bath, Wells <hall@x.example>", "Bath, Wells", "hall@x.example"),
        ("Tŷ <hall@x.example>", "Tŷ", "hall@x.example"),
        ("hall@x.example", "", "hall@x.example"),
    ],
)
def test_build_message_comes_from_the_address_of_the_settings(settings, setting, name, address):
    settings.MAIL_FROM = setting

    content = build_message(a_mail()).as_bytes()
    [sender] = message_from_bytes(content, policy=policy.default)["From"].addresses

    assert (sender.display_name, sender.addr_spec) == (name, address)


def test_build_message_writes_a_domain_as_mail_does():
    message = build_message(a_mail(to="mo@bücher.example"))

    assert message["To"] == "mo@xn--bcher-kva.example"


def test_one_line_drops_what_cannot_be_seen():
    assert one_line("a\tb\r\nc\x00\x1b[0m\u202edexif") == "a b c[0mdexif"


@pytest.mark.django_db
def test_mails_show_hostile_words_as_words(outbox):
    reader = make_user(public_name="Reader")
    community = make_community(name=f"C {HOSTILE}"[:80])
    make_membership(reader, community, digest="daily")
    rude = make_user(public_name="<b>Bo</b>\r\nBcc: x@y.z")
    thread = make_thread(community, author=reader, title=HOSTILE)
    make_post(thread, author=rude, body=HOSTILE)
    make_thread(community, author=rude, title=HOSTILE, body=HOSTILE)
    while queue_deliveries():
        pass
    queue_alerts()
    queue_digests(reader.date_joined.replace(hour=12))

    mails = list(Mail.objects.filter(user=reader))
    outcome = send_batch()

    assert {mail.queue for mail in mails} == {"alert", "digest"}
    for mail in mails:
        assert "<script" not in mail.html
        assert "<img" not in mail.html
        assert "<b>Bo" not in mail.html
        assert "&lt;script&gt;" in mail.html
        assert "{{ 7|add:7 }}" in mail.text
        assert "\n" not in mail.subject
    assert {state for _queue, state in outcome.counts} == {"sent"}


@pytest.mark.django_db
def test_mails_fit_a_row_however_long_names_and_titles_are():
    reader = make_user()
    author = make_user(public_name="N" * 60)
    post = make_post(make_thread(author=reader, title="T" * 150), author=author, body="w" * 20_000)

    letter = emails.reply(reader, post.thread, [post])

    assert len(letter.subject) <= 250
    assert len(letter.text) < 3000


@pytest.mark.parametrize(
    ("bodies", "kind"),
    [
        ({"text": "Text."}, "text/plain"),
        ({"text": "Text.", "html": "<p>Text.</p>"}, "multipart/alternative"),
        ({"text": "", "html": "<p>Text.</p>"}, "text/html"),
    ],
)
def test_build_message_holds_the_bodies_there_are(bodies, kind):
    assert build_message(a_mail(**bodies)).get_content_type() == kind


@pytest.mark.parametrize(
    "wish",
    [Wish(1, Purpose.DIGESTS), Wish(2**40, Purpose.COMMUNITY, 9), Wish(3, Purpose.REPLIES)],
)
def test_read_token_reads_what_was_signed(wish):
    assert read_token(token_for(wish)) == wish


def test_read_token_refuses_what_it_did_not_sign_for_this_use():
    token = token_for(Wish(1, Purpose.DIGESTS))

    assert read_token(token.replace("1-", "2-", 1)) is None
    assert read_token("") is None
    assert read_token("1-digests-0") is None
    assert read_token(signing.dumps("1-digests-0")) is None
    assert read_token(signing.Signer().sign("1-digests-0")) is None


def test_read_token_outlives_a_change_of_key(settings):
    token = token_for(Wish(1, Purpose.DIGESTS))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-some-length-that-is-not-the-first"

    assert read_token(token) == Wish(1, Purpose.DIGESTS)
