"""Make the people of the demonstration council; six of them can sign in."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import User
from townhall.demo.content import Entry
from townhall.demo.town import Town

PASSWORD = "townhall-demo"  # noqa: S105 (shown to everybody who tries the demonstration)
MOST_DAYS_HERE = 430


def make_people(town: Town) -> None:
    """Insert everybody; only those with an e-mail address get the password."""
    password = make_password(PASSWORD)
    people = [_person(town, entry, password) for entry in town.content.people]
    User.objects.bulk_create(people)
    keys = [entry["key"] for entry in town.content.people]
    town.users = dict(zip(keys, people, strict=True))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
        if person.email
    )
    town.users["moderator"].groups.add(Group.objects.get(name="Moderators"))


def _person(town: Town, entry: Entry, password: str) -> User:
    email = entry.get("email")
    joined = entry.get("joined_days_ago", MOST_DAYS_HERE)
    return User(
        email=email,
        public_name=entry["name"],
        language="cy" if entry.get("language") == "cy" else "en-gb",
        password=password if email else make_password(None),
        is_staff=entry["key"] in {"moderator", "admin"},
        is_superuser=entry["key"] == "admin",
        date_joined=town.moments.sometime(joined, entry["name"]),
    )
