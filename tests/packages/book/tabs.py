"""Whether the built book shows its languages as tabs: python3 tabs.py BOOK, by chromedriver and Chromium.

By click and by keys, on a wide and on a narrow screen, light and dark; and without scripts every language is there.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LANGUAGES = ["Rust", "C", "C++", "Python"]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"left": "\ue012", "right": "\ue014", "home": "\ue011", "end": "\ue010", "tab": "\ue004"}

# What a reader sees: for each section the tabs that are chosen, those that the Tab key reaches, and the panels that are shown.
SEEN = """
const seen = (node) => node.getClientRects().length > 0;
const names = (section, role, is) => [...section.querySelectorAll(`[role=${role}]`)].filter(is).map((node) => node.dataset.language
  ?? document.getElementById(node.getAttribute('aria-labelledby')).dataset.language);
return [...document.querySelectorAll('.tabs')].map((section) => ({
  all: names(section, 'tab', seen),
  chosen: names(section, 'tab', (tab) => tab.getAttribute('aria-selected') === 'true'),
  reached: names(section, 'tab', (tab) => tab.tabIndex === 0),
  shown: names(section, 'tabpanel', seen),
}));
"""
# How a chosen tab and its page look.
LOOK = """
const tab = document.querySelector('[role=tab][aria-selected=true]'), style = getComputedStyle(tab);
return {line: style.borderBottomColor, ground: getComputedStyle(document.documentElement).backgroundColor, color: style.color,
  width: document.documentElement.scrollWidth, screen: innerWidth, top: tab.getBoundingClientRect().top};
"""


class Browser:
    """A session of WebDriver."""

    def __init__(self, port: int, arguments: list[str], scripts: bool) -> None:
        self._base = f"http://127.0.0.1:{port}"
        content = {} if scripts else {"profile.managed_default_content_settings.javascript": 2}
        options = {"args": arguments, "prefs": content}
        asked = {"capabilities": {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}}
        self._base += "/session/" + self._send("POST", "/session", asked)["sessionId"]

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, url: str) -> None:
        self._send("POST", "/url", {"url": url})

    def url(self) -> str:
        return str(self._send("GET", "/url"))

    def resize(self, width: int) -> None:
        self._send("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}})

    def run(self, script: str) -> Any:
        return self._send("POST", "/execute/sync", {"script": script, "args": []})

    def find(self, selector: str) -> list[str]:
        found = self._send("POST", "/elements", {"using": "css selector", "value": selector})
        return [element[ELEMENT] for element in found]

    def click(self, element: str) -> None:
        self._send("POST", f"/element/{element}/click", {})

    def press(self, key: str) -> None:
        """On whatever has the focus."""
        active = self._send("GET", "/element/active")[ELEMENT]
        self._send("POST", f"/element/{active}/value", {"text": KEYS[key]})

    def text(self) -> str:
        return str(self._send("GET", f"/element/{self.find('main')[0]}/text"))

    def end(self) -> None:
        self._send("DELETE", "")


@contextlib.contextmanager
def driver() -> Iterator[int]:
    """chromedriver on a port that it chooses."""
    process = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                yield int(found[1])
                return
        raise SystemExit("chromedriver did not start")
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def browser(port: int, scripts: bool = True) -> Iterator[Browser]:
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--headless=new", "--disable-gpu", f"--user-data-dir={folder}", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", "--no-first-run"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        session = Browser(port, arguments, scripts)
        try:
            yield session
        finally:
            session.end()


def expect(page: Browser, language: str, about: str) -> None:
    """Every section that has the language shows it alone."""
    sections = page.run(SEEN)
    assert len(sections) > 5, sections
    for section in sections:
        if language in section["all"]:
            assert section["chosen"] == section["reached"] == section["shown"] == [language], (about, section)
        assert len(section["shown"]) == 1, (about, section)


def tab(page: Browser, section: int, language: str) -> str:
    return page.find(f".tabs:nth-of-type({section}) [role=tab][data-language='{language}']")[0]


def by_click_and_by_keys(page: Browser, url: str) -> None:
    page.open(url)
    expect(page, "Rust", "at first")
    for language in LANGUAGES:
        page.click(page.find(f"[role=tab][data-language='{language}']")[0])
        expect(page, language, "by click")
    steps = [("left", "C++"), ("left", "C"), ("right", "C++"), ("home", "Rust"), ("left", "Python"), ("right", "Rust"),
             ("end", "Python")]
    for key, language in steps:
        page.press(key)
        expect(page, language, f"by {key}")
    assert page.url() == url, "a key turned the page"
    page.open(url)
    expect(page, "Python", "after a reload")


def the_page_stays(page: Browser, url: str) -> None:
    """A choice in the last section leaves that where it is, whatever happens above."""
    page.open(url)
    last = page.find("[role=tablist]")[-1]
    where = "return [...document.querySelectorAll('[role=tablist]')].at(-1).getBoundingClientRect().top"
    page.click(page.find("[role=tab][data-language='Rust']")[0])
    page.run("[...document.querySelectorAll('[role=tablist]')].at(-1).scrollIntoView({block: 'center', behavior: 'instant'})")
    before = page.run(where)
    page.click(page.find("[role=tab][data-language='Python']")[-1])
    assert abs(page.run(where) - before) < 2, (last, before, page.run(where))


def luminance(color: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def it_looks_right(page: Browser, url: str) -> None:
    """Text and line stand out, in a light and in a dark theme, and on a narrow screen nothing sticks out."""
    for theme in ("light", "navy"):
        page.open(url)
        page.run(f"localStorage.setItem('mdbook-theme', '{theme}')")
        for width in (1200, 400):
            page.resize(width)
            page.open(url)
            look = page.run(LOOK)
            assert look["screen"] == width and look["width"] <= width, (theme, look)
            assert contrast(look["color"], look["ground"]) > 4.5 and contrast(look["line"], look["ground"]) > 3, (theme, look)
            page.click(page.find("[role=tab][data-language='C++']")[0])
            expect(page, "C++", f"{theme}, {width} pixels")


def nothing_is_hidden(page: Browser, url: str) -> None:
    """Without scripts."""
    page.open(url)
    text = page.text()
    for word in ("rph_builder_new", "rph::host::builder", "rp_host.Host(", "Host::builder()"):
        assert word in text, word


def main() -> None:
    url = (Path(sys.argv[1]).resolve() / "embedding-languages.html").as_uri()
    checks: list[Callable[[Browser, str], None]] = [by_click_and_by_keys, the_page_stays, it_looks_right]
    with driver() as port:
        for check in checks:
            with browser(port) as page:
                check(page, url)
        with browser(port, scripts=False) as page:
            nothing_is_hidden(page, url)
    print("tabs: by click, by keys, narrow and wide, light and dark, and without scripts")


main()
