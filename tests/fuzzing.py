"""Requests with hostile values in every place a request has: path, query, form, header, cookie."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import html5lib
from django.conf import settings
from django.contrib import admin
from django.test.client import Client, ClientHandler
from django.urls import URLResolver, get_resolver

from townhall.charsets import without_charset

VALUES = ["", "0", "-1", "1e309", "²", "9" * 19, "9" * 5000, "nan", str(2**63), "1.0", "+1"]
VALUES += ["\x00", "a\x00b", "\ud800", "\x02\x03", "\r\nX-Header: x", "\t", "\ufeff", "\u202e"]
VALUES += ["é" * 300, "ﬃ\u0301" * 40, "𝒯𝑜𝓌𝓃 😀", "x" * 100_000, "a b " * 700, "[a](b) " * 300]
VALUES += ["'", '"' * 50, "\\", "%", "%%s %(x)s", "{0}", "{{ x }}{% x %}", "'; --", "&|!():*<->"]
VALUES += ["<script>alert(1)</script>", "../../etc/passwd", "//evil.example", "?", "#", "word"]
VALUES += ["javascript:alert(1)", "https://evil.example/", "0001-01-01T00:00:00+23:59_1", "None"]
VALUES += ["9999-12-31", "0000-00-00", "31/02/2026", "=;=", "en;q=9, *", 'W/"x", *', "[]", "{}"]
assert len(set(VALUES)) == len(VALUES) >= 50

# What no text in a database can hold is refused at the door, whatever else is asked for.
NO_TEXT = re.compile("[\x00\ud800]")

IN_WELSH = 0.1
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
HEADERS = ["Accept", "Accept-Language", "Accept-Encoding", "Content-Length", "Cookie", "Expect"]
HEADERS += ["Forwarded", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range"]
HEADERS += ["Origin", "Purpose", "Range", "Referer", "Sec-Purpose", "User-Agent", "X-CSRFToken"]
HEADERS += ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Fragment"]
HEADERS += ["X-Requested-With"]
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=edge"
CONTENT_TYPES = [FORM, MULTIPART, "application/json", "text/plain", "application/octet-stream"]
CONTENT_TYPES += [f"{FORM}; charset={name}" for name in ("utf-16", "utf-7", "latin-1", "idna")]
CONTENT_TYPES += [f"{FORM}; charset={name}" for name in ("punycode", "hex", "rot13", "none", '"')]
CONTENT_TYPES += [f"{MULTIPART}; charset=utf-16", "multipart/form-data", "multipart/mixed", "", "/"]
CONTENT_TYPES += ["multipart/form-data; boundary=" + "x" * 300, "text/csv; charset=utf-32", "é"]
OF_ADMIN = ["_popup", "_to_field", "_changelist_filters", "_facets", "all", "e", "o", "p", "q"]
OF_ADMIN += ["app_label", "field_name", "model_name", "term", "id__in", "pk__gte", "pk", "action"]
OF_ADMIN += ["_selected_action", "select_across", "index", "form-TOTAL_FORMS", "form-0-id"]
READ_BY_VIEWS = re.compile(r"""(?:GET|POST)(?:\.get(?:list)?\(|\[)\s*["'](\w+)["']""")
GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class HandlerAtTheDoor(ClientHandler):
    """Stands behind what the web server's way in does to every request."""

    def __call__(self, environ: dict[str, Any]) -> Any:
        return super().__call__(without_charset(environ))


class ClientAtTheDoor(Client):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.handler = HandlerAtTheDoor(enforce_csrf_checks=False)


@dataclass
class Route:
    """A route as a template of a path, with the forms that its page has."""

    template: str
    model: str = ""
    forms: list["Form"] | None = None

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.template)


@dataclass
class Form:
    """A form of a page: where it goes, what a person would send, and what one can choose."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What is sent, for the test client and for the reader of a failure."""

    method: str
    path: str
    query: str = ""
    content_type: str = FORM
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        parts = [self.method, self.path[:200], self.query[:200], self.content_type[:60]]
        return " ".join([*parts, str(self.body[:200]), str(self.headers)[:300]])


def every_route() -> list[Route]:
    return [Route(template, model) for template, model in _walk(get_resolver(), "/", "")]


def _walk(resolver: Any, before: str, model: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        here = before + _template(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, here, model or _model_of(here))
        else:
            yield here, model


def _model_of(path: str) -> str:
    """Return the model that the part of the admin under a path is for."""
    for each in admin.site._registry:
        if path == f"/admin/{each._meta.app_label}/{each._meta.model_name}/":
            return each._meta.label_lower
    return ""


def _template(pattern: str) -> str:
    if pattern.startswith("^") or "(?P<" in pattern:
        pattern = GROUP.sub(r"{\1}", pattern.replace("\\Z", "")).strip("^$")
    return PARAMETER.sub(r"{\1}", pattern)


def names_in_source() -> list[str]:
    """List every name that a view asks a query or a form for, from the source of the site."""
    base = Path(settings.BASE_DIR)
    sources = [path for path in base.glob("*/**/*.py") if path.parts[len(base.parts)] != ".venv"]
    sources = [path for path in sources if path.parts[len(base.parts)] != "tests"]
    return sorted({name for path in sources for name in READ_BY_VIEWS.findall(path.read_text())})


class Fuzzer:
    """Makes the requests of each round; with as many rounds as values each place meets each."""

    def __init__(self, client: Any, things: dict[str, Any], seed: str) -> None:
        self.client, self.things, self.chance = client, things, Random(seed)
        self.routes = every_route()
        self.query_names = sorted({*names_in_source(), *OF_ADMIN, "next"})
        self.turns: dict[str, int] = {}

    def value(self, place: str) -> str:
        """Return the next value for a place, starting somewhere else for each."""
        turn = self.turns.setdefault(place, self.chance.randrange(len(VALUES)))
        self.turns[place] = turn + 1
        return VALUES[turn % len(VALUES)]

    def requests(self, route: Route, cookie: str, turn: int) -> Iterator[Request]:
        """Make two requests for a route; as many turns as half the kinds make all of them."""
        ways = [self.odd_path, self.odd_query, self.one_odd_word]
        ways += [self.whatever_sent, self.form_of_page, self.odd_headers]
        for way in (ways[turn % 3], ways[3 + turn % 3]):
            yield way(route, self.path(route), cookie)

    def odd_path(self, route: Route, path: str, cookie: str) -> Request:
        if route.parameters:
            path = self.path(route, spoil=True)
        return Request(self.chance.choice(["GET", "GET", "POST"]), path)

    def odd_query(self, route: Route, path: str, cookie: str) -> Request:
        names = [name for name in self.query_names if not name.startswith("form-")]
        asked = {name: self.value(f"{route.template}?{name}") for name in names}
        spoilt = {name: value for name, value in asked.items() if not NO_TEXT.search(value)}
        return Request("GET", path, _encoded(spoilt))

    def one_odd_word(self, route: Route, path: str, cookie: str) -> Request:
        name = self.chance.choice(self.query_names)
        asked = {name: self.value(f"{route.template}={name}")}
        return Request(self.chance.choice(["GET", "HEAD"]), path, _encoded(asked))

    def path(self, route: Route, *, spoil: bool = False) -> str:
        parts = {name: str(self._thing(route, name)) for name in route.parameters}
        if spoil:
            name = self.chance.choice(route.parameters)
            parts[name] = self.value(f"{route.template}{name}")
        path = route.template.format(**parts)
        if self.chance.random() < IN_WELSH:
            path = f"/cy{path}"
        return quote_from_bytes(path.encode("utf-8", "surrogatepass"), safe="/")

    def _thing(self, route: Route, name: str) -> Any:
        if name == "object_id":
            return self.things.get(f"row-of-{route.model}", 1)
        kind = route.template.strip("/").split("/")[0]
        return self.things.get(f"{kind}-{name}", self.things.get(name, 1))

    def whatever_sent(self, route: Route, path: str, cookie: str) -> Request:
        """Send every field that there is, by any method and in any kind of body."""
        chance, key = self.chance, route.template
        names = {*self.query_names, *(n for form in route.forms or [] for n in form.fields)}
        fields = {name: self.value(f"{key}!{name}") for name in sorted(names)}
        kind = chance.choice(CONTENT_TYPES)
        asked = f"{_encoded({'next': self.value(f'{key}next')[:9]})}&q=%C3%A9"
        return Request(chance.choice(METHODS), path, asked, kind, _body(kind, fields))

    def form_of_page(self, route: Route, path: str, cookie: str) -> Request:
        """Send a form of the page as a person would, but for one field."""
        if not route.forms:
            route.forms = self._learn(path, cookie)
        form = self.chance.choice(route.forms or [Form(path, {"body": "Words."})])
        fields = {**form.fields}
        name = self.chance.choice(sorted(fields) or ["body"])
        fields[name] = self.value(f"{route.template}:{name}")
        kind = self.chance.choice([FORM, MULTIPART])
        return Request("POST", form.action, "next=word&q=%C3%A9", kind, _body(kind, fields))

    def odd_headers(self, route: Route, path: str, cookie: str) -> Request:
        key = route.template
        names = self.chance.sample(HEADERS, 3)
        headers = {name: self.value(f"{key} {name}") for name in names}
        if "Cookie" not in headers:
            name = self.chance.choice(["messages", "sessionid", "csrftoken", "django_language"])
            headers["Cookie"] = f"{cookie}; {name}={self.value(f'{key} {name}')}"
        return Request(self.chance.choice(["GET", "POST"]), path, headers=tuple(headers.items()))

    def _learn(self, path: str, cookie: str) -> list[Form]:
        """Read the forms of a page."""
        answer = self.client.get(path, headers={"Cookie": cookie} if cookie else None)
        if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
            return []
        document = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
        forms = [form for form in document.iter("form") if form.get("method", "") == "post"]
        return [Form(form.get("action") or path, self._filled_in(form)) for form in forms]

    def _filled_in(self, form: Any) -> dict[str, str]:
        fields: dict[str, str] = {}
        for control in form.iter():
            name, kind = control.get("name"), control.get("type", "text")
            if not name or name == "csrfmiddlewaretoken":
                continue
            if control.tag == "select":
                options = [option.get("value", "") for option in control.iter("option")]
                fields[name] = self.chance.choice(options or [""])
            elif control.tag == "textarea":
                fields[name] = control.text or "Words that a person wrote."
            elif kind in {"radio", "submit"} or control.tag == "button":
                if name not in fields or self.chance.random() < 0.5:
                    fields[name] = control.get("value") or "yes"
            else:
                fields[name] = control.get("value") or "kay@example.org"
        return fields


def _encoded(fields: dict[str, str]) -> str:
    return urlencode(fields, errors="surrogatepass")


def _body(kind: str, fields: dict[str, str]) -> bytes:
    if kind.startswith("application/json"):
        return json.dumps(fields).encode()
    if not kind.startswith(MULTIPART):
        return _encoded(fields).encode()
    parts = []
    for number, (name, value) in enumerate(fields.items()):
        file = f'; filename="{value[:20]}"' if number % 7 == 6 else ""
        parts.append(
            f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}'
        )
    return "\r\n".join([*parts, "--edge--\r\n"]).encode("utf-8", "surrogatepass")
