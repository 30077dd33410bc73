"""How many queries each page may ask, whatever the number of items on it.

Each row: page, viewer, queries. A member's page also asks for the session and the person (2),
a public page of a visitor for the versions that it depends on (1).
"""

import pytest

from communities.models import Area, Community, Membership, Proposal
from discussions.models import Draft, Post, Thread
from discussions.services import edit_post, ignore_person, keep_post, lock_thread, thank
from questions import services as questions
from tests.factories import (
    make_area,
    make_community,
    make_image,
    make_membership,
    make_outcome,
    make_post,
    make_postcode,
    make_question,
    make_report,
    make_seat,
    make_thread,
    make_user,
)

BUDGETS = [
    # threads, waiting questions, answered ones, communities
    ("home", "visitor", 5),
    # the same; my communities
    ("home", "resident", 7),
    ("places", "visitor", 2),
    ("places-map", "visitor", 2),
    # the wards of the postcode
    ("postcode", "visitor", 2),
    # area, places around, seats, communities, threads, questions, places inside, neighbours
    ("place", "visitor", 9),
    ("place", "resident", 10),
    ("communities", "visitor", 2),
    # communities, mine
    ("communities", "resident", 4),
    # community with its links and who reads along, pinned, threads;
    # once in five minutes its figures
    ("community", "visitor", 5),
    # the same; membership
    ("community", "resident", 7),
    ("community-new-rules", "resident", 7),
    # community; who says that they have read them comes back to it
    ("rules-accept", "resident", 3),
    # the same; threads in two steps: unread ones, others
    ("community-unread", "resident", 8),
    # community, membership, figures, threads
    ("community-questions", "visitor", 4),
    # the same; tag
    ("community-tagged", "visitor", 5),
    ("community-tagged", "resident", 7),
    # community, tags
    ("community-tags", "visitor", 3),
    # thread with its tags and who reads along, posts
    ("thread", "visitor", 3),
    # the same; membership, capacities, how much may be written for now; reading mark
    ("thread", "ambassador", 8),
    ("thread-read", "ambassador", 7),
    ("thread-new-rules", "ambassador", 8),
    # thread, numbers of newer posts
    ("fresh", "visitor", 3),
    ("fresh", "resident", 4),
    # the same; posts, membership; reading mark
    ("fresh-shown", "resident", 7),
    # post, whether its words may be read
    ("words", "visitor", 2),
    # post, bookmark, ignored
    ("more", "resident", 5),
    ("ignored", "resident", 3),
    # community, acts
    ("acts", "visitor", 3),
    # community, membership, newcomers, their first posts, held, threads, acts; membership again
    # for what may be set, scopes for deciding
    ("desk", "ambassador", 11),
    # community, membership, thread; membership for each of pin, lock, tag, slow and outcome;
    # tags of the thread, tags to pick from, where it could go, outcome
    ("desk-thread", "ambassador", 14),
    # the same; my rights
    ("desk-thread", "moderator", 17),
    # the same; my scopes, who locked it last
    ("desk-thread-locked", "ambassador", 16),
    # proposals
    ("proposals", "resident", 3),
    # memberships with how much is unread, threads, questions
    ("mine", "resident", 5),
    ("mine-unread", "resident", 5),
    ("mine-followed", "resident", 5),
    ("mine-started", "resident", 5),
    # memberships, bookmarks or drafts, questions
    ("mine-kept", "resident", 5),
    ("mine-drafts", "resident", 5),
    # tag, threads
    ("tag", "visitor", 3),
    # person, what they were called lately, offices, posts
    ("person", "visitor", 5),
    ("person-in-office", "visitor", 5),
    # the same; whether they are ignored
    ("person", "neighbour", 7),
    # how many of the newest posts match, posts
    ("search", "visitor", 2),
    ("search", "resident", 4),
    # community, tag, people; how many match, posts
    ("search-narrowed", "visitor", 5),
    ("search-narrowed", "resident", 7),
    # the last post before that day; how many match, posts; words near it, those in titles
    ("search-past", "visitor", 5),
    # the same two, words near it, those in titles, the same two
    ("search-slip", "visitor", 6),
    # post with its thread, wordings
    ("history", "visitor", 2),
    # picture
    ("picture", "visitor", 1),
    # session and person; post with its thread, membership, capacities, pictures, draft
    ("edit", "resident", 7),
    # community, posts
    ("feed", "visitor", 3),
    # thread, posts
    ("thread-feed", "visitor", 3),
    # tag, posts
    ("tag-feed", "visitor", 3),
    # bodies, seats, vacancies
    ("councillors", "visitor", 4),
    # person, seats, waiting, answered, posts, days of answers
    ("councillor", "visitor", 7),
    ("questions", "visitor", 2),
    ("log", "visitor", 2),
    ("about", "visitor", 1),
    # reports, by month; decisions; appeals; waiting twice; questions, older ones
    ("moderation", "visitor", 9),
    ("promises", "visitor", 9),
    ("promises", "resident", 10),
    # the highest number of areas, communities, people and threads
    ("sitemap", "visitor", 5),
    ("sitemap-places", "visitor", 2),
    ("sitemap-communities", "visitor", 2),
    ("sitemap-councillors", "visitor", 2),
    ("sitemap-threads", "visitor", 2),
    # a form, so not shared: no versions
    ("barrier", "visitor", 0),
    # deliveries, whether any is unread
    ("notifications", "resident", 4),
    # preference, memberships
    ("settings", "resident", 4),
    # session, person, rights of person and groups, reports and their count
    ("reports", "moderator", 6),
    # session, person; size, mail that waits, latest mail, outbox, digests, tables applied (2),
    # deleting what is old, last back-up, pictures
    ("state", "admin", 12),
]


