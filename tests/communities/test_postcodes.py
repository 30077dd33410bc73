"""One look-up of postcodes, whoever asks: the home page, a proposal, a place."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.forms import ProposalForm
from communities.models import Area, PostcodeArea
from tests.factories import make_area, make_postcode
from townhall.places import find_place

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def ward():
    return make_area(name="Millbrook")


@pytest.fixture
def link(ward):
    make_postcode("NM4 2AB", ward)
    return PostcodeArea.objects.get()


def proposed(where):
    given = {"name": "Cyclists", "where": where, "description": "Cycling.", "reasons": "Many."}
    form = ProposalForm({**given, "links": ""})
    return form.cleaned_data["area"] if form.is_valid() else form.errors["where"]


LINKS = [({}, True)] + [
    ({name: timezone.localdate() + days * DAY}, is_known)
    for name, days, is_known in (
        ("valid_to", 0, True),
        ("valid_to", -1, False),
        ("valid_from", 0, True),
        ("valid_from", 1, False),
    )
]


@pytest.mark.parametrize(("dates", "is_known"), LINKS)
def test_postcode_is_known_everywhere_or_nowhere(client, ward, link, dates, is_known):
    PostcodeArea.objects.update(**dates)

    at_home = client.get("/", {"postcode": "nm4 2ab"})
    of_beginning = find_place("NM4")

    assert at_home.status_code == (302 if is_known else 200)
    assert of_beginning.wards == ([ward] if is_known else [])
    assert (proposed("nm4-2ab") == ward) is is_known
    if not is_known:
        assert find_place("NM4 2AB").problem == "unknown"
        assert "We know no place of this name or postcode" in str(proposed("NM4 2AB"))


@pytest.mark.parametrize("typed", ["NM4 2AB", "nm42ab", "NM4-2AB", " n m4  2ab "])
def test_postcode_is_known_however_it_is_typed(ward, link, typed):
    assert find_place(typed).wards == [ward]
    assert proposed(typed) == ward


def test_postcode_of_an_earlier_ward_leads_to_the_present_one(ward, link):
    PostcodeArea.objects.update(valid_to=timezone.localdate() - DAY)
    present = make_area(name="Mill and Brook")
    PostcodeArea.objects.create(postcode=link.postcode, area=present)

    assert find_place("NM4 2AB").wards == [present]
    assert proposed("NM4 2AB") == present


def sharing(area):
    day = timezone.localdate()
    return list(Area.objects.open_on(day).sharing_postcodes(area.pk, area.kind, day))


@pytest.mark.parametrize("side", ["ward", "parish"])
def test_place_has_nothing_in_common_with_where_its_postcodes_lay(client, ward, link, side):
    parish = make_area(kind="parish", name="Old Mill")
    PostcodeArea.objects.create(postcode=link.postcode, area=parish)
    assert sharing(ward) == [parish]

    yesterday = timezone.localdate() - DAY
    PostcodeArea.objects.filter(area__kind=side).update(valid_to=yesterday)

    assert sharing(ward) == []
    assert client.get(reverse("place-detail", args=[ward.code])).status_code == 200


def test_closed_place_still_has_in_common_what_it_had(ward, link):
    parish = make_area(kind="parish", name="Old Mill")
    PostcodeArea.objects.create(postcode=link.postcode, area=parish)
    yesterday = timezone.localdate() - DAY
    PostcodeArea.objects.filter(area=ward).update(valid_to=yesterday)
    Area.objects.filter(pk=ward.pk).update(valid_to=yesterday)

    assert sharing(ward) == [parish]
