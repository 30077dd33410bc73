import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from communities.models import Area, Community, Membership, ModeratorScope
from tests.factories import make_area, make_community, make_membership, make_user

LISTS = ["area", "community", "membership", "moderatorscope"]


def list_of(model):
    return reverse(f"admin:communities_{model}_changelist")


def page_of(row):
    return reverse(f"admin:communities_{row._meta.model_name}_change", args=[row.pk])


def fill(cast, rows):
    for _ in range(rows):
        area = make_area(parent=cast.ward, boundary={"type": "Polygon", "coordinates": []})
        community = make_community(area=area)
        membership = make_membership(make_user(), community)
        scope = ModeratorScope.objects.create(user=membership.user, area=area)
    return {"area": area, "community": community, "membership": membership, "moderatorscope": scope}


def read(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in context]


def three_links():
    links = {"links-TOTAL_FORMS": "3"}
    for number in range(3):
        links[f"links-{number}-title"] = f"Link {number}"
        links[f"links-{number}-url"] = f"https://example.org/{number}"
        links[f"links-{number}-position"] = str(number)
    return links


def community_form(**fields):
    return {
        "name": "Weir friends",
        "slug": "weir-friends",
        "kind": "interest",
        "area": "",
        "description": "Birds and water.",
        "visibility": "public",
        "rules": "",
        "archived_at": "",
        "links-TOTAL_FORMS": "0",
        "links-INITIAL_FORMS": "0",
        **fields,
    }


@pytest.mark.parametrize("model", LISTS)
def test_list_costs_the_same_for_one_row_and_three(cast, client_of, model):
    client = client_of(cast.admin)
    fill(cast, 1)
    one = read(client, list_of(model))
    fill(cast, 2)

    assert len(read(client, list_of(model))) == len(one)


@pytest.mark.parametrize("model", LISTS)
def test_pages_never_load_a_boundary(cast, client_of, model):
    row = fill(cast, 1)[model]
    client = client_of(cast.admin)

    asked = read(client, list_of(model)) + read(client, page_of(row))

    assert [sql for sql in asked if '"boundary"' in sql] == []


@pytest.mark.parametrize("model", LISTS)
def test_list_is_closed_to_moderators(cast, client_of, model):
    assert client_of(cast.moderator).get(list_of(model)).status_code == 403


def test_area_names_what_it_lies_in(cast, client_of):
    parish = make_area(kind="parish", parent=cast.ward)

    html = client_of(cast.admin).get(page_of(parish)).content.decode()

    assert "Millbrook" in html


def test_area_is_changed_and_recorded(cast, client_of):
    form = {"code": cast.ward.code, "name": "Mill Brook", "kind": "ward", "parent": ""}

    client_of(cast.admin).post(page_of(cast.ward), form)

    cast.ward.refresh_from_db()
    assert (cast.ward.name, cast.ward.parent) == ("Mill Brook", None)
    entry = AuditEntry.objects.get(subject_kind="area")
    assert (entry.by, entry.act, entry.subject_id) == (cast.admin, "change", cast.ward.pk)


@pytest.mark.parametrize("parent", ["0", "nonsense", str(10**30)])
def test_area_in_a_place_that_is_none_says_so(cast, client_of, parent):
    form = {"code": cast.ward.code, "name": "Mill Brook", "kind": "ward", "parent": parent}

    response = client_of(cast.admin).post(page_of(cast.ward), form)

    assert response.status_code == 200
    assert Area.objects.get(pk=cast.ward.pk).name == "Millbrook"


def test_community_is_opened_with_its_rules_rendered(cast, client_of):
    client_of(cast.admin).post(
        reverse("admin:communities_community_add"),
        community_form(rules="Be **kind**.") | three_links(),
    )

    community = Community.objects.get(slug="weir-friends")
    assert (community.rules, community.rules_version) == ("Be **kind**.", 1)
    assert "<strong>kind</strong>" in community.rules_html
    assert [(act.kind, act.by) for act in community.acts.all()] == [("open", cast.admin)]


def test_community_is_not_opened_without_local_links(cast, client_of):
    client = client_of(cast.admin)
    two = three_links() | {"links-TOTAL_FORMS": "2"}

    response = client.post(reverse("admin:communities_community_add"), community_form() | two)

    assert "A community needs at least 3 local links; these are 2." in response.content.decode()
    assert not Community.objects.filter(slug="weir-friends").exists()


def test_community_does_not_lose_its_last_links(cast, client_of):
    client = client_of(cast.admin)
    client.post(reverse("admin:communities_community_add"), community_form() | three_links())
    community = Community.objects.get(slug="weir-friends")
    links = three_links() | {"links-INITIAL_FORMS": "3", "links-0-DELETE": "on"}
    for number, link in enumerate(community.links.all()):
        links |= {f"links-{number}-id": link.pk, f"links-{number}-community": community.pk}

    response = client.post(page_of(community), community_form() | links)

    assert "at least 3 local links" in response.content.decode()
    assert community.links.count() == 3


def test_community_with_new_rules_has_a_new_version(cast, client_of):
    community = make_community(rules="Be kind.")
    form = community_form(name="Other name", rules="Be **very** kind.")

    client_of(cast.admin).post(page_of(community), form)

    community.refresh_from_db()
    assert (community.name, community.rules_version) == ("Other name", 2)
    assert "<strong>very</strong>" in community.rules_html


def test_community_with_the_same_rules_keeps_its_version(cast, client_of):
    community = make_community(rules="Be kind.")

    client_of(cast.admin).post(page_of(community), community_form(rules="Be kind."))

    community.refresh_from_db()
    assert (community.slug, community.rules_version) == ("weir-friends", 1)


def test_community_of_a_place_needs_its_area(cast, client_of):
    client = client_of(cast.admin)

    response = client.post(
        reverse("admin:communities_community_add"), community_form(kind="area") | three_links()
    )

    assert response.status_code == 200
    assert not Community.objects.filter(slug="weir-friends").exists()


def test_community_gets_local_links(cast, client_of):
    community = make_community()
    link = {"links-0-title": "Library", "links-0-url": "https://example.org", "links-0-position": 1}

    client_of(cast.admin).post(
        page_of(community), community_form(**link, **{"links-TOTAL_FORMS": "1"})
    )

    assert [str(link) for link in community.links.all()] == ["Library"]


def test_member_becomes_ambassador(cast, client_of):
    membership = Membership.objects.get(user=cast.resident)
    form = {"role": "ambassador", "silenced_until": ""}

    client_of(cast.admin).post(page_of(membership), form)

    membership.refresh_from_db()
    assert membership.role == "ambassador"
    trail = AuditEntry.objects.filter(subject_kind="membership")
    assert set(trail.values_list("by", flat=True)) == {cast.admin.pk}


def test_membership_page_changes_only_what_staff_may(cast, client_of):
    form = client_of(cast.admin).get(page_of(Membership.objects.get(user=cast.resident)))

    assert set(form.context["adminform"].form.fields) == {"role", "silenced_until"}


def test_scope_is_for_an_area_or_a_community(cast, client_of):
    client, address = client_of(cast.admin), reverse("admin:communities_moderatorscope_add")
    both = {"user": cast.outsider.pk, "area": cast.ward.pk, "community": cast.community.pk}

    refused = [
        client.post(address, form).content.decode()
        for form in (both, {**both, "area": "", "community": ""})
    ]
    client.post(address, {**both, "area": ""})

    assert ["Choose either an area or a community." in html for html in refused] == [True, True]
    assert ModeratorScope.objects.get().community == cast.community