def fill(cast, items):
    """Put so many items on every page."""
    Area.objects.filter(pk=cast.ward.pk).update(
        outline="M0 0h9v9z", box_left=0, box_top=0, box_right=9, box_bottom=9
    )
    for number in range(items):
        thread = make_thread(cast.community, author=cast.neighbour, title="Heron", tags=["weir"])
        picture = make_image(cast.resident)
        post = make_post(thread, author=cast.resident, body="A heron.", pictures=[picture])
        thank(post, by=cast.neighbour)
        keep_post(post, by=cast.resident)
        ignore_person(make_post(thread).author, by=cast.resident)
        Draft.objects.create(user=cast.resident, thread=thread, body="Begun")
        make_report(post)
        edit_post(post, by=cast.resident, body="A grey heron.", edition=1, pictures=[picture])
        make_seat(area=cast.ward, body=cast.body)
        make_postcode(f"NM4 {number}AB", cast.ward, make_area(kind="parish"))
        make_membership(cast.resident, make_community(area=cast.ward))
        question = make_question(seat=cast.seat, author=cast.resident, community=cast.community)
        questions.open_question(question, by=cast.moderator)
        lock_thread(thread, True, by=cast.moderator, reason="Said.")
        lock_thread(thread, False, by=cast.moderator, reason="More.")
        hold_one(cast, number)
        Proposal.objects.create(proposer=cast.resident, name="Birds")
    make_outcome(thread)
    make_post(thread, author=cast.councillor, capacity=cast.councillor.capacities.get())
    return thread


def hold_one(cast, number):
    """Put a newcomer's first post on the desk, and another newcomer who has written."""
    person = make_user()
    make_membership(person, cast.community)
    make_post(cast.community.threads.first(), author=person)
    held = make_thread(cast.community, author=make_user(), title=f"Held {number}")
    Post.objects.filter(thread=held).update(status="pending", number=None, hold_reason="newcomer")
    Thread.objects.filter(pk=held.pk).update(status="pending", last_number=0)


