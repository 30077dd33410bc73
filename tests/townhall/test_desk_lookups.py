"""What an address may ask the lists of the staff desk for: as their filters do, no more."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.admin import DeskAdmin

# What may be asked for, by list; a filter more is a line more.
ALLOWED = {
    "accounts.auditentry": {"subject_id", "subject_kind"},
    "accounts.namesake": {"state"},
    "accounts.user": {"is_active__exact", "is_staff__exact"},
    "communities.area": {"kind__exact"},
    "communities.community": {"kind__exact", "visibility__exact"},
    "communities.membership": {"role__exact"},
    "communities.moderatorscope": set(),
    "communities.proposal": {"state__exact"},
    "councillors.body": {"nation__exact"},
    "councillors.capacity": {"body__id__exact", "kind__exact"},
    "councillors.councillor": {"body__id__exact"},
    "councillors.person": set(),
    "discussions.post": {"hold_reason__exact", "status__exact"},
    "discussions.thread": {
        "is_locked__exact",
        "is_pinned__exact",
        "kind__exact",
        "status__exact",
    },
    "moderation.appeal": set(),
    "moderation.barrierreport": set(),
    "moderation.decision": {"rule__exact", "verb__exact"},
    "moderation.report": {"rule__exact", "state"},
    "notifications.mail": {"queue__exact", "state__exact"},
    "notifications.suppression": set(),
    "questions.question": {"body__id__exact", "state__exact"},
    "records.accessrequest": set(),
    "taggit.tag": set(),
}
SUFFIXES = ["", "__exact", "__startswith", "__regex", "__gt", "__in", "__isnull", "__contains"]
NAMES = {model._meta.label_lower: model for model in admin.site._registry}
DEPTH = 3  # from a membership over its person to a token of an e-mail address


def paths(model, depth=DEPTH, seen=()):
    """List the ways from a model over its relations to every field."""
    for field in model._meta.get_fields():
        yield field.name
        related = field.related_model if field.is_relation else None
        if related and depth > 1 and related not in seen and not isinstance(related, str):
            for path in paths(related, depth - 1, (*seen, model)):
                yield f"{field.name}__{path}"


def test_table_names_every_list():
    assert set(ALLOWED) == set(NAMES)
    assert all(isinstance(desk, DeskAdmin) for desk in admin.site._registry.values())


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_list_is_narrowed_down_by_its_filters_alone(name, rf, cast):
    request = rf.get("/admin/")
    request.user = cast.admin
    desk = admin.site._registry[NAMES[name]]
    asked = {f"{path}{suffix}" for path in paths(NAMES[name]) for suffix in SUFFIXES}

    allowed = {lookup for lookup in asked if desk.lookup_allowed(lookup, "x", request)}

    nulls = {lookup for lookup in allowed if lookup.endswith("__isnull")}
    filtered = {lookup.removesuffix("__exact").removesuffix("__id") for lookup in ALLOWED[name]}
    assert {lookup.removesuffix("__isnull") for lookup in nulls} <= filtered
    assert allowed - nulls == {lookup for lookup in ALLOWED[name] if lookup in asked}
    assert all(desk.lookup_allowed(lookup, "x", request) for lookup in ALLOWED[name])


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("accounts_user", "password__startswith=argon2"),
        ("accounts_user", "password__startswith=argon3"),
        ("accounts_user", "email__startswith=a"),
        ("accounts_user", "emailaddress__email__startswith=a"),
        ("accounts_user", "emailaddress__emailconfirmation__key__startswith=a"),
        ("accounts_user", "logentry__session__startswith=a"),
        ("accounts_user", "ordering=password"),
        ("accounts_user", "_to_field=password"),
        ("accounts_user", "_popup=1&_to_field=password"),
        ("communities_membership", "user__password__startswith=a"),
        ("discussions_post", "author__password__startswith=a"),
        ("discussions_post", "import_key__startswith=a"),
        ("councillors_person", "user__password__startswith=a"),
        ("notifications_mail", "text__contains=token"),
    ],
)
def test_lookup_of_what_no_page_shows_is_a_bad_request(cast, client_of, name, asked):
    response = client_of(cast.admin).get(f"{reverse(f'admin:{name}_changelist')}?{asked}")

    assert response.status_code == 400
    assert "We did not understand that" in response.content.decode()


def test_words_of_filters_and_links_still_narrow_a_list_down(cast, client_of):
    client = client_of(cast.admin)

    staff = client.get(f"{reverse('admin:accounts_user_changelist')}?is_staff__exact=1&o=-1&q=Sam")
    trail = client.get(
        f"{reverse('admin:accounts_auditentry_changelist')}?subject_kind=user&subject_id=1"
    )

    assert {person.public_name for person in staff.context["cl"].result_list} == {"Sam Whitlock"}
    assert trail.status_code == 200


@pytest.mark.parametrize("act", ["change", "delete"])
@pytest.mark.parametrize("to_field", ["", "password", "email", "made-up"])
def test_page_of_a_row_is_found_by_its_number_alone(cast, client_of, act, to_field):
    address = reverse(f"admin:accounts_user_{act}", args=[cast.resident.pk])

    response = client_of(cast.admin).get(f"{address}?_to_field={to_field}")

    found = {"change": 200, "delete": 403}[act]  # a person is closed, not deleted
    assert response.status_code == (400 if to_field else found)


@pytest.mark.parametrize("model", ["auditentry", "membership", "user"])
def test_suggestions_of_rows_are_offered_for_no_field(cast, client_of, model):
    asked = f"app_label=accounts&model_name={model}&field_name=by&term=argon"

    response = client_of(cast.moderator).get(f"{reverse('admin:autocomplete')}?{asked}")

    assert response.status_code == 403
