"""Open each page once, and take its picture at each width, light and dark."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    ViewportSize,
)

from bench.look.sight import Picture, Sight, Visit

TALLEST = 6000  # pixels; the rest of a page is left out
WINDOW = 900
PATIENCE = 15_000  # milliseconds
HEIGHT = "document.documentElement.scrollHeight"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Camera:
    """Where the site is, where the pictures go, and which are wanted."""

    site: str
    folder: Path
    widths: list[int]
    schemes: list[Scheme]

    def visit_all(
        self, browser: Browser, role: str, cookies: dict[str, str], sights: list[Sight]
    ) -> Iterator[Visit]:
        """Visit pages as one person."""
        context = browser.new_context(base_url=self.site, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        context.add_cookies(
            [{"name": name, "value": value, "url": self.site} for name, value in cookies.items()]
        )
        for sight in sights:
            yield self._visit(context, Visit(sight, role))
        context.close()

    def _visit(self, context: BrowserContext, visit: Visit) -> Visit:
        """Take all pictures from one visit: a second one would already show what was read."""
        page = context.new_page()
        self._listen(page, visit)
        try:
            self._open(page, visit)
            for width in self.widths:
                page.set_viewport_size(_window(width))
                visit.pictures += [self._shoot(page, visit, width, each) for each in self.schemes]
        except Error as error:
            visit.errors.append(error.message.partition("\n")[0])
        page.close()
        return visit

    def _listen(self, page: Page, visit: Visit) -> None:
        """Note what the page complains of, and whatever it asks of others than the site."""

        def on_console(line: ConsoleMessage) -> None:
            is_expected = visit.sight.status != 200 and line.location["url"] == page.url
            if line.type == "error" and not is_expected:
                visit.errors.append(f"console: {line.text}")

        def on_request(request: Request) -> None:
            if not request.url.startswith((f"{self.site}/", "data:", "blob:")):
                visit.errors.append(f"asks another host: {request.url}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: visit.errors.append(f"script: {error.message}"))
        page.on("request", on_request)

    def _open(self, page: Page, visit: Visit) -> None:
        sight = visit.sight
        page.set_viewport_size(_window(self.widths[0]))
        answer = page.goto(sight.path)
        for name, value in sight.fill.items():
            page.locator(f'[name="{name}"]').fill(value)
        for button in sight.press:
            with page.expect_navigation() as navigation:
                page.locator(button).first.click()
            answer = navigation.value
        if answer is not None:
            visit.status, visit.page_bytes = answer.status, len(answer.body())
        if visit.status != sight.status:
            visit.errors.append(f"answers {visit.status} instead of {sight.status}")

    def _shoot(self, page: Page, visit: Visit, width: int, scheme: Scheme) -> Picture:
        page.emulate_media(color_scheme=scheme)
        name = f"{visit.name}-{width}-{scheme}.png"
        height = page.evaluate(HEIGHT)
        picture = page.screenshot(
            path=self.folder / name,
            full_page=True,
            animations="disabled",
            clip={"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)},
        )
        return Picture(width, scheme, name, len(picture), height, page.evaluate(OVERFLOW))


def _window(width: int) -> ViewportSize:
    return {"width": width, "height": WINDOW}
