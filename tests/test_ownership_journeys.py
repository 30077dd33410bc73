"""Two people and one e-mail address, each in a browser of their own."""

import json
import re
from urllib.parse import urlsplit

import pytest

from accounts.models import User
from moderation.services import report_barrier, report_post
from notifications.models import Mail, Suppression
from tests.factories import PASSWORD, make_post, make_thread, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWNER, STRANGER = "olwen@example.org", "stranger@example.org"
OTHER_PASSWORD = "seven grey herons"
SCREENS = {
    "phone without scripts": ({"width": 320, "height": 640}, False),
    "desk with scripts": ({"width": 1280, "height": 900}, True),
}


@pytest.fixture(params=SCREENS.values(), ids=SCREENS)
def people(request, browser, live_server):
    """Return the pages of an owner and of a stranger, who share no cookie."""
    viewport, has_scripts = request.param
    contexts = [
        browser.new_context(
            base_url=live_server.url,
            viewport=viewport,
            java_script_enabled=has_scripts,
            accept_downloads=True,
        )
        for _ in range(2)
    ]
    pages, problems = [context.new_page() for context in contexts], []
    for page in pages:
        page.set_default_timeout(10_000)
        page.on("response", lambda answer: answer.status >= 500 and problems.append(answer.url))
    yield pages
    for context in contexts:
        context.close()
    assert problems == []


def link_in(mail, part):
    found = [link for link in re.findall(r"https?://\S+", mail.text) if part in link]
    return urlsplit(found[0]).path


def newest_link(to, part="/confirm-email/"):
    return link_in(Mail.objects.filter(to=to, text__contains=part).latest("pk"), part)


def press(page, name):
    page.locator("main").get_by_role("button", name=name).click()


def heading(page):
    return page.get_by_role("heading", level=1).inner_text()


def sign_up(page, name, email, password=PASSWORD):
    page.goto("/accounts/signup/")
    page.get_by_label("Name that others see").fill(name)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").first.fill(password)
    press(page, "Join")
    page.wait_for_url("**/accounts/confirm-email/")
    assert heading(page) == "Look in your e-mail"
    assert page.get_by_text(f"We have sent a link to {email}.").is_visible()


def sign_in(page, email, password=PASSWORD):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").first.fill(password)
    press(page, "Sign in")


def is_signed_in(page):
    page.goto("/accounts/profile/")
    return urlsplit(page.url).path == "/accounts/profile/"


def confirm(page, link):
    page.goto(link)
    press(page, "Yes, this is my address")


def ask_for_change(page, email, *, is_again=False):
    page.goto("/accounts/email/")
    page.get_by_label("E-mail address").fill(email)
    press(page, "Send a link to this address")
    if not is_again:  # the password is asked for once in a few minutes
        assert heading(page) == "Is it still you?"
        page.get_by_label("Password").first.fill(PASSWORD)
        press(page, "Go on")
    page.get_by_text(f"We have sent a link to {email}").first.wait_for()


def download(page):
    page.goto("/mine/data/")
    with page.expect_download() as found:
        page.locator("main form[action*=download] button").click()
    return json.loads(found.value.path().read_text())


def test_what_is_kept_under_an_address_is_its_owners_alone(people):
    owner, stranger = people
    make_user(email=OWNER, public_name="Olwen")
    make_user(email=STRANGER, public_name="Stranger")
    post = make_post(make_thread(), body="Rude.")
    report_post(post, by=None, email=OWNER, rule="abuse", text="Told as a visitor.")
    report_barrier(by=None, where="/", problem="Lost.", uses="A screen reader", email=OWNER)
    Suppression.objects.create(email=OWNER, reason="550 no such user")
    sign_in(stranger, STRANGER)
    ask_for_change(stranger, OWNER)
    waiting = Mail.objects.create(to=OWNER, queue="account", subject="For Olwen")

    taken = download(stranger)
    stranger.goto("/mine/close/")
    stranger.get_by_label("Password").first.fill(PASSWORD)
    stranger.locator("main form button").last.click()
    stranger.get_by_text("Your account is closed").first.wait_for()
    sign_in(owner, OWNER)
    own = download(owner)

    sections = ("reports_made", "barriers_reported", "suppressions")
    assert [len(taken[name]) for name in sections] == [0, 0, 0]
    assert "A screen reader" not in json.dumps(taken)
    assert [len(own[name]) for name in sections] == [1, 1, 1]
    assert Mail.objects.filter(pk=waiting.pk, subject="For Olwen").exists()


