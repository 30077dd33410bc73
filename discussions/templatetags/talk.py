"""Posts and rows of threads, drawn without the template engine.

A page shows twenty of them. As templates they took three quarters of its time; here a tenth of it.
"""

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from django import template
from django.template.context import Context
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.addresses import frame_of
from accounts.templatetags.listing import ago, disc, lang_attribute, moment
from discussions.models import Post, Thread
from discussions.permissions import edits_since

register = template.Library()

ROW = """<li><a class="t" href="{address}">{title}</a>
<div class="meta">{about}</div></li>
"""
POST = """<article class="post{kinds}" id="{anchor}">
{disc}
<div>
<header>{name}{capacity} <span class="meta">{at}</span>{edited}{number}</header>
{note}{answers}<div class="body"{language}>{html}</div>
{acts}</div>
</article>
"""
STUB = """<article class="post stub" id="post-{number}">
<span class="disc" aria-hidden="true">&ndash;</span>
<div><header><span class="meta">{words}</span>{link}</header></div>
</article>
"""
IGNORED = """<article class="post ignored" id="post-{number}">
<span class="disc" aria-hidden="true">&ndash;</span>
<div><header><span class="meta">{words}</span>{link}</header>
<details><summary>{show}</summary>
{post}</details></div>
</article>
"""
NAME = '<b><a href="{}">{}</a></b>'
NUMBER = ' <a class="no" href="{}"><span class="visually-hidden">{} </span>{}</a>'
QUOTE = '<p class="quote">{} {}, <a href="{}">{} {}: “{}”</a></p>\n'
QUOTE_OF_STUB = '<p class="quote">{} {}, <a href="{}">{} {}</a>. {}</p>\n'
THANK = '<button class="link" form="thanks" formaction="{}">{}{}</button>\n'
ACT = '<a href="{}"{}>{}<span class="visually-hidden">, {} {}</span></a>'
UNFOLLOWED = ' rel="nofollow"'
SINCE = '<p class="since">{}</p>\n'
MOST_COUNTED = 99
OPEN = {Post.Status.PUBLISHED, Post.Status.PENDING}


@register.simple_tag
def thread_rows(threads: Iterable[Thread], show_community: bool = False) -> SafeString:
    """Draw threads as rows of a list."""
    return mark_safe("".join(_thread_row(thread, show_community) for thread in threads))  # noqa: S308


def _thread_row(thread: Thread, show_community: bool) -> str:
    about: list[str] = []
    if show_community:
        community = thread.community
        link = '<a href="{}">{}</a>'
        about.append(format_html(link, community.get_absolute_url(), community.name))
    if thread.is_question:
        about.append(format_html('<span class="chip tag">{}</span>', _("question")))
    if thread.is_pinned:
        about.append(format_html('<span class="chip tag">{}</span>', _("pinned")))
    count = {"posts": thread.post_count}
    about.append(escape(ngettext("%(posts)s post", "%(posts)s posts", thread.post_count) % count))
    if unread := getattr(thread, "unread", None):
        words = _("%(unread)s new") % {"unread": up_to_99(unread)}
        about.append(format_html('<span class="new">{}</span>', words))
    if thread.is_locked:
        about.append(format_html('<span class="chip tag">{}</span>', _("locked")))
    about.append(ago(thread.last_post_at, "day"))
    return ROW.format(
        address=thread.get_absolute_url(), title=escape(thread.title), about=" · ".join(about)
    )


@register.filter
def up_to_99(unread: int) -> str:
    """Say a count of what is unread, or that it is more than anybody counts."""
    return str(unread) if unread <= MOST_COUNTED else f"{MOST_COUNTED}+"


@register.simple_tag(takes_context=True)
def posts(context: Context, shown: Iterable[Post]) -> SafeString:
    """Draw posts as `for_page` fetched them, for the reader of the page."""
    first_unread, draw = context.get("first_unread"), _Drawing(context)
    parts: list[str] = []
    for post in shown:
        if post.number and post.number == first_unread:
            parts.append(format_html(SINCE, _("New since your last visit")))
        parts.append(draw.post(post) if getattr(post, "shows_text", True) else draw.stub(post))
    return mark_safe("".join(parts))  # noqa: S308 (each part is escaped, or was sanitised and stored)


