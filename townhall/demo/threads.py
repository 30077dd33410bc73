"""Let the people of the demonstration council write to each other."""

from datetime import datetime
from functools import partial

from django.db.models import Count, OuterRef, Subquery

from discussions.models import Follow, Post, Thanks, Thread, Visit
from discussions.services import Writing, add_post, open_thread, set_locked, set_pinned
from townhall.demo.content import Entry
from townhall.demo.moments import spread
from townhall.demo.town import Story, Town


def plan_threads(town: Town, story: Story, *, held: bool = False) -> None:
    """Add every post to the story; held ones on their own, once communities hold first posts."""
    for entry in town.content.threads:
        for index, post in enumerate(entry["post"], start=1):
            if (post.get("status") == "pending") == held:
                at = town.moments.at(post["days_ago"], post["time"])
                story.add(at, partial(_write, town, entry, index))


def follow_where_written() -> None:
    """Let those who can sign in follow where they wrote, and two in three of the others."""
    wrote = Post.objects.published().order_by().select_related("thread", "author")
    rows = [
        Follow(thread=post.thread, user=post.author, mode=Follow.Mode.FOLLOW)
        for post in wrote.distinct("thread", "author")
        if post.author.email or spread(f"{post.author} follows {post.thread}", 3)
    ]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


def date_threads(town: Town) -> None:
    """Set the moments of posts and threads back to when they were written."""
    posts = list(Post.objects.filter(pk__in=town.written_at).only("pk", "status", "number"))
    for post in posts:
        post.created_at = town.written_at[post.pk]
        post.published_at = post.created_at if post.number else None
    Post.objects.bulk_update(posts, ["created_at", "published_at"], batch_size=500)
    numbered = Post.objects.filter(thread=OuterRef("pk"), number__isnull=False)
    first = Subquery(numbered.order_by("number").values("published_at")[:1])
    last = Subquery(numbered.order_by("-number").values("published_at")[:1])
    threads = [thread.pk for thread in town.threads.values()]
    Thread.objects.filter(pk__in=threads).update(
        created_at=first, published_at=first, last_post_at=last
    )
    read = Post.objects.filter(thread=OuterRef("thread"), number=OuterRef("last_number"))
    Visit.objects.filter(thread__in=threads).update(at=Subquery(read.values("published_at")[:1]))


def thank_authors(town: Town) -> None:
    """Insert the thanks of the content, and count them."""
    rows = []
    for entry in town.content.threads:
        for index, post in enumerate(entry["post"], start=1):
            thanked = town.posts[entry["title"], index]
            at = town.written_at[thanked.pk]
            later = min(town.moments.now, at + (town.moments.now - at) / 8)
            for key in post.get("thanks", []):
                moment = town.moments.between(at, later, f"{key} {entry['title']} {index}")
                rows.append(Thanks(post=thanked, user=town.users[key], at=moment))
    Thanks.objects.bulk_create(rows)
    thanks = Thanks.objects.filter(post=OuterRef("pk")).order_by().values("post")
    count = Subquery(thanks.annotate(count=Count("pk")).values("count"))
    Post.objects.filter(pk__in=[row.post_id for row in rows]).update(thanks_count=count)


def pin_and_lock(town: Town) -> None:
    """Pin and lock what moderators pinned and locked."""
    for entry in town.content.threads:
        thread = town.threads[entry["title"]]
        if entry.get("pinned"):
            set_pinned(thread, True, by=town.users["moderator"])
        if entry.get("locked"):
            set_locked(thread, True, by=town.users["moderator"])


def write_reply(town: Town, thread: Thread, entry: Entry, reply_to: Post | None = None) -> Post:
    """Add a post to a thread as the content has it."""
    current = Thread.objects.select_related("community").get(pk=thread.pk)
    author = town.users[entry["author"]]
    return add_post(current, by=author, writing=writing_of(town, entry), reply_to=reply_to)


def writing_of(town: Town, entry: Entry) -> Writing:
    """Make the writing of a post; most are in English, whatever their author reads."""
    capacity = town.capacities[entry["capacity"]] if "capacity" in entry else None
    language = entry.get("language", "en")
    return Writing(entry["body"].strip(), capacity=capacity, language=language)


def _write(town: Town, entry: Entry, index: int, at: datetime) -> None:
    title, post = entry["title"], entry["post"][index - 1]
    if index == 1:
        town.threads[title] = open_thread(
            town.communities[entry["community"]],
            by=town.users[entry["author"]],
            title=title,
            writing=writing_of(town, post),
            tags=entry["tags"],
        )
        written = town.threads[title].posts.get()
    else:
        reply_to = town.posts[title, post["reply_to"]] if "reply_to" in post else None
        written = write_reply(town, town.threads[title], post, reply_to)
    town.posts[title, index] = written
    town.written_at[written.pk] = at
