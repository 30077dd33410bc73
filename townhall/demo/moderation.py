"""Report posts of the demonstration council, decide about some of them, and appeal."""

from datetime import datetime, timedelta
from functools import partial

from accounts.services import record_act
from discussions.models import Post
from discussions.services import set_status
from moderation.models import Appeal, Decision, Report
from moderation.services import appeal, decide_appeal, report_post
from townhall.demo.content import Entry
from townhall.demo.town import Story, Town, Written, first_posts

Verb = Decision.Verb
DAYS_OF_FIRST_POSTS = 40
READING = timedelta(minutes=4)


def plan_moderation(town: Town, story: Story) -> None:
    """Add to the story what was reported, what the moderator decided, and who appealed."""
    _plan_reports(town, story)
    _plan_first_posts(town, story)
    for entry in town.content.appeals:
        at = town.moments.sometime(entry["days_ago"], entry["text"])
        story.add(at, partial(_appeal, town, entry))
        if "outcome" in entry:
            at = town.moments.sometime(entry["decided_days_ago"], entry["reason"], after=at)
            story.add(at, partial(_decide_appeal, town, entry))


def _plan_reports(town: Town, story: Story) -> None:
    reported = set()
    for entry in town.content.reports:
        key = (entry["thread_title"], entry["post"])
        seed = f"report {entry['text']}"
        at = town.moments.sometime(entry["days_ago"], seed, after=_written_at(town, *key))
        story.add(at, partial(_report, town, entry))
        if entry.get("state") == "decided":
            reported.add(key)
            at = town.moments.sometime(entry["decided_days_ago"], f"decided {seed}", after=at)
            story.add(at, partial(_decide, town, entry))
    for thread in town.content.threads:
        for index, post in enumerate(thread["post"], start=1):
            if post.get("status") == "hidden" and (thread["title"], index) not in reported:
                at = _written_at(town, thread["title"], index) + timedelta(hours=3)
                story.add(min(at, town.moments.now), partial(_hide, town, thread["title"], index))


def _plan_first_posts(town: Town, story: Story) -> None:
    """Note that staff read the first posts of newcomers, where those are held."""
    holding = {e["slug"] for e in town.content.communities if e["hold_first_posts"]}
    since = town.moments.before(days=DAYS_OF_FIRST_POSTS)
    for (_author, slug), post in first_posts(town).items():
        is_plain = not {"status", "capacity"} & post.entry.keys()
        if slug in holding and is_plain and post.at > since:
            story.add(min(post.at + READING, town.moments.now), partial(_publish, town, post))


def _written_at(town: Town, title: str, index: int) -> datetime:
    posts = next(thread["post"] for thread in town.content.threads if thread["title"] == title)
    return town.moments.at(posts[index - 1]["days_ago"], posts[index - 1]["time"])


def _report(town: Town, entry: Entry, at: datetime) -> None:
    post = town.posts[entry["thread_title"], entry["post"]]
    reporter = town.users[entry["reporter"]] if entry["reporter"] else None
    report, _is_new = report_post(
        post, by=reporter, email="", rule=entry["rule"], text=entry["text"]
    )
    Report.objects.filter(pk=report.pk).update(created_at=at)


def _decide(town: Town, entry: Entry, at: datetime) -> None:
    post = town.posts[entry["thread_title"], entry["post"]]
    verb = Verb.HIDE if entry["decision"] == "hidden" else Verb.LEAVE
    rule = entry["rule"] if verb == Verb.HIDE else ""
    _write_decision(town, Decision(post=post, verb=verb, rule=rule, reason=entry["reason"], at=at))


def _hide(town: Town, title: str, index: int, at: datetime) -> None:
    thread = next(thread for thread in town.content.threads if thread["title"] == title)
    entry, post = thread["post"][index - 1], town.posts[title, index]
    decision = Decision(
        post=post, verb=Verb.HIDE, rule=entry["rule"], reason=entry["reason"], at=at
    )
    _write_decision(town, decision)


def _publish(town: Town, written: Written, at: datetime) -> None:
    post = town.posts[written.title, written.place]
    reason = "Somebody new here. It keeps to the rules."
    _write_decision(town, Decision(post=post, verb=Verb.PUBLISH, reason=reason, at=at))


def _write_decision(town: Town, decision: Decision) -> None:
    """Insert a decision with its date: the service would date it today, and none can be changed."""
    decision.by = town.users["moderator"]
    decision.save()
    if decision.verb == Verb.HIDE:
        set_status(decision.post, Post.Status.HIDDEN, by=decision.by)
    decision.post.reports.waiting().update(decision=decision)
    record_act(decision, by=decision.by, act=decision.verb)


def _appeal(town: Town, entry: Entry, at: datetime) -> None:
    post = town.posts[entry["thread_title"], entry["post"]]
    decision = post.decisions.select_related("post").get()
    made = appeal(decision, by=post.author, text=entry["text"])
    Appeal.objects.filter(pk=made.pk).update(created_at=at)


def _decide_appeal(town: Town, entry: Entry, at: datetime) -> None:
    post = town.posts[entry["thread_title"], entry["post"]]
    decided = decide_appeal(
        Appeal.objects.get(decision__post=post),
        by=town.users["admin"],
        outcome=entry["outcome"],
        reason=entry["reason"],
    )
    Appeal.objects.filter(pk=decided.pk).update(decided_at=at)
