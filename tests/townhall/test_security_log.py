"""What bears on safety leaves one line each: who, what, where, and nothing that helps a thief."""

import logging
import re
from urllib.parse import urlsplit

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config

from accounts.limits import LimitReached, spend
from accounts.security import log_event
from accounts.services import change_staff_rights
from notifications.models import Mail
from tests.factories import PASSWORD, make_thread
from tests.fuzzing import every_route
from townhall.gunicorn import WebLogger, access_log_format
from townhall.logs import LINE, LineFormatter, without_keys

NEW = "seven quiet herons"
LINE_OF_EVENT = re.compile(r"[a-z-]+( [a-z]+=[\w:.,/+-]+)*", re.ASCII)


@pytest.fixture
def events(caplog):
    """Return what was logged, an event with its details each."""
    caplog.set_level(logging.INFO, "townhall.security")

    def logged():
        lines = [each.getMessage() for each in caplog.records if each.name == "townhall.security"]
        assert all(LINE_OF_EVENT.fullmatch(line) for line in lines), lines
        return [
            (line.split()[0], dict(w.split("=", 1) for w in line.split()[1:])) for line in lines
        ]

    return logged


def test_attack_leaves_the_list_of_what_was_tried(cast, client, events, settings):
    settings.LIMITS = {**settings.LIMITS, "thread": "1/h"}
    person = f"person:{cast.resident.pk}"
    login = {"login": cast.resident.email, "password": PASSWORD}

    client.post(reverse("account_login"), {**login, "password": "wrong"})
    client.post(reverse("account_login"), login)
    client.get(f"/communities/{cast.community.slug}/desk/")
    client.get("/", headers={"Host": "evil.example"})
    token_less = Client(enforce_csrf_checks=True)
    token_less.force_login(cast.resident)
    token_less.post(f"/discussions/{make_thread(cast.community).pk}/follow/", {})
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )
    spend("thread", person)
    with pytest.raises(LimitReached):
        spend("thread", person)
    change_staff_rights(cast.resident, by=cast.admin, is_staff=True, groups=Group.objects.all())

    found = [(event, details.get("kind") or details.get("route")) for event, details in events()]
    assert found == [
        ("sign-in-refused", "account_login"),
        ("signed-in", "account_login"),
        ("act-refused", "moderation:desk"),
        ("host-refused", "DisallowedHost"),
        ("signed-in", None),
        ("request-refused", "csrf"),
        ("act-refused", "discussions:thread-follow"),
        ("password-changed", "account_change_password"),
        ("limit-reached", "thread"),
        ("rights-changed", None),
    ]


def test_line_says_who_and_where_without_saying_it_to_everybody(cast, client, events):
    client.force_login(cast.outsider)

    client.get(f"/communities/{cast.community.slug}/desk/", REMOTE_ADDR="203.0.113.7")

    event, details = events()[-1]
    assert (event, details["person"], details["method"]) == (
        "act-refused",
        str(cast.outsider.pk),
        "GET",
    )
    assert details["block"].startswith("block:")


def test_log_holds_no_secret_no_address_and_no_line_of_somebody_else(cast, client, caplog):
    caplog.set_level(logging.INFO)
    hostile = "mo@example.org\r\n2026-01-01 INFO townhall.security signed-in person=1"

    client.post(reverse("account_login"), {"login": hostile, "password": "hunter2 hunter2"})
    client.post(
        reverse("account_login"), {"login": cast.resident.email, "password": "hunter2 hunter2"}
    )
    client.get("/mine/", headers={"Host": "a\r\nb", "X-Forwarded-For": "1.2.3.4\r\nroot"})
    log_event("made-up", of="a\nb c=d\x1b[31m\u2028")

    lines = [LineFormatter(LINE).format(record) for record in caplog.records]
    assert not [line for line in lines if "hunter2" in line or "example.org" in line]
    assert not [line for line in lines if len(line.splitlines()) > 1 and "Traceback" not in line]
    assert caplog.records[-1].getMessage() == "made-up of=a_b_c_d__31m_"


def test_message_is_one_line_whatever_it_holds():
    record = logging.LogRecord("x", 20, "", 0, "a\r\nb\x1b[31m\u2028é", (), None)

    line = LineFormatter(LINE).format(record)

    assert line.endswith(r"a\r\nb\x1b[31m\u2028é")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line)


def test_every_route_with_a_key_is_written_without_it():
    keyed = [route for route in every_route() if {"key", "token", "signed"} & {*route.parameters}]
    keyed = [route for route in keyed if not route.template.startswith("/admin/")]

    assert len(keyed) >= 3
    for route in keyed:
        path = route.template.format(**dict.fromkeys(route.parameters, "SecretKey"))
        for line in (
            f"Not Found: {path}",
            f"Not Found: /cy{path}?next=/",
            f'"GET {path} HTTP/1.1"',
        ):
            assert "SecretKey" not in without_keys(line), path
            assert route.template.split("{")[0] in without_keys(line)


@pytest.mark.parametrize("spoilt", ["", "x"])
def test_used_and_broken_links_leave_no_key_in_the_log(cast, client, caplog, spoilt):
    client.post(reverse("account_reset_password"), {"email": cast.resident.email})
    link = re.search(r"https?://\S+", Mail.objects.latest("pk").text).group()
    key = default_token_generator.make_token(cast.resident)
    addresses = [
        urlsplit(link).path.replace("-set", f"-{spoilt}set"),
        reverse("account_reset_password_from_key", args=[user_pk_to_url_str(cast.resident), key]),
        reverse("account_confirm_email", args=[f"{key}:{spoilt}"]),
        reverse("notifications:unsubscribe", args=[f"{key}{spoilt}"]),
    ]
    caplog.set_level(logging.DEBUG)

    for address in addresses:
        client.get(address, follow=True)

    lines = [LineFormatter(LINE).format(record) for record in caplog.records]
    assert any("Not Found: /unsubscribe/…" in line for line in lines)
    assert not [line for line in lines if key in line or key[-20:] in line]


def test_web_server_writes_its_lines_in_the_same_way(tmp_path):
    settings = Config()
    settings.set("accesslog", str(tmp_path / "access.log"))
    settings.set("errorlog", str(tmp_path / "error.log"))
    logger = WebLogger(settings)
    asked = {"h": "203.0.113.7", "m": "GET", "U": "/unsubscribe/SecretKey/", "s": "404"}

    logger.access_log.info(access_log_format, {**asked, "B": "9", "D": "1"})
    logger.error_log.error("Error handling request %s", "/accounts/confirm-email/SecretKey/")

    written = (tmp_path / "access.log").read_text() + (tmp_path / "error.log").read_text()
    assert "GET /unsubscribe/…/" in written
    assert "request /accounts/confirm-email/…/" in written
    assert not {"%(q)s", "%(r)s", "%(f)s"} & {*re.findall(r"%\(\w+\)s", access_log_format)}


def test_settings_write_every_line_so(settings):
    formatters = {each["()"] for each in settings.LOGGING["formatters"].values()}

    assert formatters == {"townhall.logs.LineFormatter"}
