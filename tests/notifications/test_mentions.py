import pytest
from django.utils import timezone

from accounts.models import Announcement, User
from accounts.services import announce
from discussions.models import Ignore, Mention, Post
from discussions.services import Writing, edit_post, follow_thread, reply, set_status
from notifications.models import AlertWindow, Delivery, Mail, Preference
from notifications.services import queue_alerts, queue_deliveries
from notifications.services.rechecks import recheck
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    thread = make_thread(title="The weir")
    queue_deliveries()
    return thread


@pytest.fixture
def kay(thread):
    person = make_user(public_name="Kay")
    make_membership(person, thread.community, digest="never")
    return person


def kinds_told(person):
    while queue_deliveries():
        pass
    return list(Delivery.objects.filter(user=person).order_by("pk").values_list("kind", flat=True))


def test_whom_a_post_names_is_told_and_so_are_followers(thread, kay):
    make_post(thread, body="@Kay, look.")

    assert kinds_told(kay) == ["mention"]
    assert kinds_told(thread.author) == ["reply"]


def test_follower_who_is_named_is_told_once(thread, kay):
    follow_thread(thread, by=kay, mode="follow")

    make_post(thread, body="@Kay, look.")

    assert kinds_told(kay) == ["mention"]


def test_whoever_mutes_the_thread_is_not_told(thread, kay):
    follow_thread(thread, by=kay, mode="mute")

    make_post(thread, body="@Kay, look.")

    assert kinds_told(kay) == []


def test_whoever_ignores_the_author_is_told_neither_of_names_nor_of_replies(thread, kay):
    author, other = make_user(), make_user()
    follow_thread(thread, by=kay, mode="follow")
    Ignore.objects.create(user=kay, ignored=author)

    make_post(thread, author=author, body="@Kay, look.")
    make_post(thread, author=author, body="Well?")
    assert kinds_told(kay) == []
    make_post(thread, author=other, body="@Kay, look.")
    assert kinds_told(kay) == ["mention"]


def test_only_who_may_still_see_the_post_is_told():
    community = make_community(visibility="members")
    thread = make_thread(community)
    kay = make_user(public_name="Kay")
    make_membership(kay, community, digest="never")
    make_post(thread, body="@Kay, look.")

    kay.memberships.all().delete()

    assert kinds_told(kay) == []


def test_held_post_tells_nobody_until_it_is_published(cast):
    cast.community.hold_first_posts = True
    cast.community.save()
    thread = make_thread(cast.community, author=cast.moderator)

    post = reply(thread, by=cast.resident, writing=Writing("@Neighbour, look."))
    assert kinds_told(cast.neighbour) == []
    set_status(post, Post.Status.PUBLISHED, by=cast.moderator)

    assert kinds_told(cast.neighbour) == ["mention"]


def test_mention_comes_by_mail_in_words_of_its_own(thread, kay):
    author = make_user(public_name="Bev")
    make_post(thread, author=author, body="@Kay, look at the weir.")
    kinds_told(kay)

    queue_alerts()

    mail = Mail.objects.get(user=kay)
    assert mail.subject == "Bev named you in “The weir”"
    assert "@Kay, look at the weir." in mail.text
    assert "List-Unsubscribe" in mail.headers
    assert recheck([mail]) == {}


def test_mention_and_replies_of_one_thread_are_told_apart_in_one_mail(thread, kay):
    follow_thread(thread, by=kay, mode="follow")
    for body in ("@Kay, look.", "@Kay, well?", "A heron."):
        make_post(thread, body=body)
    kinds_told(kay)

    queue_alerts()

    mail = Mail.objects.get(user=kay)
    assert mail.subject == "News for you: 2 posts that name you, 1 new post"
    assert mail.text.index("> A heron.") > mail.text.index("> @Kay, well?")


def test_mail_follows_the_wish_about_replies(thread, kay):
    Preference.objects.create(user=kay, alert_replies=False)

    make_post(thread, body="@Kay, look.")

    assert kinds_told(kay) == ["mention"]
    assert not Delivery.objects.get(user=kay).wants_mail


def test_mail_is_held_back_from_whoever_ignores_the_author_meanwhile(thread, kay):
    author = make_user()
    make_post(thread, author=author, body="@Kay, look.")
    kinds_told(kay)
    queue_alerts()
    mail = Mail.objects.get(user=kay)

    Ignore.objects.create(user=kay, ignored=author)

    assert list(recheck([mail])) == [mail.pk]


def test_list_on_the_site_shows_who_named_me(thread, kay, client_of):
    make_post(thread, author=make_user(public_name="Bev"), body="@Kay, look.")
    kinds_told(kay)

    page = client_of(kay).get("/notifications/").content.decode()

    assert "Bev named you in “The weir”" in page


@pytest.fixture
def bev(thread):
    person = make_user(public_name="Bev")
    make_membership(person, thread.community, digest="never")
    return person


def reword(post, body):
    return edit_post(post, by=post.author, body=body, edition=Post.objects.get(pk=post.pk).edition)


