"""How a page of the catalogue is opened: by Django's test client, and in a browser."""

from collections.abc import Mapping
from typing import Any

import html5lib
from django.conf import settings
from django.test import Client

from tests.pages.catalogue import Page

# The form that is meant: the longest one of the page itself that has what is typed.
FIND_FORM = """names => [...document.querySelectorAll("main form, #content form")]
    .filter(form => form.method === "post" && names.every(name => form.elements[name]))
    .sort((one, other) => other.elements.length - one.elements.length)[0]"""

# What the browser itself would hold back goes out too: the server has to say what is wrong.
SEND = """(form, act) => {
    form.noValidate = true;
    const any = "button:not([type=button]), input[type=submit]";
    form.requestSubmit(form.querySelector(act ? `button[value=${act}]` : any));
}"""


def open_by_client(client: Client, page: Page, things: Mapping[str, Any]) -> Any:
    """Return the response of a page, after its form was sent where it is in such a state."""
    address, typed = page.address(things), page.words(things)
    response = client.get(address, follow=True)
    if typed is None:
        return response
    if page.how == "without cookie":
        return Client(enforce_csrf_checks=True).post(address, typed)
    for _time in range(2 if page.how == "twice" else 1):
        action, fields = form_of(response.content.decode(), typed)
        here = response.request["PATH_INFO"]
        sent = client.post(action or here, fields | typed, follow=True)
    return sent


def form_of(html: str, typed: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return where the form that is meant is sent to, and what is in it before one types."""
    document = html5lib.parse(html, namespaceHTMLElements=False)
    forms = [
        form
        for part in [*document.iter("main"), *document.findall(".//*[@id='content']")]
        for form in part.iter("form")
        if form.get("method", "").lower() == "post" and set(typed) <= names_in(form)
    ]
    form = max(forms, key=lambda form: len(names_in(form)))
    return form.get("action", ""), dict([*pressed(form), *filled_in(form)])


def names_in(form: Any) -> set[str]:
    return {control.get("name") for control in form.iter() if control.get("name")}


def pressed(form: Any) -> Any:
    """List the name of the button that Enter presses: the first one."""
    buttons = [each for each in form.iter() if each.get("type") == "submit" or each.tag == "button"]
    yield from ((button.get("name"), "yes") for button in buttons[:1] if button.get("name"))


def filled_in(form: Any) -> Any:
    """List the names and values that a browser would send of a form as it came."""
    for control in form.iter():
        name, kind = control.get("name"), control.get("type", "text")
        if not name or control.tag == "button" or kind in {"submit", "button", "file"}:
            continue
        if control.tag == "textarea":
            yield name, (control.text or "").removeprefix("\n")
        elif control.tag == "select":
            chosen = [option for option in control.iter("option") if "selected" in option.attrib]
            yield from ((name, option.get("value", "")) for option in chosen)
        elif kind not in {"checkbox", "radio"} or "checked" in control.attrib:
            yield name, control.get("value", "on" if kind == "checkbox" else "")


def open_in_browser(tab: Any, page: Page, things: Mapping[str, Any]) -> None:
    """Open a page in a tab, and fill in and send its form where it is in such a state."""
    typed = page.words(things)
    tab.goto(page.address(things))
    if typed is None:
        return
    if page.how == "without cookie":
        tab.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    if page.how == "twice":
        _send(tab, typed)
        tab.goto(page.address(things))
    _send(tab, typed)


def _send(tab: Any, typed: Mapping[str, Any]) -> None:
    form = tab.evaluate_handle(FIND_FORM, list(typed)).as_element()
    assert form is not None, f"{tab.url} has no form with {list(typed)}"
    act = typed.get("act")  # the button that is pressed; the first one where none is named
    for name, value in typed.items():
        for field in form.query_selector_all(f"[name='{name}']:not(button)"):
            _fill(field, value)
    with tab.expect_navigation():
        form.evaluate(SEND, act)


def _fill(field: Any, value: Any) -> None:
    kind = field.evaluate("field => field.type")
    if kind == "hidden":
        return
    if kind == "select-one":
        field.select_option(value)
    elif kind == "radio":
        if field.get_attribute("value") == value:
            field.check(force=True)
    elif kind == "checkbox":
        field.set_checked(bool(value), force=True)
    else:
        # Browsers that know no fields for dates show one for any text.
        field.evaluate("field => { if (/date|time/.test(field.type)) field.type = 'text'; }")
        field.fill(value)
