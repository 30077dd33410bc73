from typing import Any

import pytest

from discussions.services import Writing
from questions import services
from questions.models import Question
from tests.factories import make_capacity, make_person, make_question, make_seat, make_user

ANSWER = "From Monday on, each night with frost. The county's lorry comes by at four."


@pytest.fixture
def submitted(cast: Any) -> Any:
    """Return a maker of questions that residents of the cast sent in and nobody has read."""

    def make(**fields: Any) -> Question:
        asked = {} if "area" in fields else {"seat": cast.seat}
        return make_question(**{"author": cast.resident, "body": cast.body, **asked, **fields})

    return make


@pytest.fixture
def opened(cast: Any, submitted: Any) -> Any:
    """Return a maker of open questions."""

    def make(**fields: Any) -> Question:
        return services.open_question(submitted(**fields), by=cast.moderator)

    return make


@pytest.fixture
def answered(cast: Any, opened: Any) -> Any:
    """Return a maker of questions that the councillor of the cast has answered."""

    def make(**fields: Any) -> Question:
        question = opened(**fields)
        services.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))
        question.refresh_from_db()
        return question

    return make


@pytest.fixture
def colleague(cast: Any) -> Any:
    """A second councillor of the ward, with an account and a capacity."""
    user = make_user(public_name="Sindi Mbeki")
    seat = make_seat(
        person=make_person(name="Sindi Mbeki", slug="sindi-mbeki", user=user),
        body=cast.body,
        area=cast.ward,
    )
    make_capacity(user, seat)
    return user
