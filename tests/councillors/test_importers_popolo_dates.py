"""Memberships of Popolo files that are dated by something else, or held by nobody here."""

import pytest
from django.core.management import CommandError

from councillors.models import Councillor, Person
from tests.councillors.test_importers_popolo import COUNCIL, SAM, run, seat

pytestmark = pytest.mark.django_db


def term(number, start="", end="", **more):
    dates = {"start_date": start, "end_date": end}
    given = {name: day for name, day in dates.items() if day}
    return {
        "id": f"term/{number}",
        "classification": "legislative period",
        "organization_id": "legislature/moor",
        **given,
        **more,
    }


def in_term(person, number, **more):
    return seat(person, legislative_period_id=f"term/{number}", **more)


def dates():
    seats = Councillor.objects.order_by("start_on").values_list("start_on", "end_on")
    return [tuple(str(day or "") for day in each) for each in seats]


def test_membership_ends_with_its_legislative_period(tmp_path):
    terms = [term(1, "2012", "2016-10-22"), term(2, "2016-10-23")]

    run(tmp_path, in_term("anne", 1), in_term("anne", 2), in_term("sam", 1), events=terms)

    assert dates() == [
        ("2012-01-01", "2016-10-22"),
        ("2012-01-01", "2016-10-22"),
        ("2016-10-23", ""),
    ]


def test_own_dates_of_a_membership_come_first(tmp_path):
    own = {"start_date": "2013-05-01", "end_date": "2014-06-30"}

    run(tmp_path, in_term("anne", 1, **own), events=[term(1, "2012", "2016-10-22")])

    assert dates() == [("2013-05-01", "2014-06-30")]


def test_period_that_names_no_end_ends_before_the_next_of_its_body(tmp_path):
    elsewhere = term(9, "2014", organization_id="legislature/fell")
    terms = [term(2, "2016-10-23"), elsewhere, term(1, "2012-10-20")]

    run(tmp_path, in_term("anne", 1), in_term("sam", 2), events=terms)

    assert dates() == [("2012-10-20", "2016-10-22"), ("2016-10-23", "")]


def test_periods_of_an_organization_are_known_too(tmp_path):
    council = {**COUNCIL, "legislative_periods": [term(1, "2012", "2016")]}

    run(tmp_path, in_term("anne", 1), organizations=[council])

    assert dates() == [("2012-01-01", "2016-12-31")]


def test_membership_ends_with_an_event(tmp_path):
    events = [
        {"id": "election/2012", "classification": "election", "start_date": "2012-10-27"},
        {"id": "election/2016", "classification": "election", "start_date": "2016-10-22"},
    ]
    dated = seat("anne", start_event_id="election/2012", end_event={"id": "election/2016"})

    run(tmp_path, dated, events=events)

    assert dates() == [("2012-10-27", "2016-10-22")]


def test_period_that_the_file_lacks_is_refused(tmp_path):
    with pytest.raises(CommandError, match="the file has no legislative_period 'term/7'"):
        run(tmp_path, in_term("anne", 7), events=[term(1, "2012")])


def test_import_of_periods_again_changes_nothing(tmp_path):
    terms = [term(1, "2012"), term(2, "2016-10-23")]
    members = [in_term("anne", 1), in_term("anne", 2), in_term("sam", 2)]
    run(tmp_path, *members, events=terms)

    said = run(tmp_path, *members, events=terms)

    assert "seats: 0 added, 0 changed, 3 left, 0 refused" in said


@pytest.mark.parametrize(
    "holder",
    [
        {"person_id": "club/bridge"},
        {"person_id": None, "member_id": "club/bridge"},
        {"person_id": None, "member": {"@type": "Organization", "id": "club/bridge"}},
        {"person_id": None, "member": {"id": "club/bridge"}},
    ],
)
def test_membership_of_an_organisation_is_refused_by_itself(tmp_path, holder):
    club = {"id": "club/bridge", "name": "Bridge club", "classification": "club"}

    said = run(tmp_path, seat("anne", **holder), seat("sam"), organizations=[COUNCIL, club])

    assert "membership 1 refused: club/bridge is an organisation" in said
    assert "seats: 1 added, 0 changed, 0 left, 1 refused" in said
    assert Councillor.objects.get().person.name == "Sam Hill"


def test_person_called_vacant_is_a_vacancy(tmp_path):
    nobody = {"id": "moor/vacant", "name": "(Vacant)"}

    run(tmp_path, seat("vacant"), seat("sam"), persons=[SAM, nobody])

    assert set(Councillor.objects.values_list("person__name", flat=True)) == {None, "Sam Hill"}
    assert Person.objects.count() == 1
