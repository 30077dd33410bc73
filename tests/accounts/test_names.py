import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.folding import fold, fold_name, has_hidden_signs, without_hidden_signs
from accounts.models import AuditEntry, NameChange, Namesake, User
from accounts.names import Verdict, judge_name, protected_names
from accounts.services import change_profile, mark_namesakes
from accounts.tasks import mark_namesakes as task
from communities.services import change_role, join_community
from councillors.models import Councillor
from tests.factories import (
    PASSWORD,
    make_body,
    make_capacity,
    make_community,
    make_membership,
    make_person,
    make_post,
    make_seat,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db


def sign_up(client, name, **sent):
    somebody = {"public_name": name, "email": "new@example.org", "password1": PASSWORD, **sent}
    return client.post(reverse("account_signup"), somebody)


def rename(client, name, **sent):
    return client.post(
        reverse("accounts:profile-edit"), {"public_name": name, "language": "en-gb", **sent}
    )


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("Siân", "sian"),
        ("O’Neill", "O'NEILL"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("\u0410nn", "Ann"),
        ("ОЛЕНА", "олена"),
        ("Ia\u0301n", "Iàn"),
        ("Jo\u2010Anne", "Jo-Anne"),
    ],
)
def test_what_is_typed_alike_folds_alike(typed, same):
    assert fold(typed) == fold(same)


def test_capitals_are_seen_before_their_case_is_folded():
    # The capital passes for B, the small letter for nothing.
    assert judge_name("\u0412\u0410\u0412\u0410", []) == Verdict.FREE
    assert fold_name("Kay (resident)") == fold_name("kay (Preswylydd)") == "kay"


@pytest.mark.parametrize(
    ("name", "is_hidden"),
    [
        ("Mo 👩\u200d🚒", False),
        ("Mo \U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", False),
        ("نیلوفر می\u200cنا", False),
        ("Mo\u200d", True),
        ("M\u200bo", True),
        ("\u202eoM", True),
        ("Mo\u0301\u0301\u0301\u0301", True),
        ("Mo\U000e0067", True),
    ],
)
def test_signs_that_are_not_seen_are_found_unless_they_belong_to_a_word(name, is_hidden):
    assert has_hidden_signs(name) == is_hidden
    assert not is_hidden or not has_hidden_signs(without_hidden_signs(name[:3]))


def test_sitting_councillors_capacities_and_bodies_are_protected(cast):
    ended = make_seat(person=make_person(name="Past Holder"), start_on=None, end_on="2020-01-01")
    make_capacity(make_user(public_name="Kit Penrose"))
    make_body(name="Nether Wick Parish Council")

    verdicts = {
        name: judge_name(name, protected_names(None))
        for name in ("Anne Reed", ended.person.name, "Kit Penrose", "Nether Wick Parish Council")
    }

    assert [verdict.value for verdict in verdicts.values()] == [
        "namesake",
        "free",
        "namesake",
        "office",
    ]


def test_councillors_name_is_refused_at_sign_up_until_it_is_said_to_be_ones_own(cast, client):
    refused = sign_up(client, "Anne Reed")

    html = refused.content.decode()
    assert refused.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()
    assert "Anne Reed (resident)" in html
    assert 'name="is_own_name"' in html
    assert 'value="new@example.org"' in html

    sign_up(client, "Anne Reed", is_own_name="on")

    person = User.objects.get(email="new@example.org")
    assert person.public_name == "Anne Reed (resident)"
    assert person.namesake.own_name == "Anne Reed"


@pytest.mark.parametrize(
    "name", ["\u0410nne Reed", "Anne\u200b Reed", "Anne \u202edeeR", "4nne Reed"]
)
def test_disguised_name_of_a_councillor_is_refused_whatever_is_said(cast, client, name):
    response = sign_up(client, name, is_own_name="on")

    assert response.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_councillor_may_have_their_own_name(cast, client_of):
    response = rename(client_of(cast.councillor), "Anne Reed")

    cast.councillor.refresh_from_db()
    assert response.status_code == 302
    assert cast.councillor.public_name == "Anne Reed"
    assert not Namesake.objects.exists()