@register.filter
def why_gone(post: Post) -> str:
    """Say why a post shows a stub instead of its words."""
    return _why_gone(post)


class _Phrases:
    """What is the same in every post of a language; "%s" stands for its key and its number."""

    def __init__(self) -> None:
        self.answers, self.post, self.thank = (
            escape(words) for words in (_("answers"), _("post"), _("Thank"))
        )
        self.thanked, self.show = escape(_("You said thanks")), escape(_("Show it"))
        self.person = frame_of("discussions:person-detail")
        self.permalink = frame_of("discussions:post-detail")
        self.thanking = frame_of("discussions:post-thank")
        self.number = NUMBER.format(self.permalink, _spelt(_("Post")), "%s")
        edited = self.act("discussions:post-history", _("edited"))
        # In a box of its own: a time that stands before other words is not said in words.
        self.edited = f' <span class="meta">{edited}</span>'
        self.edit = self.act("discussions:post-edit", _("Edit")) + "\n"
        self.take_back = self.act("discussions:post-withdraw", _("Take back")) + "\n"
        self.report = self.act("moderation:report-create", _("Report"), UNFOLLOWED) + "\n"
        reply = self.act("discussions:post-create", _("Reply"), query="?to=%s")
        quote = self.act("discussions:post-create", _("Quote"), query="?to=%s&amp;quote=1")
        self.replying = f"{reply}\n{quote}\n"
        self.more = self.act("discussions:post-more", _("More"), UNFOLLOWED) + "\n"

    def act(self, name: str, words: str, kind: str = "", query: str = "") -> str:
        address = frame_of(name) + query
        return ACT.format(address, kind, _spelt(words), _spelt(_("post")), "%s")


@cache
def _phrases(_language: str | None, _prefix: str) -> _Phrases:
    return _Phrases()


def _spelt(words: str) -> str:
    """Escape words for a frame, in which a percent sign has to be doubled."""
    return escape(words).replace("%", "%%")


