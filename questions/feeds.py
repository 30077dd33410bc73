"""Atom feed of the questions that a councillor was asked."""

import re
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from councillors.models import Councillor, Person
from questions.models import Question

QUESTIONS_IN_FEED = 30
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class CouncillorFeed(Feed):
    """The newest public questions to a councillor or to their ward."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str) -> Person:
        return get_object_or_404(Person, slug=slug)

    def title(self, person: Person) -> str:
        return _("Questions to %(name)s") % {"name": person.name}

    def link(self, person: Person) -> str:
        return person.get_absolute_url()

    def items(self, person: Person) -> list[Question]:
        public = Question.objects.visible_to(AnonymousUser()).in_public().for_page()
        asked = public.to_seats(Councillor.objects.filter(person=person))
        asked = asked.exclude(state=Question.State.MERGED)
        return list(asked.order_by("-thread__published_at", "-pk")[:QUESTIONS_IN_FEED])

    def item_title(self, question: Question) -> str:
        return NOT_IN_XML.sub("", question.title)

    def item_description(self, question: Question) -> str:
        if question.is_waiting and question.due_on is not None:
            due = date_format(question.due_on, "l j F Y")
            return _("Waiting for an answer, due %(date)s.") % {"date": due}
        if question.answered_at is not None:
            day = date_format(timezone.localtime(question.answered_at), "l j F Y")
            return _("Answered on %(date)s.") % {"date": day}
        return question.get_state_display()

    def item_author_name(self, question: Question) -> str:
        return NOT_IN_XML.sub("", question.author.public_name)

    def item_pubdate(self, question: Question) -> datetime | None:
        return question.thread.published_at if question.thread else None

    def item_updateddate(self, question: Question) -> datetime | None:
        return question.answered_at or self.item_pubdate(question)
