from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from communities.models import Area, Community, Membership
from communities.prepared import among, prepared
from tests.factories import make_area, make_community

VISITOR = AnonymousUser()


@prepared
def named(viewer, *, name):
    return Community.objects.visible_to(viewer).filter(name=name).select_related("area")


@prepared
def areas_on(viewer, *, day, parents):
    return Area.objects.open_on(day).filter(among("parent", parents)).order_by("pk")


@pytest.mark.parametrize(
    "name", ["visitor", "resident", "outsider", "ambassador", "moderator", "admin"]
)
def test_prepared_query_finds_what_the_queryset_finds(cast, name):
    viewer = getattr(cast, name, None) or VISITOR
    members = make_community(name="Weir", visibility="members", area=cast.ward)
    public = make_community(name="Heron", area=cast.ward)
    Membership.objects.create(user=cast.resident, community=members, rules_version=1)

    for community in (members, public, members, public):
        found = named(viewer, name=community.name)
        assert found == list(Community.objects.visible_to(viewer).filter(name=community.name))


def test_prepared_query_asks_once_and_joins(cast, django_assert_num_queries):
    make_community(name="Heron", area=cast.ward)
    make_community(name="Weir", area=None, kind="interest")

    with django_assert_num_queries(2):
        (heron,), (weir,) = named(VISITOR, name="Heron"), named(VISITOR, name="Weir")
        assert (heron.area, weir.area) == (cast.ward, None)


def test_prepared_query_serves_each_person_their_own(cast):
    members = make_community(name="Weir", visibility="members")
    Membership.objects.create(user=cast.resident, community=members, rules_version=1)

    people = [cast.resident, cast.neighbour, cast.resident]

    assert [len(named(person, name="Weir")) for person in people] == [1, 0, 1]


def test_prepared_query_takes_days_and_lists_of_keys(db):
    first, second, third = (make_area(kind="district") for _ in range(3))
    old = make_area(parent=first, valid_to=date(2020, 1, 1))
    new = make_area(parent=second)
    make_area(parent=third)
    parents = [first.pk, second.pk]

    assert areas_on(VISITOR, day=date(2019, 1, 1), parents=parents) == [old, new]
    assert areas_on(VISITOR, day=timezone.localdate(), parents=parents) == [new]
    assert areas_on(VISITOR, day=timezone.localdate(), parents=[]) == []


def test_prepared_query_that_looks_at_the_clock_is_refused(db):
    @prepared
    def frozen(viewer, *, parent):
        return Area.objects.current().filter(parent=parent)

    with pytest.raises(TypeError, match="frozen cannot be prepared"):
        frozen(VISITOR, parent=1)


def test_prepared_query_that_changes_a_value_is_refused(db):
    @prepared
    def changed(viewer, *, parent):
        return Area.objects.filter(parent=parent + 1)

    with pytest.raises(TypeError, match="changed cannot be prepared"):
        changed(VISITOR, parent=1)


def test_prepared_query_that_needs_a_second_query_is_refused(db):
    @prepared
    def fetched(viewer, *, parent):
        return Area.objects.filter(parent=parent).prefetch_related("communities")

    with pytest.raises(TypeError, match="by one query"):
        fetched(VISITOR, parent=1)


def test_prepared_query_refuses_what_would_change_its_sql(db):
    with pytest.raises(TypeError, match="NoneType"):
        named(VISITOR, name=None)


def test_prepared_queries_too_many_to_keep_ready_are_let_go(cast, monkeypatch):
    community = make_community(name="Heron", area=cast.ward)
    monkeypatch.setattr("communities.prepared.MOST_PLANNED", 2)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection.prepared_queries = (None, {})

    for viewer in (VISITOR, cast.resident, cast.moderator, VISITOR, cast.moderator, VISITOR):
        assert named(viewer, name="Heron") == [community]

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        kept = {name for (name,) in cursor.fetchall()}
    assert kept == set(connection.prepared_queries[1])
    assert len(kept) == 2