ADDRESSES = {
    "home": "/",
    "postcode": "/?postcode=NM4+0AB",
    "places": "/places/",
    "places-map": "/places/map.svg",
    "communities": "/communities/",
    "ignored": "/mine/ignored/",
    "mine-unread": "/mine/?show=unread",
    "mine-followed": "/mine/?show=followed",
    "mine-started": "/mine/?show=mine",
    "mine-kept": "/mine/?show=bookmarked",
    "mine-drafts": "/mine/?show=drafts",
    "tag-feed": "/tags/weir/feed.atom",
    "proposals": "/communities/proposals/",
    "mine": "/mine/",
    "tag": "/tags/weir/",
    "search": "/search/?q=heron",
    "search-slip": "/search/?q=hreon",
    "search-past": "/search/?q=heron&until=2020-01-01",
    "councillors": "/councillors/",
    "councillor": "/councillors/anne-reed/",
    "questions": "/questions/",
    "log": "/moderation/log/",
    "about": "/about/",
    "moderation": "/about/moderation/",
    "promises": "/about/promises/",
    "barrier": "/about/barrier/",
    "sitemap": "/sitemap.xml",
    "sitemap-places": "/sitemaps/places-0.xml",
    "sitemap-communities": "/sitemaps/communities-0.xml",
    "sitemap-councillors": "/sitemaps/councillors-0.xml",
    "sitemap-threads": "/sitemaps/threads-0.xml",
    "notifications": "/notifications/",
    "settings": "/notifications/settings/",
    "reports": "/admin/moderation/report/",
    "state": "/admin/state/",
}


def address_of(page, cast, thread):
    return ADDRESSES.get(page) or made_address_of(page, cast, thread)


def made_address_of(page, cast, thread):
    community = Community.objects.get(pk=cast.community.pk)
    post, office = thread.posts.first(), cast.councillor.capacities.get()
    return {
        "place": cast.ward.get_absolute_url(),
        "community": community.get_absolute_url(),
        "community-unread": community.get_absolute_url(),
        "community-new-rules": community.get_absolute_url(),
        "rules-accept": f"{community.get_absolute_url()}rules/",
        "community-questions": f"{community.get_absolute_url()}?show=questions",
        "community-tagged": f"{community.get_absolute_url()}?tag=weir",
        "community-tags": f"{community.get_absolute_url()}tags/",
        "fresh": f"/discussions/{thread.pk}/fresh/?after=1",
        "fresh-shown": f"/discussions/{thread.pk}/fresh/?after=1&show=1",
        "words": f"/posts/{post.pk}/words/",
        "more": f"/posts/{post.pk}/more/",
        "person-in-office": f"{cast.councillor.get_absolute_url()}?as={office.pk}",
        "thread-feed": f"/discussions/{thread.pk}/feed.atom",
        "thread": thread.get_absolute_url(),
        "thread-read": thread.get_absolute_url(),
        "thread-new-rules": thread.get_absolute_url(),
        "acts": f"/communities/{community.slug}/acts/",
        "desk": f"/communities/{community.slug}/desk/",
        "desk-thread": f"/communities/{community.slug}/desk/threads/{thread.pk}/",
        "desk-thread-locked": f"/communities/{community.slug}/desk/threads/{thread.pk}/",
        "person": cast.resident.get_absolute_url(),
        "search-narrowed": f"/search/?q=heron&community={community.slug}&tag=weir"
        "&person=neighbour&kind=discussion&since=2020-01-01&until=2999-01-01",
        "history": f"/posts/{thread.posts.get(number=2).pk}/history/",
        "picture": f"/images/{thread.posts.get(number=2).images.get().pk}/small/",
        "edit": f"/posts/{thread.posts.get(number=2).pk}/edit/",
        "feed": f"/communities/{community.slug}/feed.atom",
    }[page]


@pytest.mark.parametrize("items", [1, 3])
@pytest.mark.parametrize(("which", "viewer", "budget"), BUDGETS)
def test_page_asks_no_more_queries(
    cast, client_of, django_assert_num_queries, which, viewer, budget, items
):
    thread = fill(cast, items)
    address = address_of(which, cast, thread)
    client = client_of(getattr(cast, viewer))
    if which == "thread-read":
        client.get(address)
    if which == "desk-thread-locked":
        lock_thread(thread, True, by=cast.moderator, reason="Said.")
    if which == "community-unread":
        Membership.objects.filter(user=cast.resident).update(thread_order="unread")

    if which.endswith("-new-rules"):
        Community.objects.filter(pk=cast.community.pk).update(rules_version=2)

    with django_assert_num_queries(budget):
        response = client.get(address, headers={"X-Fragment": "yes"})

    assert response.status_code in {200, 302}
