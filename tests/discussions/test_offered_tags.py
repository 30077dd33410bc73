"""The tags that members pick from when they start a thread."""

import pytest
from django.urls import reverse

from discussions.services import set_status
from tests.factories import make_community, make_decision, make_thread


@pytest.fixture
def offered(cast, client_of):
    def ask(member=cast.resident, community=cast.community):
        address = reverse("discussions:thread-create", args=[community.slug])
        fields = client_of(member).get(address).context["form"].fields
        return [name for name, _label in fields["tags"].choices] if "tags" in fields else []

    return ask


def test_each_tag_of_a_community_is_offered_once(cast, offered):
    make_thread(cast.community, tags=["weir", "bins"])
    make_thread(cast.community, tags=["weir"])
    make_thread(make_community(), tags=["otter"])

    assert offered() == ["bins", "weir"]


def test_tags_of_what_is_hidden_are_not_offered(cast, offered):
    hidden = make_thread(cast.community, author=cast.resident, tags=["unkind"])
    post = hidden.posts.get()
    make_decision(post, verb="hide", rule="abuse", reason="Unkind.")
    set_status(post, "hidden", by=cast.moderator)

    assert offered() == []
    assert offered(cast.ambassador) == []
