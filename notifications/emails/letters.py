"""What the mails say: one function for each kind, in the language of whoever gets it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from accounts.letterhead import letterhead
from accounts.models import User
from communities.markup import cut
from communities.models import Community, Proposal
from discussions.models import Post, Thread
from moderation.models import Decision
from notifications.emails.links import Purpose, Wish, unsubscribe_url
from notifications.emails.transport import MAX_SUBJECT, one_line
from notifications.models import Mail
from questions.models import Question

MOST_SHOWN = 12  # threads in a digest; the others are counted
LONGEST_QUOTE = 1200  # characters
KINDS = ["mention", "reply", "answer"]  # of what is gathered
MAX_QUOTED = 12  # posts in an alert; the others are counted


@dataclass(frozen=True)
class Letter:
    """A mail as it is read, before it is a row."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]

    def to(self, user: User, queue: Mail.Queue) -> Mail:
        """Make the row; it is due by the clock of the database, which judges leases too."""
        return Mail(
            user=user,
            to=user.email or "",
            queue=queue,
            subject=self.subject,
            text=self.text,
            html=self.html,
            headers=self.headers,
            next_attempt_at=Now(),
        )


@dataclass(frozen=True)
class Story:
    """A thread with something new: the post to show, its thread joined, and how many are new.

    `weekday` is the day on which its community's digest comes, None where it comes every day.
    """

    post: Post
    new_count: int
    is_answer: bool
    is_new_question: bool
    weekday: int | None


@dataclass(frozen=True)
class Part:
    """What a bundle tells of one thread: posts of one kind, named as kinds of deliveries are."""

    kind: str
    thread: Thread
    posts: list[Post]


# Fragments that many digests share, by language and what they show.
Pieces = dict[tuple[str, int, int, bool], tuple[str, str]]


@dataclass
class Section:
    """What is new in one community, in words that are ready."""

    community: Community
    rhythm: str
    unsubscribe_url: str
    pieces: list[tuple[str, str]] = field(default_factory=list)
    more: int = 0


def reply(user: User, thread: Thread, posts: list[Post]) -> Letter:
    """Tell of new posts in a thread that somebody follows, or that answer their own."""
    return _of_posts("reply", user, thread, posts)


def mention(user: User, thread: Thread, posts: list[Post]) -> Letter:
    """Tell of posts in a thread that name somebody."""
    return _of_posts("mention", user, thread, posts)


def bundle(user: User, parts: list[Part]) -> Letter:
    """Tell of all that was gathered for somebody while they were not to be mailed again."""
    counts = {kind: sum(len(part.posts) for part in parts if part.kind == kind) for kind in KINDS}
    stop = Purpose.REPLIES if not counts["answer"] else Purpose.ALERTS
    if counts["answer"] == sum(counts.values()):
        stop = Purpose.ANSWERS
    with translation.override(user.language):
        left, shown = MAX_QUOTED, []
        for part in parts:
            posts = [(post, _quote_of(post)) for post in part.posts[: max(0, left)]]
            left -= len(posts)
            shown.append((part, posts, len(part.posts) - len(posts)))
        context = {
            "parts": shown,
            "summary": _summary_of_alerts(counts),
            "purpose": stop,
            "first": shown[0][1][0][0] if shown[0][1] else None,
        }
        return _write("bundle", user, context, Wish(user.pk, stop))


def question(user: User, question: Question) -> Letter:
    """Tell whoever asked who has the question and by when, and a councillor that they do."""
    with translation.override(user.language):
        context = {
            "question": question,
            "is_receipt": question.author_id == user.pk,
            "quote": quoted(question.text),
        }
        return _write("question", user, context)


def answer(user: User, question: Question, post: Post | None) -> Letter:
    """Tell everybody who asked or followed what the answer is."""
    with translation.override(user.language):
        context = {
            "question": question,
            "post": post,
            "is_own": question.author_id == user.pk,
            "quote": quoted(post.body) if post else [],
        }
        return _write("answer", user, context, Wish(user.pk, Purpose.ANSWERS))


def decision(user: User, decision: Decision) -> Letter:
    """Tell an author what staff decided about their post, why, and how to appeal."""
    with translation.override(user.language):
        context = {
            "decision": decision,
            "post": decision.post,
            "thread": decision.post.thread,
            "quote": quoted(decision.post.body),
        }
        return _write("decision", user, context)


def proposal(user: User, proposal: Proposal) -> Letter:
    """Tell whoever proposed a community that it is open, or why staff do not open it."""
    with translation.override(user.language):
        context = {"proposal": proposal, "quote": quoted(proposal.answer)}
        return _write("proposal", user, context, Wish(user.pk, Purpose.ANSWERS))