class _Drawing:
    """How posts look to one reader, and what they may do."""

    def __init__(self, context: Context) -> None:
        user, thread = context.get("user"), context.get("thread")
        self.reader = user.pk if user is not None and user.is_authenticated else None
        self.language, self.zone = get_language(), get_current_timezone()
        self.phrases = _phrases(self.language, get_script_prefix())
        self.may_thank = bool(context.get("may_thank"))
        self.asked = 1 if thread and thread.is_question else 0
        self.answer = thread.answer_id if thread else None
        can_edit = self.reader and thread and not thread.is_locked
        self.edits_since = edits_since() if can_edit else None
        self.answered = thread.pk if thread and context.get("may_post") else None

    def post(self, post: Any) -> str:
        if getattr(post, "is_ignored", False) and not post.capacity_id and post.number:
            return self.ignored(post)
        return self.whole(post)

    def ignored(self, post: Post) -> str:
        """Draw that the reader ignores whoever wrote this, and the post behind a word."""
        words = _("You ignore %(name)s.") % {"name": post.author.public_name}
        inner = self.whole(post).replace(f' id="post-{post.number}"', "", 1)
        return IGNORED.format(
            number=post.number,
            words=escape(words),
            link=self.number(post),
            show=self.phrases.show,
            post=inner,
        )

    def whole(self, post: Post) -> str:
        kinds = " official" * bool(post.capacity_id) + " mine" * (post.author_id == self.reader)
        person = self.phrases.person % post.author_id
        return POST.format(
            kinds=kinds,
            anchor=f"post-{post.number}" if post.number else f"held-{post.pk}",
            disc=disc(post.author),
            name=NAME.format(person, escape(post.author.public_name)),
            capacity=_capacity(post),
            at=moment(post.created_at, self.language, self.zone),
            edited=self.edited(post) if post.edition > 1 else "",
            number=self.number(post) if post.number else "",
            note=_note(post) if post.status != Post.Status.PUBLISHED else "",
            answers=self.answers(post) if post.reply_to_id else "",
            language=lang_attribute(post.language, self.language),
            html=post.html,
            acts=self.acts(post) if post.number or self.is_held(post) else "",
        )

    def is_held(self, post: Post) -> bool:
        """Say whether it is the reader's own and stored, but not out; a preview is not stored."""
        return post.pk is not None and post.author_id == self.reader

    def stub(self, post: Post) -> str:
        return STUB.format(number=post.number, words=_why_gone(post), link=self.number(post))

    def number(self, post: Post) -> str:
        return self.phrases.number % (post.pk, post.number)

    def answers(self, post: Any) -> str:
        """Draw which post this one answers, unless that has no number yet."""
        if not post.answered_number:
            return ""
        phrases = self.phrases
        address = phrases.permalink % post.reply_to_id
        found = (escape(post.answered_name), address, phrases.post, post.answered_number)
        if not post.answered_text:
            gone = escape(_unquoted_in_words(post))
            return QUOTE_OF_STUB.format(phrases.answers, *found, gone)
        return QUOTE.format(phrases.answers, *found, escape(post.answered_excerpt))

    def edited(self, post: Post) -> str:
        return self.phrases.edited % (post.pk, post.number or "")

    def acts(self, post: Any) -> str:
        key, is_own = (post.pk, post.number or ""), post.author_id == self.reader
        parts = [self.thanks(post, is_own)]
        if self.answered and post.number:
            way = (self.answered, post.number, post.number)
            parts.append(self.phrases.replying % (way + way))
        if is_own:
            parts += self.own_acts(post)
        else:
            parts.append(self.phrases.report % key)
        if self.reader:
            parts.append(self.phrases.more % key)
        return f'<div class="acts">\n{"".join(parts)}</div>\n'

    def own_acts(self, post: Post) -> Iterable[str]:
        if post.status not in OPEN or (self.asked and post.number == self.asked):
            return
        key = (post.pk, post.number or "")
        if self.edits_since and post.created_at > self.edits_since:
            yield self.phrases.edit % key
        if post.pk != self.answer:
            yield self.phrases.take_back % key

    def thanks(self, post: Any, is_own: bool) -> str:
        count = f" · {post.thanks_count}" if post.thanks_count else ""
        if not self.may_thank or is_own or post.status != Post.Status.PUBLISHED:
            return _thanked_by(post.thanks_count) if count else ""
        if post.is_thanked:
            return f'<span class="meta">{self.phrases.thanked}{count}</span>\n'
        return THANK.format(self.phrases.thanking % post.pk, self.phrases.thank, count)


def _capacity(post: Post) -> str:
    if post.capacity is None:
        return ""
    return format_html(
        ' <span class="cap">{}, {}</span>', post.capacity.title, post.capacity.body.name
    )


def _note(post: Post) -> str:
    """Tell those who can read a post that others cannot."""
    if post.status == Post.Status.PENDING:
        words = _("Only you can see this yet: %(reason)s.") % {
            "reason": post.get_hold_reason_display()
        }
        return format_html('<p class="note warn">{}</p>\n', words)
    words = _("Others cannot read this: %(status)s.") % {"status": post.get_status_display()}
    return format_html('<p class="note bad">{}</p>\n', words)


def _why_gone(post: Post) -> str:
    if post.status == Post.Status.HIDDEN:
        link = format_html(
            '<a href="{}">{}</a>', reverse("moderation:log"), _("What they decide, and why")
        )
        return format_html("{} {}", _gone_in_words(post.status), link)
    return escape(_gone_in_words(post.status))


def _unquoted_in_words(post: Any) -> str:
    """Say why the post that is answered is not quoted."""
    if post.answered_status == Post.Status.PUBLISHED:
        return _("You ignore %(name)s.") % {"name": post.answered_name}
    return _gone_in_words(post.answered_status)


def _gone_in_words(status: str) -> str:
    if status == Post.Status.HIDDEN:
        return _("Staff have hidden this post.")
    if status == Post.Status.PENDING:
        return _("This post has new words, which are read before they are shown.")
    if status == Post.Status.WITHDRAWN:
        return _("Its author took this post back.")
    return _("This post was moved to another thread.")


def _thanked_by(count: int) -> str:
    words = ngettext("%(thanks)s person said thanks", "%(thanks)s people said thanks", count)
    return format_html('<span class="meta">{}</span>\n', words % {"thanks": count})
