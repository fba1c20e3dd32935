"""Parts of a page that are not its article, recognized by their names (``foreign.toml``)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

_ELEMENTS: Final = {
    "nav": "navigation",
    "footer": "navigation",
    "aside": "related",
    "figcaption": "caption",
    "figure": "caption",
    "form": "newsletter",
    "button": "chrome",
    "label": "chrome",
    "menu": "navigation",
    "dialog": "chrome",
    "amp-sidebar": "navigation",
    "amp-social-share": "chrome",
    "amp-consent": "chrome",
    "gcse": "chrome",
}
_ROLES: Final = {
    "navigation": "navigation",
    "complementary": "related",
    "banner": "navigation",
    "contentinfo": "navigation",
    "search": "navigation",
    "dialog": "chrome",
    "alertdialog": "chrome",
    "toolbar": "chrome",
    "menu": "navigation",
    "tooltip": "chrome",
}
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD: Final = re.compile(r"[a-z0-9-]+")
_PREFIX: Final = re.compile(
    r"^(?:[a-z]{1,4}-)?(?:js|css|c|l|o|u|m|is|has|td|tdb|jeg|et|elementor|wp|block|component|module|"
    r"region|section|article|story|post|entry|content|page|site|news|body|main|widget|container|single|"
    r"ssrcss|sc|css)-+"
)
_SUFFIX: Final = re.compile(
    r"-+(?:wrapper|wrap|container|box|block|section|module|component|area|content|inner|outer|holder|"
    r"panel|unit|item|items|list|group|widget|region|zone|bar|el|element|full|small|large|mobile|desktop|"
    r"\d+)$"
)


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(f"(?:{'|'.join(names)})")) for kind, names in _tables()["names"].items())


@cache
def _sure_words() -> dict[str, str]:
    return {word: kind for kind, found in _tables()["words"].items() for word in found}


def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("foreign.toml").read_text("utf-8"))


def kind_of_names(names: str) -> str | None:
    """Return what kind of foreign part the class and id of an element name; None for none.

    Args:
        names: The values, with blanks between.
    """
    for raw in names.split():
        kind = _kind_of_name(raw)
        if kind is not None:
            return kind
    return None


def _kind_of_name(raw: str) -> str | None:
    name = _CAMEL.sub("-", raw).lower().replace("_", "-").strip("-")
    name = re.sub("-+", "-", name)
    for word in name.split("-"):
        if word in _sure_words():
            return _sure_words()[word]
    for _ in range(4):
        for kind, pattern in _kinds():
            if pattern.fullmatch(name):
                return kind
        shorter = _SUFFIX.sub("", name)
        if shorter == name:
            shorter = _PREFIX.sub("", name)
        if shorter == name or not shorter:
            return None
        name = shorter
    return None


def kind_of_element(tag: str, role: str | None) -> str | None:
    """Return the kind of a foreign part by its tag and ARIA role, None if it is not foreign.

    Args:
        tag: The name of the element.
        role: Its ARIA role.
    """
    return _ELEMENTS.get(tag) or _ROLES.get((role or "").lower())
