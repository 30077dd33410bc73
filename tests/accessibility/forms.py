"""What is wrong with a form that came back refused, and with what forms ask of people."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.accessibility.markup import Document, text_of

# What a browser may fill in for somebody (WCAG 1.3.5), by the names of our fields.
PURPOSES = {
    "login": {"email", "username"},
    "email": {"email"},
    "password": {"current-password"},
    "oldpassword": {"current-password"},
    "password1": {"new-password"},
    "password2": {"new-password"},
    "public_name": {"name", "nickname"},
    "postcode": {"postal-code"},
}
SECRET = {"password", "oldpassword", "password1", "password2"}
CONTROLS = ("input", "select", "textarea")


def purposes(html: str) -> Iterator[str]:
    """Name the fields about somebody themselves that do not say what they are for."""
    for control in Document(html).all(*CONTROLS):
        name, kind = control.get("name"), control.get("type", "text")
        if kind == "hidden" or name not in PURPOSES:
            continue
        if not PURPOSES[name] & set((control.get("autocomplete") or "").split()):
            yield f"{name} has the autocomplete {control.get('autocomplete')!r}"


def refused(html: str, typed: Mapping[str, Any]) -> Iterator[str]:
    """Say what is missing of a form that somebody has to put right."""
    document = Document(html)
    summaries = [each for each in document.elements if each.get("role") == "alert"]
    if len(summaries) != 1:
        yield f"there are {len(summaries)} summaries of errors"
        return
    (summary,) = summaries
    if summary.get("tabindex") != "-1" or "autofocus" not in summary.attrib:
        yield "the summary of errors does not take the focus"
    if not any(each.tag in {"h2", "h3"} for each in summary.iter()) or not text_of(summary):
        yield "the summary of errors has no heading"
    yield from _links(document, summary)
    yield from _wrong_fields(document, summary)
    yield from _kept(document, typed)


def _links(document: Document, summary: Any) -> Iterator[str]:
    for link in summary.iter("a"):
        field = document.by_id(link.get("href", "").removeprefix("#"))
        if field is None or field.tag not in CONTROLS:
            yield f"{text_of(link)!r} leads to no field"
        elif field.get("aria-invalid") != "true" and not _group_is_described(document, field):
            yield f"{text_of(link)!r} leads to a field that is not said to be wrong"


def _group_is_described(document: Document, field: Any) -> bool:
    groups = [each for each in document.around(field) if each.tag == "fieldset"]
    return any(_errors_at(document, group) for group in groups)


def _wrong_fields(document: Document, summary: Any) -> Iterator[str]:
    told = text_of(summary)
    for field in document.all(*CONTROLS):
        if field.get("aria-invalid") != "true" or field.get("type") == "hidden":
            continue
        errors = _errors_at(document, field)
        groups = [each for each in document.around(field) if each.tag == "fieldset"]
        errors += [error for group in groups for error in _errors_at(document, group)]
        if not errors:
            yield f"{field.get('name')} is wrong, and its error is not read with it"
        if not any(error in told for error in errors):
            yield f"what is wrong with {field.get('name')} is not in the summary"


def _errors_at(document: Document, element: Any) -> list[str]:
    """Return the words of the errors that describe an element, each message by itself."""
    named = element.get("aria-describedby", "").split()
    boxes = [document.by_id(name) for name in named if name.endswith("_error")]
    return [
        text_of(part)
        for box in boxes
        if box is not None
        for part in (list(box) or [box])
        if text_of(part)
    ]


def _kept(document: Document, typed: Mapping[str, Any]) -> Iterator[str]:
    for name, value in typed.items():
        fields = [each for each in document.all(*CONTROLS) if each.get("name") == name]
        if name in SECRET or not value or not fields:
            continue
        if str(value).strip() not in {_held(field).strip() for field in fields}:
            yield f"{value!r} was typed into {name} and is gone"


def _held(field: Any) -> str:
    if field.tag == "textarea":
        return (field.text or "").removeprefix("\n")
    if field.tag == "select":
        options = (each for each in field.iter("option") if "selected" in each.attrib)
        return next((option.get("value", "") for option in options), "")
    is_choice = field.get("type") in {"radio", "checkbox"}
    return field.get("value", "") if not is_choice or "checked" in field.attrib else ""
