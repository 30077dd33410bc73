"""What is wrong with the HTML of a page or a mail, told without a browser."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import html5lib
from html5lib.constants import E as WORDS

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LISTS_OF_IDS = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers")
SINGLE_IDS = ("aria-activedescendant", "aria-errormessage", "aria-details", "form", "list")
NEEDS_LABEL = ("input", "select", "textarea")
WITHOUT_LABEL = {"hidden", "submit", "button", "reset", "image"}
LANDMARKS = {"nav": "navigation", "aside": "complementary", "main": "main"}
LANDMARK_ROLES = {"navigation", "complementary", "search", "region", "form", "main", "banner"}
LABELLED = {*NEEDS_LABEL, "button", "meter", "output", "progress"}
ADDRESSES = {"href", "src", "action", "formaction"}
DATA = {"application/json", "application/ld+json"}  # scripts that run nothing
FIXED_SIZE = re.compile(r"maximum-scale|user-scalable")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Za-z]{2})?")


class Document:
    """A page as a strict parser reads it."""

    def __init__(self, html: str) -> None:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root = parser.parse(html)
        self.errors = [_told(*error) for error in parser.errors]
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        drawn = (each for each in self.root.iter() if isinstance(each.tag, str))
        self.elements = [each for each in drawn if not self.is_in_template(each)]
        self.ids = Counter(each.get("id") for each in self.elements if each.get("id") is not None)

    def all(self, *tags: str) -> list[Any]:
        return [each for each in self.elements if each.tag in tags]

    def around(self, element: Any) -> Iterator[Any]:
        while (element := self.parents.get(element)) is not None:
            yield element

    def is_in_template(self, element: Any) -> bool:
        return any(each.tag == "template" for each in self.around(element))

    def by_id(self, name: str) -> Any:
        return next((each for each in self.elements if each.get("id") == name), None)

    @property
    def title(self) -> str:
        return text_of(next(iter(self.all("title")), None))


def text_of(element: Any) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def name_of(document: Document, element: Any) -> str:
    """Return what a screen reader calls an element, as far as markup alone tells."""
    if label := " ".join((element.get("aria-label") or "").split()):
        return label
    if ids := element.get("aria-labelledby", "").split():
        return " ".join(text_of(document.by_id(each)) for each in ids).strip()
    pictures = [each.get("alt", "") for each in element.iter("img")]
    own = [element.get("alt", ""), element.get("value", "") if element.tag == "input" else ""]
    return " ".join([text_of(element), *pictures, *own, element.get("title", "")]).strip()


def faults_of(html: str, *, is_mail: bool = False) -> list[str]:
    """List everything that is wrong with a page; a mail may carry its own styles."""
    document = Document(html)
    checks = [ids, references, labels, headings, landmarks, names, languages, reach]
    faults = [*document.errors]
    for check in checks if is_mail else [*checks, policy]:
        faults += check(document)
    return faults


def ids(document: Document) -> Iterator[str]:
    for name, count in document.ids.items():
        if count > 1:
            yield f"the id {name!r} is there {count} times"
        if not name or " " in name:
            yield f"the id {name!r} is empty or has a space"


def references(document: Document) -> Iterator[str]:
    for element in document.elements:
        wanted = [name for key in LISTS_OF_IDS for name in element.get(key, "").split()]
        wanted += [element.get(key) for key in SINGLE_IDS if element.get(key)]
        address = element.get("href", "")
        if address.startswith("#") and address != "#top" and element.get("role") != "button":
            wanted.append(address[1:] or "(nothing)")
        for name in wanted:
            if name not in document.ids:
                yield f"<{element.tag}> points to #{name}, which is not there"


def labels(document: Document) -> Iterator[str]:
    for label in document.all("label"):
        target = document.by_id(label.get("for", ""))
        if label.get("for") is not None and (target is None or target.tag not in LABELLED):
            yield f"the label {text_of(label)!r} is for {label.get('for')!r}, which is no control"
    labelled = {label.get("for") for label in document.all("label")}
    for control in document.all(*NEEDS_LABEL):
        if control.get("type") in WITHOUT_LABEL or "hidden" in control.attrib:
            continue
        has_name = any(control.get(key) for key in ("aria-label", "aria-labelledby", "title"))
        is_inside = any(each.tag == "label" for each in document.around(control))
        if control.get("id") not in labelled and not has_name and not is_inside:
            yield f"<{control.tag} name={control.get('name')!r}> has no label"


def headings(document: Document) -> Iterator[str]:
    found = document.all(*HEADINGS)
    if (count := sum(each.tag == "h1" for each in found)) != 1:
        yield f"there are {count} h1"
    above = 0
    for heading in found:
        level = int(heading.tag[1])
        if level > above + 1:
            yield f"<{heading.tag}> {text_of(heading)!r} comes after h{above}"
        if not name_of(document, heading):
            yield f"an <{heading.tag}> is empty"
        above = level


def landmarks(document: Document) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for element in document.elements:
        role = element.get("role") or LANDMARKS.get(element.tag, "")
        if role in LANDMARK_ROLES:
            label = element.get("aria-label") or element.get("aria-labelledby") or ""
            found.setdefault(role, []).append(label)
    if len(found.get("main", [])) != 1:
        yield f"there are {len(found.get('main', []))} main landmarks"
    for role, called in found.items():
        if len(called) != len(set(called)) or (len(called) > 1 and "" in called):
            yield f"the landmarks of the role {role} are called {called}"


def names(document: Document) -> Iterator[str]:
    for element in document.all("a", "button", "summary", "legend", "label", "option", "iframe"):
        is_link = element.tag != "a" or element.get("href") is not None
        is_blank_choice = element.tag == "option" and element.get("value") == ""
        if is_link and not is_blank_choice and not name_of(document, element):
            yield f"a <{element.tag}> has no name: {element.attrib}"
    for element in document.all("img"):
        if element.get("alt") is None:
            yield f"an <img> has no alt: {element.get('src')}"
    for element in document.all("input"):
        if element.get("type") in {"submit", "button", "image"} and not name_of(document, element):
            yield "an <input> that is a button has no name"
    if not document.title:
        yield "the page has no title"


def languages(document: Document) -> Iterator[str]:
    if document.root.get("lang") is None:
        yield "<html> has no lang"
    for element in document.elements:
        language = element.get("lang")
        if language is not None and not LANGUAGE.fullmatch(language):
            yield f"<{element.tag}> has the lang {language!r}"


def reach(document: Document) -> Iterator[str]:
    """What keeps somebody from reaching or enlarging a part of the page."""
    for element in document.elements:
        if (element.get("tabindex") or "0").lstrip("+") not in {"0", "-1"}:
            yield f"<{element.tag}> has the tabindex {element.get('tabindex')}"
        if element.get("accesskey") is not None:
            yield f"<{element.tag}> has an accesskey"
    if sum("autofocus" in each.attrib for each in document.elements) > 1:
        yield "more than one element takes the focus"
    for meta in document.all("meta"):
        if meta.get("name") == "viewport" and FIXED_SIZE.search(meta.get("content", "")):
            yield "the page cannot be enlarged"


def policy(document: Document) -> Iterator[str]:
    """What a strict Content-Security-Policy refuses."""
    for element in document.elements:
        for key, value in element.attrib.items():
            if str(key).startswith("on") or key == "style":
                yield f"<{element.tag}> has {key}={value!r}"
            if key in ADDRESSES and value.strip().lower().startswith("javascript:"):
                yield f"<{element.tag}> has a javascript: address"
        if element.tag == "style":
            yield "there is a <style>"
        if element.tag == "script" and text_of(element) and element.get("type") not in DATA:
            yield "there is a <script> with its code inside"


def _told(place: tuple[int, int], code: str, values: dict[str, Any]) -> str:
    return f"line {place[0]}: {WORDS[code] % values}"
