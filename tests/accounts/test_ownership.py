"""Two people and one e-mail address: who signs up, who proves it, who changes to it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from notifications.models import Mail
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
OWNER = "owner@example.org"
OLD, NEW = "old@example.org", "new@example.org"
# Sessions, and how often something was asked for: not what the links are about.
KEPT_ASIDE = re.compile("django_session|accounts_counter|accounts_limitcount")
OTHER_PASSWORD = "seven grey herons"


def mails_to(email):
    return Mail.objects.filter(to=email).order_by("pk")


def link_in(mail, part="/accounts/"):
    found = [link for link in re.findall(r"https?://\S+", mail.text) if part in link]
    return urlsplit(found[0]).path


def newest_link(email, part="/accounts/"):
    return link_in(mails_to(email).last(), part)


def sign_up(client, email=OWNER, name="Olwen", password=PASSWORD):
    values = {"public_name": name, "email": email, "password1": password}
    return client.post(reverse("account_signup"), values, follow=True)


def sign_in(client, email, password=PASSWORD):
    """Sign in; return whether it worked."""
    client.post(reverse("account_login"), {"login": email, "password": password})
    return "_auth_user_id" in client.session


def ask_for_change(client, email=NEW, password=PASSWORD):
    """Ask for another address as a browser does: the password is asked for on the way."""
    asked = client.post(reverse("account_email"), {"email": email, "action_add": ""})
    if asked.url.startswith(reverse("account_reauthenticate")):
        return client.post(asked.url, {"password": password}, follow=True)
    return asked


def press(client, link):
    """Open a link and press its button."""
    client.get(link)
    return client.post(link, follow=True)


def text_of(response):
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode()).replace("  ", " ")


@pytest.fixture
def person(client):
    person = make_user(email=OLD, public_name="Mo")
    client.force_login(person)
    return person


# Changing to another address


@pytest.mark.parametrize("action", ["action_add", "action_add action_remove"])
def test_change_of_address_asks_for_the_password(client, person, action):
    values = {"email": NEW, **dict.fromkeys(action.split(), "")}

    asked = client.post(reverse("account_email"), values)
    wrong = client.post(asked.url, {"password": "not my password"})

    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert wrong.status_code == 200
    assert not EmailAddress.objects.filter(email=NEW).exists()
    assert not mails_to(NEW).exists()


def test_change_of_address_is_told_to_the_old_one_at_once(client, person):
    page = ask_for_change(client)

    [notice] = mails_to(OLD)
    assert "We have sent a link to new@example.org" in text_of(page)
    assert notice.subject == "Somebody wants to change your e-mail address"
    assert NEW in notice.text
    assert "“Mo”, old@example.org" in notice.text
    assert "That was not me" in notice.html
    assert person.emailaddress_set.get(verified=True).email == OLD


def test_change_counts_once_the_link_is_opened_and_ends_other_sessions(client, person):
    elsewhere = Client()
    elsewhere.force_login(person)
    ask_for_change(client)

    press(client, newest_link(NEW))

    person.refresh_from_db()
    assert person.email == NEW
    assert list(person.emailaddress_set.values_list("email", "verified")) == [(NEW, True)]
    assert client.get(reverse("records:data")).status_code == 200
    assert elsewhere.get(reverse("records:data")).status_code == 302
    assert mails_to(OLD).last().subject == "Your e-mail address was changed"
    assert AuditEntry.objects.filter(by=person, act="change address").count() == 1


def test_that_was_not_me_opens_a_page_and_only_its_button_ends_the_change(client, person):
    ask_for_change(client)
    stop, owner = newest_link(OLD, "/stop/"), Client()

    opened = owner.get(stop)
    after_opening = EmailAddress.objects.filter(email=NEW).count()
    ended = owner.post(stop)

    assert (after_opening, EmailAddress.objects.filter(email=NEW).count()) == (1, 0)
    assert opened.content.count(b"<button") >= 1
    assert NEW in text_of(opened)
    assert "The change is ended" in text_of(ended)
    assert reverse("account_reset_password") in ended.content.decode()
    assert "This link no longer works" in text_of(client.get(newest_link(NEW)))
    person.refresh_from_db()
    assert person.email == OLD


def test_that_was_not_me_says_what_to_do_where_nothing_waits(client, person):
    ask_for_change(client)
    stop = newest_link(OLD, "/stop/")
    press(client, newest_link(NEW))

    for response in (client.get(stop), client.post(stop), client.get("/accounts/email/stop/x:y/")):
        assert response.status_code == 200
        assert "There is nothing to end" in text_of(response)
        assert "write to the council" in text_of(response)


def change_at_the_site(person):
    client = Client()
    client.force_login(person)
    values = {
        "oldpassword": PASSWORD,
        "password1": OTHER_PASSWORD,
        "password2": OTHER_PASSWORD,
    }
    client.post(reverse("account_change_password"), values)


def change_by_mail(person):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    form = client.get(newest_link(person.email, "/password/"), follow=True)
    values = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    client.post(form.redirect_chain[-1][0], values)


@pytest.mark.parametrize("change_password", [change_at_the_site, change_by_mail])
def test_change_of_password_ends_pending_changes_links_and_sessions(
    client, person, change_password
):
    ask_for_change(client)
    Client().post(reverse("account_reset_password"), {"email": OLD})
    reset = newest_link(OLD, "/password/")

    change_password(person)

    person.refresh_from_db()
    assert person.check_password(OTHER_PASSWORD)
    assert not person.emailaddress_set.filter(verified=False).exists()
    assert client.get(reverse("records:data")).status_code == 302
    client.force_login(person)
    assert "This link no longer works" in text_of(press(client, newest_link(NEW)))
    assert "This link no longer works" in text_of(client.get(reset, follow=True))
    person.refresh_from_db()
    assert person.email == OLD


def test_change_of_address_ends_links_for_a_new_password(client, person):
    Client().post(reverse("account_reset_password"), {"email": OLD})
    reset = newest_link(OLD, "/password/")
    ask_for_change(client)
    press(client, newest_link(NEW))

    assert "This link no longer works" in text_of(Client().get(reset, follow=True))


def test_neither_a_wish_to_change_nor_a_sign_in_ends_the_link_for_a_new_password(client, person):
    Client().post(reverse("account_reset_password"), {"email": OLD})
    reset = newest_link(OLD, "/password/")

    ask_for_change(client)
    sign_in(Client(), OLD)

    assert "Choose a new password" in text_of(Client().get(reset, follow=True))


def test_second_wish_ends_the_link_of_the_first(client, person):
    ask_for_change(client, "first@example.org")
    ask_for_change(client, NEW)

    assert "This link no longer works" in text_of(client.get(newest_link("first@example.org")))
    assert "Press the button" in text_of(client.get(newest_link(NEW)))


def test_staying_with_the_address_needs_no_password(client, person):
    EmailAddress.objects.create(user=person, email=NEW)

    client.post(reverse("account_email"), {"email": NEW, "action_remove": ""})

    assert list(person.emailaddress_set.values_list("email", flat=True)) == [OLD]


def test_link_of_a_change_acts_only_for_whoever_is_signed_in_to_the_account(client, person):
    ask_for_change(client)
    link, stranger = newest_link(NEW), Client()

    shown = stranger.get(link)
    pressed = stranger.post(link, follow=True)

    assert shown.content.count(b'name="csrfmiddlewaretoken"') == pressed.content.count(
        b'name="csrfmiddlewaretoken"'
    )
    assert "Sign in to confirm" in text_of(shown)
    assert "Sign in to confirm" in text_of(pressed)
    person.refresh_from_db()
    assert person.email == OLD


def test_change_in_another_browser_goes_on_after_signing_in(client, person):
    ask_for_change(client)
    link, phone = newest_link(NEW), Client()
    to_sign_in = re.search(
        r'href="(/accounts/login/\?next=[^"]+)"', phone.get(link).content.decode()
    )

    back = phone.post(to_sign_in[1], {"login": OLD, "password": PASSWORD}, follow=True)
    phone.post(link)

    assert "Press the button to use new@example.org" in text_of(back)
    person.refresh_from_db()
    assert person.email == NEW


# Claims of others


def test_owner_joins_though_a_stranger_wants_to_change_to_the_address(client):
    stranger = Client()
    stranger.force_login(make_user(email="stranger@example.org", public_name="Stranger"))
    ask_for_change(stranger, OWNER)
    wish = newest_link(OWNER)

    sign_up(client)
    [_wish, joined] = mails_to(OWNER)
    press(client, link_in(joined))

    owner = User.objects.get(email=OWNER)
    assert (owner.public_name, owner.emailaddress_set.get().verified) == ("Olwen", True)
    assert sign_in(client, OWNER)
    assert "already in use" in text_of(stranger.get(wish))
    assert "Another account has confirmed" in text_of(press(stranger, wish))
    assert User.objects.get(public_name="Stranger").email == "stranger@example.org"


def test_each_mail_says_for_which_account_and_what_for(client):
    stranger = Client()
    stranger.force_login(make_user(email="stranger@example.org", public_name="Stranger"))
    ask_for_change(stranger, OWNER)
    sign_up(client)
    press(client, newest_link(OWNER))
    ask_for_change(stranger, "other@example.org")
    ask_for_change(stranger, OWNER)
    sign_up(Client(), name="Somebody")
    client.post(reverse("account_reset_password"), {"email": OWNER})

    wish, joined, in_use, again, reset = mails_to(OWNER)[:5]
    for mail in (wish, in_use):
        assert "the account “Stranger”" in mail.text
        assert "s…@example.org" in mail.text
        assert "stranger@example.org" not in mail.text
        assert "use the address owner@example.org for it" in mail.text
    assert "join the town hall as “Olwen” with the address owner@example.org" in joined.text
    assert "nothing changes" in in_use.text
    assert "/confirm-email/" not in in_use.text
    for mail in (joined, again, reset):
        assert "the account “Olwen”, owner@example.org" in mail.text


def test_wish_to_change_is_no_way_to_sign_in_or_to_a_new_password(client):
    make_user(email="stranger@example.org")
    stranger = User.objects.get(email="stranger@example.org")
    EmailAddress.objects.create(user=stranger, email=OWNER)

    signed_in = sign_in(client, OWNER)
    client.post(reverse("account_reset_password"), {"email": OWNER})

    assert not signed_in
    [mail] = mails_to(OWNER)
    assert mail.subject == "No account with this address"


def test_change_goes_on_though_a_stranger_has_signed_up_with_the_address(client, person):
    sign_up(Client(), NEW, name="Stranger")
    ask_for_change(client, NEW)

    press(client, newest_link(NEW))

    person.refresh_from_db()
    assert person.email == NEW
    assert not User.objects.filter(public_name="Stranger").exists()


def test_address_of_an_administrator_made_way_for_nobody(client, person):
    boss = make_user(email=NEW, is_staff=True, is_superuser=True)
    boss.emailaddress_set.update(verified=False)
    sign_up(Client(), NEW, name="Stranger")
    EmailAddress.objects.create(user=person, email=NEW)
    ask_for_change(client, "third@example.org")
    waiting = EmailAddress.objects.create(user=person, email=NEW)

    from_page = client.post(reverse("account_email"), {"email": NEW, "action_send": ""})

    assert from_page.status_code == 302
    press(client, newest_link(NEW))
    boss.refresh_from_db()
    assert (boss.email, boss.public_name != "Stranger") == (NEW, True)
    assert EmailAddress.objects.get(pk=waiting.pk).verified is False


# Signing up twice


def test_signing_up_twice_takes_the_newest_password_and_sends_a_link_each_time(client):
    sign_up(client)
    first = newest_link(OWNER)
    page = sign_up(client, name="Olwen Rees", password=OTHER_PASSWORD)

    assert "We have sent a link to owner@example.org" in text_of(page)
    assert mails_to(OWNER).count() == 2
    assert "This link no longer works" in text_of(client.get(first))
    press(client, newest_link(OWNER))
    assert User.objects.get().public_name == "Olwen Rees"
    assert not sign_in(client, OWNER, PASSWORD)
    assert sign_in(client, OWNER, OTHER_PASSWORD)


def test_owner_who_signs_up_after_a_stranger_has_their_own_password(client):
    sign_up(Client(), name="Stranger", password=OTHER_PASSWORD)
    sign_up(client)

    press(client, newest_link(OWNER))

    assert not sign_in(Client(), OWNER, OTHER_PASSWORD)
    assert sign_in(client, OWNER)


@pytest.mark.parametrize("browser", ["the owner's", "a phone"])
def test_password_of_a_stranger_who_signs_up_after_the_owner_never_counts(client, browser):
    sign_up(client)
    sign_up(Client(), password=OTHER_PASSWORD)
    reader = client if browser == "the owner's" else Client()

    chosen = press(reader, newest_link(OWNER))

    assert "Choose a new password" in text_of(chosen)
    assert "Another device asked for an account with this address too" in text_of(chosen)
    assert not sign_in(Client(), OWNER, OTHER_PASSWORD)
    own = {"password1": "my own three words", "password2": "my own three words"}
    reader.post(chosen.redirect_chain[-1][0], own)
    assert sign_in(Client(), OWNER, "my own three words")


def test_links_come_again_by_signing_in_and_by_asking_for_a_new_password(client):
    sign_up(client)
    sign_in(client, OWNER)
    client.post(reverse("account_reset_password"), {"email": OWNER})
    form = client.get(newest_link(OWNER, "/password/"), follow=True)
    new = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    client.post(form.redirect_chain[-1][0], new)

    assert mails_to(OWNER).count() >= 3
    assert EmailAddress.objects.get().verified
    assert sign_in(Client(), OWNER, OTHER_PASSWORD)


def nobody():
    pass


def somebody_unproven():
    sign_up(Client(), name="Earlier")


def somebody_proven():
    make_user(email=OWNER, public_name="Earlier")


@pytest.mark.parametrize("before", [somebody_unproven, somebody_proven])
@pytest.mark.parametrize("form", ["signup", "reset", "change"])
def test_nobody_learns_whether_an_address_is_known(form, before):
    def answer(prepare, email):
        prepare()
        client = Client()
        count = mails_to(OWNER).count()
        if form == "signup":
            page = sign_up(client, email)
        elif form == "reset":
            page = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        else:
            email_of_asker = f"by-{before.__name__}-{prepare.__name__}@x.org"
            client.force_login(make_user(email=email_of_asker, public_name="Asker"))
            page = ask_for_change(client, email)
        words = re.sub(r"by-[\w-]+@x\.org", "", text_of(page))
        cookies = {name: len(cookie.value) for name, cookie in client.cookies.items()}
        return words, cookies, page.redirect_chain, mails_to(OWNER).count() - count

    unknown = answer(nobody, OWNER)
    EmailAddress.objects.filter(email=OWNER).delete()
    User.objects.filter(email=OWNER).delete()

    assert answer(before, OWNER) == unknown


def test_links_are_limited_for_each_address_and_the_page_says_so(settings):
    settings.LIMITS = {**settings.LIMITS, "mail": "2/h"}

    answers = [text_of(sign_up(Client(), password=f"three odd words {n}")) for n in range(3)]

    assert ["We have sent as many links" in answer for answer in answers] == [False, False, True]
    assert mails_to(OWNER).count() == 2
    assert User.objects.get().check_password("three odd words 1")


# Links


def test_scanners_that_get_every_link_change_nothing(client, person):
    ask_for_change(client)
    sign_up(Client())
    client.post(reverse("account_reset_password"), {"email": OLD})
    links = [
        link
        for mail in Mail.objects.all()
        for link in (urlsplit(found).path for found in re.findall(r"https?://\S+", mail.text))
    ]
    before = list(EmailAddress.objects.order_by("pk").values_list("email", "verified", "primary"))

    for scanner in (Client(), client):
        with CaptureQueriesContext(connection) as captured:
            for link in links:
                scanner.get(link, follow=True)
                scanner.head(link)
        writes = [q["sql"] for q in captured if q["sql"][:6] in {"INSERT", "UPDATE", "DELETE"}]
        assert [sql for sql in writes if not KEPT_ASIDE.search(sql)] == []

    assert len({link.split("/")[2] for link in links}) == 3
    assert list(
        EmailAddress.objects.order_by("pk").values_list("email", "verified", "primary")
    ) == (before)
    assert client.get(reverse("records:data")).status_code == 200


def test_opening_the_link_of_another_account_signs_nobody_out(client, person):
    sign_up(Client())
    other = make_user(email="third@example.org")
    Client().post(reverse("account_reset_password"), {"email": other.email})

    for link in (newest_link(OWNER), newest_link(other.email)):
        page = client.get(link, follow=True)
        assert "You are signed out" not in text_of(page)

    assert client.get(reverse("records:data")).status_code == 200


def test_link_that_is_pressed_twice_says_what_to_do(client):
    sign_up(client)
    link = newest_link(OWNER)
    client.post(link)

    again = client.post(link, follow=True)

    assert again.status_code == 200
    assert "This link no longer works" in text_of(again)
    assert reverse("account_login") in again.content.decode()


def test_links_that_are_too_old_say_what_to_do(client, person):
    ask_for_change(client)
    sign_up(Client())
    links = [newest_link(NEW), newest_link(OWNER)]
    client.post(reverse("account_reset_password"), {"email": OLD})
    links.append(newest_link(OLD, "/password/"))

    with time_machine.travel(timezone.now() + timedelta(days=4)):
        for link in links:
            for response in (Client().get(link, follow=True), Client().post(link, follow=True)):
                assert response.status_code == 200
                assert "This link no longer works" in text_of(response)


# The first administrator


def test_first_administrator_signs_in_without_a_mailed_link(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    sign_up(Client(), "Boss@Example.org", name="Stranger")

    call_command("createsuperuser", "--no-input", email="Boss@Example.org", public_name="Boss")

    assert sign_in(client, "boss@example.org")
    assert client.get("/admin/").status_code == 200
    assert Mail.objects.filter(subject="Confirm your e-mail address").count() == 0
    assert list(User.objects.values_list("public_name", flat=True)) == ["Boss"]
