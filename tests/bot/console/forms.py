"""The forms of a page, filled in as they stand there, and sent as a browser does."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.bot.console.cast import Browser


@dataclass
class Form:
    """A form as a page has it, with what stands in its fields."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    wanted: set[str] = field(default_factory=set)


class FormsOf(HTMLParser):
    """The forms of a page that change something; every box is ticked, the first of what can be chosen is."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._here = here
        self._form: Form | None = None
        self._choice = self._area = ""
        self._said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            is_post = about.get("method") == "post"
            self._form = Form(about.get("action") or self._here) if is_post else None
            self.found += [self._form] if self._form else []
        if self._form is None:
            return
        name = about.get("name", "")
        self._form.wanted |= {name} if "required" in about and not about.get("value") else set()
        if tag == "input" and about.get("type") == "file":
            self._form.files.append(name)
        elif tag == "input" and name:
            is_chosen = about.get("type") == "radio" and name in dict(self._form.fields)
            self._form.fields += [] if is_chosen else [(name, about.get("value", ""))]
        elif tag == "select":
            self._choice = name
        elif tag == "option" and self._choice and ("selected" in about or self._choice not in dict(self._form.fields)):
            self._form.fields = [each for each in self._form.fields if each[0] != self._choice]
            self._form.fields.append((self._choice, about.get("value", "")))
        elif tag == "textarea":
            self._area, self._said = name, ""

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None and self._area:
            self._form.fields.append((self._area, self._said.strip()))
            self._area = ""
        elif tag == "select":
            self._choice = ""
        elif tag == "form":
            self._form = None


def forms_of(browser: Browser) -> list[Form]:
    return FormsOf(browser.page, browser.path).found


async def sends(browser: Browser, form: Form, files: Any = None, **typed: str) -> tuple[int, str]:
    """Send a form as the page has it, with this in its fields; the status, and where it leads."""
    data: dict[str, Any] = {}
    for name, value in form.fields:
        data.setdefault(name, []).append(value)
    answer = await browser.client.post(
        f"{browser.url}{form.action}",
        data=data | typed,
        files=files,
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )
    browser.answer, browser.page = answer, answer.text
    return answer.status_code, answer.headers.get("location", "")


def only(browser: Browser, action: str) -> Form:
    [form] = [each for each in forms_of(browser) if each.action.endswith(action)]
    return form