def test_profile_asks_as_sign_up_does_and_keeps_what_was_typed(cast, client_of):
    client = client_of(cast.resident)

    html = rename(client, "anne reed").content.decode()
    assert 'value="anne reed"' in html
    assert 'name="is_own_name"' in html

    rename(client, "anne reed", is_own_name="on", language="cy")
    cast.resident.refresh_from_db()
    assert cast.resident.public_name == "anne reed (preswylydd)"
    profile = client.get("/cy" + reverse("accounts:profile-edit")).content.decode()
    assert 'value="anne reed"' in profile


def test_mark_stands_wherever_the_name_does(cast, client_of, client):
    rename(client_of(cast.resident), "Anne Reed", is_own_name="on")
    post = make_post(make_thread(cast.community), author=User.objects.get(pk=cast.resident.pk))
    client.logout()

    for address in (
        post.thread.get_absolute_url(),
        cast.resident.get_absolute_url(),
        f"/discussions/{post.thread_id}/feed.atom",
        "/search/?q=agree",
    ):
        html = client.get(address).content.decode()
        assert "Anne Reed (resident)" in html, address


def test_staff_find_namesakes_in_a_list_and_note_that_they_looked(cast, client_of):
    rename(client_of(cast.resident), "Anne Reed", is_own_name="on")
    client, address = client_of(cast.moderator), reverse("admin:accounts_namesake_changelist")
    namesake = Namesake.objects.get()

    assert "Anne Reed (resident)" in client.get(address).content.decode()
    assert "Namesakes of people in office" in client.get(reverse("admin:index")).content.decode()
    client.post(address, {"action": "see", "_selected_action": [namesake.pk]})

    namesake.refresh_from_db()
    assert namesake.seen_by == cast.moderator
    assert "Anne Reed (resident)" not in client.get(address).content.decode()
    assert "Anne Reed (resident)" in client.get(f"{address}?state=all").content.decode()


def test_who_was_there_before_a_councillor_is_marked_and_unmarked_afterwards(cast):
    honest = make_user(public_name="Olwen Tudge")
    imported = make_user(public_name="Olwen Tudge", email=None, import_key="old:1")
    seat = make_seat(person=make_person(name="Olwen Tudge"))

    task()
    honest.refresh_from_db()
    imported.refresh_from_db()
    assert honest.public_name == "Olwen Tudge (resident)"
    assert imported.public_name == "Olwen Tudge"
    assert mark_namesakes() == 0

    Councillor.objects.filter(pk=seat.pk).update(start_on=None, end_on="2020-01-01")
    assert mark_namesakes() == 1
    honest.refresh_from_db()
    assert honest.public_name == "Olwen Tudge"
    assert not Namesake.objects.exists()


def test_councillor_who_joined_before_they_were_linked_loses_the_mark(cast):
    user = make_user(public_name="Olwen Tudge")
    seat = make_seat(person=make_person(name="Olwen Tudge"))
    mark_namesakes()

    make_capacity(user, seat)
    mark_namesakes()

    user.refresh_from_db()
    assert user.public_name == "Olwen Tudge"


def test_ambassadors_name_is_protected_in_their_community_alone(cast):
    community = make_community()
    keeper, member, elsewhere = (make_user(public_name="Bron Pell") for _ in range(3))
    make_membership(member, community)
    make_membership(elsewhere, make_community())
    role = make_membership(keeper, community)

    change_role(role, by=cast.admin, role="ambassador")
    later = make_user(public_name="bron péll")
    join_community(community, by=later, digest="never")

    names = [User.objects.get(pk=one.pk).public_name for one in (keeper, member, elsewhere, later)]
    assert names == ["Bron Pell", "Bron Pell (resident)", "Bron Pell", "bron péll (resident)"]
    assert judge_name("Bron Pell", protected_names(elsewhere)) == Verdict.FREE
    assert mark_namesakes() == 0