def digest(user: User, day: date, stories: list[Story], pieces: Pieces) -> Letter:
    """Tell calmly of everything new in somebody's communities, most important first.

    `pieces` keeps what digests of one batch share; hand the same one to each of them.
    """
    with translation.override(user.language):
        shown, others = stories[:MOST_SHOWN], stories[MOST_SHOWN:]
        sections: dict[int, Section] = {}
        for story in stories:
            _open_section(sections, user, story)
        for story in shown:
            if not story.is_answer:
                sections[_place(story).pk].pieces.append(_piece(user, story, pieces))
        for story in others:
            sections[_place(story).pk].more += 1
        context = {
            "day": date_format(day, "l j F"),
            "summary": _summary(stories),
            "answered": [_piece(user, story, pieces) for story in shown if story.is_answer],
            "sections": list(sections.values()),
        }
        return _write("digest", user, context, Wish(user.pk, Purpose.DIGESTS))


def quoted(body: str) -> list[str]:
    """Cut somebody's words into the lines of a quotation, shortened if they are long."""
    return Truncator(body.strip()).chars(LONGEST_QUOTE).splitlines()


def _of_posts(kind: str, user: User, thread: Thread, posts: list[Post]) -> Letter:
    with translation.override(user.language):
        context = {
            "thread": thread,
            "posts": [(post, _quote_of(post)) for post in posts[:MAX_QUOTED]],
            "more": len(posts[MAX_QUOTED:]),
            "first": posts[0],
            "count": len(posts),
        }
        return _write(kind, user, context, Wish(user.pk, Purpose.REPLIES))


def _quote_of(post: Post) -> list[str]:
    return [*quoted(post.body), *_pictures(post)]


def _pictures(post: Post) -> list[str]:
    """Say what the pictures of a post show: mails have none."""
    return [gettext("Picture: %(shows)s") % {"shows": shows} for shows in post.words_of_pictures]


def _write(
    kind: str, user: User, context: Mapping[str, object], stop: Wish | None = None
) -> Letter:
    headers = {"Content-Language": user.language}
    context = {
        **letterhead(),
        **context,
        "person": user,
        "settings_url": settings.SITE_URL + reverse("notifications:settings"),
    }
    if stop:
        context["unsubscribe_url"] = url = unsubscribe_url(stop)
        headers["List-Unsubscribe"] = f"<{url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    subject = cut(one_line(render_to_string(f"emails/{kind}.subject.txt", context)), MAX_SUBJECT)
    context["subject"] = subject
    text = render_to_string(f"emails/{kind}.txt", context).strip() + "\n"
    text = re.sub(r"\n{3,}", "\n\n", text)
    return Letter(subject, text, render_to_string(f"emails/{kind}.html", context), headers)


def _place(story: Story) -> Community:
    return story.post.thread.community


def _open_section(sections: dict[int, Section], user: User, story: Story) -> None:
    community = _place(story)
    if community.pk not in sections:
        rhythm = gettext("every day")
        if story.weekday is not None:
            rhythm = gettext("every %(weekday)s") % {"weekday": WEEKDAYS[story.weekday]}
        stop = Wish(user.pk, Purpose.COMMUNITY, community.pk)
        sections[community.pk] = Section(community, rhythm, unsubscribe_url(stop))


def _piece(user: User, story: Story, pieces: Pieces) -> tuple[str, str]:
    key = (user.language, story.post.pk, story.new_count, story.is_answer)
    if key not in pieces:
        context = {**letterhead(), "story": story}
        pieces[key] = (
            render_to_string("emails/_story.txt", context).strip("\n"),
            render_to_string("emails/_story.html", context),
        )
    return pieces[key]


def _summary(stories: list[Story]) -> str:
    answers = sum(story.is_answer for story in stories)
    questions = sum(story.is_new_question and not story.is_answer for story in stories)
    threads = len(stories) - answers - questions
    counts = [
        answers and ngettext("%(n)d answer", "%(n)d answers", answers) % {"n": answers},
        questions and ngettext("%(n)d question", "%(n)d questions", questions) % {"n": questions},
        threads
        and ngettext("%(n)d thread with something new", "%(n)d threads with something new", threads)
        % {"n": threads},
    ]
    return ", ".join(count for count in counts if count)


def _summary_of_alerts(counts: Mapping[str, int]) -> str:
    mentions, replies, answers = (counts[kind] for kind in KINDS)
    found = [
        mentions
        and ngettext("%(n)d post that names you", "%(n)d posts that name you", mentions)
        % {"n": mentions},
        replies and ngettext("%(n)d new post", "%(n)d new posts", replies) % {"n": replies},
        answers and ngettext("%(n)d answer", "%(n)d answers", answers) % {"n": answers},
    ]
    return ", ".join(count for count in found if count)