def test_owner_ends_a_change_of_address_that_a_stranger_asked_for(people):
    owner, stranger = people
    make_user(email=OWNER, public_name="Olwen")
    sign_in(stranger, OWNER)  # with a password that was overheard
    ask_for_change(stranger, STRANGER)
    link = newest_link(STRANGER)

    owner.goto(newest_link(OWNER, "/stop/"))
    assert "Olwen" in owner.locator("main").inner_text()
    press(owner, "That was not me: end the change")
    assert heading(owner) == "The change is ended"
    owner.get_by_role("link", name="Choose a new password").click()
    owner.get_by_label("E-mail address").fill(OWNER)
    press(owner, "Send me a link")
    ask_for_change(stranger, STRANGER, is_again=True)
    second = newest_link(STRANGER)
    owner.goto(newest_link(OWNER, "/password/reset/key/"))
    owner.get_by_label("New password", exact=True).fill(OTHER_PASSWORD)
    owner.get_by_label("New password, once more").fill(OTHER_PASSWORD)
    press(owner, "Keep this password")

    assert not is_signed_in(stranger)
    for dead in (link, second):
        stranger.goto(dead)
        assert heading(stranger) == "This link no longer works"
    sign_in(owner, OWNER, OTHER_PASSWORD)
    assert is_signed_in(owner)
    assert User.objects.get(public_name="Olwen").email == OWNER


def test_owner_joins_with_an_address_that_a_stranger_typed_first(people):
    owner, stranger = people
    make_user(email=STRANGER, public_name="Stranger")
    sign_in(stranger, STRANGER)
    ask_for_change(stranger, OWNER)
    wish = Mail.objects.get(to=OWNER)

    sign_up(owner, "Olwen", OWNER)
    owner.goto(link_in(wish, "/confirm-email/"))
    assert heading(owner) == "Sign in to confirm your new e-mail address"
    assert "the account Stranger" in owner.locator("main").inner_text()
    assert owner.locator("main").get_by_role("button").count() == 0
    confirm(owner, newest_link(OWNER))
    sign_in(owner, OWNER)
    assert is_signed_in(owner)
    stranger.goto(link_in(wish, "/confirm-email/"))

    assert heading(stranger) == "This address is already in use"
    assert "the account “Stranger”" in wish.text
    assert "join the town hall as “Olwen”" in Mail.objects.filter(to=OWNER).latest("pk").text
    assert User.objects.get(email=OWNER).public_name == "Olwen"
    assert User.objects.get(email=STRANGER).public_name == "Stranger"


def test_owner_signs_up_twice_while_a_stranger_does_too(people):
    owner, stranger = people
    sign_up(owner, "Olwen", OWNER)
    first = newest_link(OWNER)
    sign_up(stranger, "Olwen", OWNER, "not her own words")
    sign_up(owner, "Olwen Rees", OWNER, OTHER_PASSWORD)
    assert Mail.objects.filter(to=OWNER).count() == 3

    owner.goto(first)
    assert heading(owner) == "This link no longer works"
    confirm(owner, newest_link(OWNER))
    sign_in(stranger, OWNER, "not her own words")
    assert not is_signed_in(stranger)
    sign_in(owner, OWNER, OTHER_PASSWORD)
    assert is_signed_in(owner)
    sign_up(stranger, "Olwen", OWNER, "not her own words")

    assert Mail.objects.filter(to=OWNER).latest("pk").subject == "You have joined already"
    assert User.objects.get(email=OWNER).public_name == "Olwen Rees"
    assert User.objects.filter(email__iexact=OWNER).count() == 1


def test_owner_of_the_mailbox_chooses_the_password_where_a_stranger_signed_up_last(people):
    owner, stranger = people
    sign_up(owner, "Olwen", OWNER)
    sign_up(stranger, "Olwen", OWNER, "not her own words")

    confirm(owner, newest_link(OWNER))
    assert heading(owner) == "Choose a new password"
    owner.get_by_label("New password", exact=True).fill(OTHER_PASSWORD)
    owner.get_by_label("New password, once more").fill(OTHER_PASSWORD)
    press(owner, "Keep this password")

    sign_in(stranger, OWNER, "not her own words")
    assert not is_signed_in(stranger)
    sign_in(owner, OWNER, OTHER_PASSWORD)
    assert is_signed_in(owner)