def test_renaming_is_dated_on_the_persons_page_for_a_while(cast, client_of):
    client = client_of(cast.resident)
    rename(client, "Wren")
    day = timezone.localtime()

    html = client.get(cast.resident.get_absolute_url()).content.decode()
    assert f"Was called Resident until {day.day} {day:%B} {day.year}" in html
    assert AuditEntry.objects.filter(by=cast.resident, act="change name").count() == 1

    with time_machine.travel(timezone.now() + timezone.timedelta(days=91)):
        client = client_of(cast.resident)
        assert "Was called" not in client.get(cast.resident.get_absolute_url()).content.decode()


def test_renames_are_few_and_the_profile_says_so_before(cast, client_of, settings):
    settings.MAX_RENAMES = 2
    client, address = client_of(cast.resident), reverse("accounts:profile-edit")
    assert "2 times in 365 days" in client.get(address).content.decode()

    for name in ("Wren", "Robin", "Finch"):
        rename(client, name)

    cast.resident.refresh_from_db()
    assert cast.resident.public_name == "Robin"
    assert "You can do so again from" in client.get(address).content.decode()
    with pytest.raises(ValidationError, match="2 times"):
        change_profile(cast.resident, by=cast.resident, public_name="Finch", language="cy")
    assert rename(client, "Robin", language="cy").status_code == 302
    cast.resident.refresh_from_db()
    assert (cast.resident.public_name, cast.resident.language) == ("Robin", "cy")
    assert NameChange.objects.count() == 2


def test_nobody_is_renamed_while_suspended(cast, client_of):
    User.objects.filter(pk=cast.resident.pk).update(suspended_until="2999-01-01T00:00Z")

    rename(client_of(cast.resident), "Wren")

    cast.resident.refresh_from_db()
    assert cast.resident.public_name == "Resident"
    with pytest.raises(ValidationError, match="suspended"):
        change_profile(cast.resident, by=cast.resident, public_name="Wren", language="en-gb")


def test_service_refuses_what_the_form_would(cast):
    for name in ("Anne Reed", "Cllr Wren"):
        with pytest.raises(ValidationError):
            change_profile(cast.resident, by=cast.resident, public_name=name, language="en-gb")


def test_first_administrator_cannot_have_a_name_that_is_not_what_it_seems(settings):
    with pytest.raises(CommandError):
        call_command(
            "createsuperuser",
            interactive=False,
            email="first@example.org",
            public_name="Al\u202eex",
        )


def test_staff_find_people_however_their_names_are_typed(cast, client_of):
    make_user(public_name="Siân O’Dwyer")
    client = client_of(cast.admin)

    for typed in ("sian o'dwyer", "SIÂN", "o’dwyer"):
        html = client.get(reverse("admin:accounts_user_changelist"), {"q": typed}).content.decode()
        assert "Siân O’Dwyer" in html, typed


def test_proposed_community_is_not_called_like_a_council_or_a_councillor(cast, client_of):
    client = client_of(cast.resident)
    sent = {"description": "D", "reasons": "R", "looked": "1"}

    for name in ("Northmoor District Council", "Anne Reed", "N\u043erthmoor"):
        html = client.post(reverse("communities:proposal-create"), {**sent, "name": name})
        assert "There is a problem" in html.content.decode(), name
    response = client.post(
        reverse("communities:proposal-create"), {**sent, "name": "Council tax talk"}
    )
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("name", "is_address"),
    [
        ("Win at www.prizes.example", True),
        ("prizes.example", True),
        ("https://prizes", True),
        ("kay@prizes", True),
        ("Kay prizes．example", True),
        ("J. R. Smith", False),
        ("J.R. Smith", False),
        ("St. John Rivers", False),
        ("Sam (they/them)", False),
    ],
)
def test_names_that_mail_programs_would_link_are_refused(client, name, is_address):
    answer = sign_up(client, name)

    assert (judge_name(name, []) == Verdict.ADDRESS) is is_address
    assert User.objects.filter(email="new@example.org").exists() is not is_address
    if is_address:
        assert "This name has a web or e-mail address in it" in answer.content.decode()
