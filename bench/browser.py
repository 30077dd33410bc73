"""What a browser does: keep the connection and the cookies, send the form's token back."""

import http.client
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.server import Failure

# What a kept connection that the server has ended meanwhile answers with.
ENDED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """One answer of the site."""

    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Browser:
    """One person's browser; copies of it share what they were given before."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), kind)

    def token_of(self, path: str) -> str:
        """Open a page with a form and return its token."""
        found = TOKEN.search(self.get(path).text)
        if not found:
            raise Failure(f"{path} has no form")
        return found[1]

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form that everybody uses."""
        path = "/accounts/login/"
        fields = {"login": email, "password": password, "remember": "on"}
        answer = self.post(path, {**fields, "csrfmiddlewaretoken": self.token_of(path)})
        if answer.status != http.client.FOUND:
            raise Failure(f"{email} could not sign in: {answer.status}")

    def copy(self) -> "Browser":
        return Browser(self.port, dict(self.cookies))

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        sent = {"Host": f"localhost:{self.port}", "Accept": "text/html", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self._send(method, path, body, sent)
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, response.headers, text)

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Ask once more, as browsers do, where a connection that was kept has ended."""
        was_kept = self.connection.sock is not None
        try:
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()
        except ENDED:
            self.connection.close()
            if not was_kept:
                raise
        self.connection.request(method, path, body, headers)
        return self.connection.getresponse()