def test_other_words_tell_whom_they_name_and_nobody_else(thread, kay, bev):
    ann = make_user(public_name="Ann")
    make_membership(ann, thread.community, digest="never")
    post = make_post(thread, author=bev, body="@Ann, look.")
    assert (kinds_told(ann), kinds_told(thread.author)) == (["mention"], ["reply"])
    Delivery.objects.update(read_at=timezone.now())

    reword(post, "@Ann and @Kay, look.")

    (line,) = Announcement.objects.all()
    assert Mention.objects.get(pk=line.subject_id).user == kay
    assert kinds_told(kay) == ["mention"]
    unread = Delivery.objects.filter(read_at=None).values_list("user__public_name", flat=True)
    assert list(unread) == ["Kay"]


def test_names_taken_out_and_put_in_again_tell_once(thread, kay, bev):
    post = make_post(thread, author=bev, body="Look.")
    for body in ("@Kay, look.", "Look here.", "@Kay, look there."):
        reword(post, body)
        kinds_told(kay)
        queue_alerts()

    assert kinds_told(kay) == ["mention"]
    assert Mail.objects.filter(user=kay).count() == 1


def test_name_taken_out_before_anybody_was_told_tells_nobody(thread, kay, bev):
    post = make_post(thread, author=bev, body="Look.")
    reword(post, "@Kay, look.")

    reword(post, "Look here.")

    assert kinds_told(kay) == []


def test_follower_who_was_told_of_a_reply_is_told_that_it_names_them_now(thread, kay, bev):
    follow_thread(thread, by=kay, mode="follow")
    post = make_post(thread, author=bev, body="Look.")
    assert kinds_told(kay) == ["reply"]
    queue_alerts()
    Delivery.objects.update(read_at=timezone.now())
    AlertWindow.objects.all().delete()

    reword(post, "@Kay, look.")

    assert kinds_told(kay) == ["mention"]
    assert Delivery.objects.get(user=kay).read_at is None
    queue_alerts()
    assert Mail.objects.filter(user=kay).latest("pk").subject == "Bev named you in “The weir”"


@pytest.mark.parametrize("wish", ["mutes", "ignores", "left", "closed"])
def test_other_words_tell_nobody_who_does_not_listen(thread, kay, bev, wish):
    other = make_user(public_name="Other")
    make_membership(other, thread.community, digest="never")
    post = make_post(thread, author=bev, body="Look.")
    kinds_told(kay)
    reword(post, "@Kay and @Other, look.")
    if wish == "mutes":
        follow_thread(thread, by=kay, mode="mute")
    elif wish == "ignores":
        Ignore.objects.create(user=kay, ignored=bev)
    elif wish == "left":
        thread.community.visibility = "members"
        thread.community.save()
        kay.memberships.all().delete()
    else:
        User.objects.filter(pk=kay.pk).update(closed_at=timezone.now())

    assert (kinds_told(kay), kinds_told(other)) == ([], ["mention"])


def test_other_words_of_a_held_post_tell_only_when_it_is_published(cast):
    cast.community.hold_first_posts = True
    cast.community.save()
    thread = make_thread(cast.community, author=cast.moderator)
    post = reply(thread, by=cast.resident, writing=Writing("Look."))

    reword(post, "@Neighbour, look.")

    assert not Announcement.objects.filter(kind="mention").exists()
    assert kinds_told(cast.neighbour) == []
    set_status(post, Post.Status.PUBLISHED, by=cast.moderator)
    assert kinds_told(cast.neighbour) == ["mention"]


def test_post_hidden_after_other_words_tells_nobody(thread, kay, bev):
    User.objects.filter(pk=kay.pk).update(is_staff=True, is_superuser=True)
    post = make_post(thread, author=bev, body="Look.")
    reword(post, "@Kay, look.")
    make_decision(post, verb="hide", rule="abuse")

    set_status(post, Post.Status.HIDDEN, by=make_user())

    assert kinds_told(kay) == []


def test_mention_announced_twice_tells_once(thread, kay, bev):
    post = make_post(thread, author=bev, body="Look.")
    reword(post, "@Kay, look.")
    mention = Mention.objects.get()
    kinds_told(kay)
    Delivery.objects.update(read_at=timezone.now())
    announce(Announcement.Kind.MENTION, mention)

    assert kinds_told(kay) == ["mention"]
    assert Delivery.objects.get(user=kay).read_at


def test_mail_that_waits_keeps_no_old_words_of_a_post_that_was_reworded(thread, kay):
    author = make_user(public_name="Bev")
    post = make_post(thread, author=author, body="@Kay, the key is under the mat.")
    kinds_told(kay)
    queue_alerts()
    mail = Mail.objects.get(user=kay)
    assert "under the mat" in mail.text

    edit_post(post, by=author, body="@Kay, ring me.", edition=1)

    assert recheck([mail]) == {}
    assert "under the mat" not in mail.text + mail.html + mail.subject
    assert "ring me" in mail.text
    edit_post(post, by=author, body="Ring me.", edition=2)
    assert list(recheck([mail])) == [mail.pk]
