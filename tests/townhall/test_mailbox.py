import pytest

from notifications.services import send_batch
from tests.notifications.conftest import make_mail

pytestmark = pytest.mark.django_db
BOX = "/demo/mail/"


@pytest.fixture
def box(settings, tmp_path):
    settings.DEMONSTRATION = True
    settings.EMAIL_URL = f"file://{tmp_path}/mail"
    return tmp_path / "mail"


def send(**fields):
    make_mail(**fields)
    send_batch()


def name_of(box):
    return next(box.glob("*.eml")).name


def test_mailbox_list_shows_the_newest_first(client, box):
    for subject in ("First", "Second", "<b>Third</b>"):
        send(subject=subject, to="mo@example.org")

    response = client.get(BOX)

    assert [letter.subject for letter in response.context["letters"]] == [
        "<b>Third</b>",
        "Second",
        "First",
    ]
    assert b"&lt;b&gt;Third" in response.content
    assert b"to mo@example.org" in response.content


def test_mailbox_list_goes_over_pages(client, box):
    for number in range(51):
        send(subject=f"Mail {number}")

    pages = [client.get(BOX, {"page": page}) for page in ("1", "2", "999", "x", "-1")]

    counts = [len(page.context["letters"]) for page in pages]
    assert counts == [50, 1, 1, 50, 50]


def test_mailbox_list_says_when_it_is_empty(client, box):
    response = client.get(BOX)

    assert response.status_code == 200
    assert b"Nothing has been sent yet." in response.content


def test_mailbox_detail_shows_the_words_and_makes_links(client, box):
    send(text="Sign in: http://localhost:8000/x/\n<script>no</script>", html="<p>ŵ</p>")

    content = client.get(f"{BOX}{name_of(box)}/").content.decode()

    assert '<a href="http://localhost:8000/x/"' in content
    assert "&lt;script&gt;no" in content
    assert f'src="{BOX}{name_of(box)}/html/" sandbox="' in content
    assert "allow-scripts" not in content


def test_mailbox_html_may_do_nothing_and_be_framed_by_us_alone(client, box):
    send(html="<html><head></head><body><p>ŵ</p></body></html>")

    response = client.get(f"{BOX}{name_of(box)}/html/")

    policy = set(response["Content-Security-Policy"].split("; "))
    assert response.content.decode().strip() == (
        '<html><head><base target="_top"></head><body><p>ŵ</p></body></html>'
    )
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert policy == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    }


def test_mailbox_html_of_a_plain_mail_is_not_found(client, box):
    send()

    assert client.get(f"{BOX}{name_of(box)}/html/").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["..%2Fsecret.eml", "%2Fetc%2Fpasswd", "..", "none.eml", ".hidden.eml", "a.txt", "a.eml%0A"],
)
def test_mailbox_detail_opens_nothing_but_its_mails(client, box, name):
    box.mkdir()
    for other in (box / "a.txt", box / ".hidden.eml", box.parent / "secret.eml"):
        other.write_text("Subject: secret\n\nsecret")

    assert client.get(f"{BOX}{name}/").status_code == 404


def test_mailbox_does_not_follow_links(client, box):
    box.mkdir()
    secret = box.parent / "secret.eml"
    secret.write_text("Subject: secret\n\nsecret")
    (box / "link.eml").symlink_to(secret)

    assert client.get(f"{BOX}link.eml/").status_code == 404
    assert b"secret" not in client.get(BOX).content


def test_mailbox_survives_files_that_are_no_mails(client, box):
    box.mkdir()
    (box / "odd.eml").write_bytes(b"\xff\x00 nonsense\nDate: never\n\n\xff")
    (box / "empty.eml").write_bytes(b"")
    (box / "charset.eml").write_bytes(b"Content-Type: text/plain; charset=nonsense\n\n\xff")

    assert client.get(BOX).status_code == 200
    for name in ("odd", "empty", "charset"):
        assert client.get(f"{BOX}{name}.eml/").status_code == 200


@pytest.mark.parametrize("path", ["", "a.eml/", "a.eml/html/"])
@pytest.mark.parametrize(
    "changed", [{"DEMONSTRATION": False}, {"EMAIL_URL": "smtp://127.0.0.1:25"}]
)
def test_mailbox_is_not_there_outside_the_demonstration(client, box, settings, path, changed):
    for name, value in changed.items():
        setattr(settings, name, value)

    assert client.get(f"{BOX}{path}").status_code == 404
