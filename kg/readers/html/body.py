"""Which paragraphs of a page are its article.

trafilatura chooses first, on the page without the parts that are foreign by name. Its choice is then corrected by
where the chosen paragraphs stand: what stands between and beside them is the article's too, a lead above it is looked
for, and teasers, captions and appeals go. Where the page says its text in JSON-LD, the two are compared.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from kg.readers.article import Cut
from kg.readers.html import words
from kg.readers.html.blocks import Blocks, PageBlock

_NO_LETTER: Final = re.compile(r"[\W_]+")
_HEADINGS: Final = frozenset({"h2", "h3", "h4", "h5", "h6"})
_SURE: Final = 25
"""Letters of a paragraph that can be looked up in a text without being found there by chance."""
_MIN_LEAD: Final = 45
_LEAD: Final = re.compile(
    r"(?:^|[\s_-])(?:lead|lede|leadtext|lead-?(?:text|paragraph)|ingress|intro|introduction|chapo|chapeau|"
    r"standfirst|sapo|vorspann|entradilla|bajada|ingresso|ingressi|zajawka|perex|spot)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""What papers call the paragraph above the column."""
_MAX_LABEL: Final = 60
"""Characters of a line that ends in a colon and says of what comes after it."""
_MAX_CARD: Final = 700
"""Characters of a box with another article's headline."""
_MIN_DECLARED: Final = 250
"""Letters of a text in JSON-LD that says more than a summary."""

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Body:
    """The paragraphs of an article, and what stood among them and was cut."""

    paragraphs: tuple[PageBlock, ...]
    cut: tuple[Cut, ...]


def letters(text: str) -> str:
    """Return the letters and digits of a text alone: what two renderings of it share."""
    return _NO_LETTER.sub("", text).casefold()


def choose(tree: HtmlElement, page: Blocks, *, title: str | None, declared: str | None) -> Body:
    """Return the body of the article of a page.

    Args:
        tree: The page. Its foreign parts are taken out of it.
        page: Its paragraphs.
        title: The headline, which is not of the body.
        declared: The text that the page gives in JSON-LD; None if it gives none.
    """
    chooser = _Chooser(page.blocks, title, declared)
    chosen = chooser.chosen(_by_trafilatura(tree, page.foreign))
    return Body(tuple(chosen), tuple(chooser.cut(chosen)))


def _by_trafilatura(tree: HtmlElement, foreign: Sequence[HtmlElement]) -> str:
    """Return the letters of the text that trafilatura extracts from the page without its foreign parts."""
    from trafilatura import bare_extraction

    for element in foreign:
        if element.getparent() is not None:
            element.drop_tree()
    try:
        found = bare_extraction(deepcopy(tree), include_comments=False, with_metadata=False)
    except Exception:  # noqa: BLE001  # of a library, on pages of any kind: what is left is our own choice
        return ""
    return letters(getattr(found, "text", None) or "")


def _names_of(element: HtmlElement) -> str:
    """Return the class and id of an element and what holds it."""
    holder = element.getparent()
    both = [element] if holder is None else [element, holder]
    return " ".join(f"{one.get('class') or ''} {one.get('id') or ''}" for one in both)


class _Chooser:
    def __init__(self, blocks: Sequence[PageBlock], title: str | None, declared: str | None) -> None:
        self._blocks = blocks
        self._letters = [letters(block.text) for block in blocks]
        self._title = letters(title or "")
        self._declared = letters(declared or "")
        self._lines = [self._kind_of(i) for i in range(len(blocks))]
        self._drop_lists_of_links()

    def _drop_lists_of_links(self) -> None:
        """Have lists whose entries are mostly links be related articles, the few plain entries too."""
        lists: dict[HtmlElement, list[int]] = {}
        for i, block in enumerate(self._blocks):
            if block.tag == "li" and block.parent is not None:
                lists.setdefault(block.parent, []).append(i)
        for entries in lists.values():
            length = sum(len(self._blocks[i].text) for i in entries)
            linked = sum(len(self._blocks[i].text) * self._blocks[i].link_share for i in entries)
            if len(entries) > 1 and linked > 0.5 * length:
                for i in entries:
                    self._lines[i] = self._lines[i] or "related"

    def _kind_of(self, i: int) -> str | None:
        """Return why a paragraph cannot be of the body, by its place or its words; None if it can."""
        block = self._blocks[i]
        if block.kind is not None:
            return block.kind
        if self._title and self._is_headline(i):
            return "chrome"
        if words.is_byline(block.text):
            return "author"
        if words.is_date(block.text):
            return "chrome"
        return words.kind_of_line(block.text, block.link_share) or (None if self._letters[i] else "chrome")

    def _is_headline(self, i: int) -> bool:
        """Return True if a paragraph is the headline, in a heading also with a kicker before it."""
        own = self._letters[i]
        if own == self._title:
            return True
        is_heading = self._blocks[i].tag in ("h1", *_HEADINGS)
        return is_heading and own.endswith(self._title) and len(own) <= len(self._title) + _MAX_LABEL

    def chosen(self, extracted: str) -> list[PageBlock]:
        """Return the paragraphs of the body.

        Args:
            extracted: The letters of the text that another program takes for it.
        """
        declared = self._declared if len(self._declared) >= _MIN_DECLARED else ""
        core = {
            i
            for i, kind in enumerate(self._lines)
            if kind is None and self._is_in(i, extracted) and self._blocks[i].tag != "h1"
        }
        core = self._below_headline(self._with_declared(core, declared))
        if not core:
            core = self._densest()
        if not core:
            return []
        kept = self._around(core)
        kept = self._without_strangers(kept, declared)
        return [self._blocks[i] for i in self._trimmed(self._without_repeats(sorted(kept)))]

    def cut(self, chosen: Sequence[PageBlock]) -> list[Cut]:
        """Return what stands between the first and the last of the chosen paragraphs and was not chosen."""
        kept = {id(block) for block in chosen}
        at = [i for i, block in enumerate(self._blocks) if id(block) in kept]
        if not at:
            return []
        out = []
        for i in range(max(0, at[0] - 12), min(len(self._blocks), at[-1] + 12)):
            if i not in at and self._letters[i]:
                out.append(Cut(text=self._blocks[i].text, kind=self._lines[i] or "chrome"))
        return out

    def _is_in(self, i: int, text: str) -> bool:
        found = self._letters[i]
        if len(found) >= _SURE:
            return found in text or (len(found) > 160 and found[:60] in text and found[-60:] in text)
        return bool(found) and found in text and self._blocks[i].tag in ("p", *_HEADINGS, "blockquote", "li")

    def _with_declared(self, core: set[int], declared: str) -> set[int]:
        """Return the core with the paragraphs that the page's own data says are of the article."""
        if not declared:
            return core
        said = {
            i
            for i, kind in enumerate(self._lines)
            if kind in (None, "related", "caption")
            and len(self._letters[i]) >= _SURE
            and self._letters[i] in declared
            and self._blocks[i].tag != "h1"
            and (kind is None or self._blocks[i].link_share < 0.5)
        }
        covered = sum(len(self._letters[i]) for i in said)
        return core | said if covered >= 0.5 * len(declared) or covered >= 600 else core

    def _below_headline(self, core: set[int]) -> set[int]:
        """Return the core without what stands above the headline, where most of it stands below."""
        headlines = [i for i in range(len(self._letters)) if self._title and self._is_headline(i)]
        whole = sum(len(self._letters[i]) for i in core)
        for at in reversed(headlines):
            below = {i for i in core if i > at}
            if sum(len(self._letters[i]) for i in below) >= 0.7 * whole:
                return below
        return core

    def _densest(self) -> set[int]:
        """Return the paragraphs of the element that holds most text itself."""
        totals: Counter[HtmlElement] = Counter()
        for i, block in enumerate(self._blocks):
            parent = block.parent
            if parent is not None and self._lines[i] is None and block.link_share < 0.3 and len(block.text) > 40:
                totals[parent] += len(block.text)
        if not totals:
            return set()
        (best, _), *_ = totals.most_common(1)
        return {i for i, block in enumerate(self._blocks) if block.parent is best and self._lines[i] is None}

    def _around(self, core: set[int]) -> set[int]:
        """Return the core with the paragraphs that stand among and beside it, lead and end of the article."""
        holders = self._holders(core)
        region = self._region(core)
        first, last = min(core), max(core)
        among = {i for i in range(first, last + 1) if self._lines[i] is None and self._fits(i, holders, region)}
        return core | among | set(self._lead(first, holders)) | set(self._end(last, holders))

    def _lead(self, first: int, holders: set[HtmlElement]) -> Iterator[int]:
        """Yield the paragraphs between the headline and the first of the core that are of the article."""
        for i in range(first - 1, max(-1, first - 15), -1):
            block = self._blocks[i]
            if block.tag == "h1":
                break
            is_lead = block.parent in holders and self._is_paragraph(i, _MIN_LEAD)
            if self._lines[i] is None and (is_lead or self._is_named_lead(i)):
                yield i

    def _end(self, last: int, holders: set[HtmlElement]) -> Iterator[int]:
        """Yield the paragraphs after the last of the core, up to a heading, that are of the article."""
        for i in range(last + 1, min(len(self._blocks), last + 15)):
            block = self._blocks[i]
            if block.tag in _HEADINGS:
                break
            if self._lines[i] is None and block.parent in holders and self._is_paragraph(i, _MIN_LEAD):
                yield i

    def _is_named_lead(self, i: int) -> bool:
        block = self._blocks[i]
        return len(block.text) >= 80 and block.link_share < 0.3 and bool(_LEAD.search(_names_of(block.element)))

    def _holders(self, chosen: set[int]) -> set[HtmlElement]:
        """Return the elements that hold enough of the chosen paragraphs to be the column of the article."""
        totals: Counter[HtmlElement] = Counter()
        for i in chosen:
            parent = self._blocks[i].parent
            if parent is not None:
                totals[parent] += len(self._letters[i])
        whole = sum(totals.values())
        return {parent for parent, length in totals.items() if length >= 0.15 * whole}

    def _region(self, core: set[int]) -> HtmlElement | None:
        """Return the smallest element that holds nearly all of the chosen text."""
        totals: Counter[HtmlElement] = Counter()
        depth: dict[HtmlElement, int] = {}
        whole = 0
        for i in core:
            whole += len(self._letters[i])
            ups = [self._blocks[i].element, *self._blocks[i].element.iterancestors()]
            for level, up in enumerate(reversed(ups)):
                totals[up] += len(self._letters[i])
                depth[up] = level
        holding = [element for element, length in totals.items() if length >= 0.9 * whole]
        return max(holding, key=depth.__getitem__, default=None)

    def _fits(self, i: int, holders: set[HtmlElement], region: HtmlElement | None) -> bool:
        """Return True for a paragraph between those of the article that is one of it."""
        block = self._blocks[i]
        if block.parent in holders:
            return self._is_paragraph(i, 2) or block.tag in _HEADINGS
        if block.tag in ("td", "th"):
            return False
        inside = region is not None and (block.element is region or region in block.element.iterancestors())
        return inside and block.tag in ("p", "blockquote", "li", "div") and self._is_paragraph(i, 60)

    def _is_paragraph(self, i: int, least: int) -> bool:
        block = self._blocks[i]
        return (
            len(block.text) >= least
            and block.link_share < 0.5
            and block.tag != "h1"
            and (words.is_sentence(block.text) or (least < 10 and block.tag == "p"))
        )

    def _without_strangers(self, kept: set[int], declared: str) -> set[int]:
        """Return the paragraphs without teasers in boxes, and without those missing in the page's own data."""
        holders = self._holders(kept)
        out = {
            i
            for i in kept
            if self._blocks[i].parent in holders or self._is_named_lead(i) or not self._is_in_card(i, holders)
        }
        return self._without_idle_headings(self._without_undeclared(out, declared) if declared else out)

    def _without_undeclared(self, kept: set[int], declared: str) -> set[int]:
        """Return the paragraphs that the page's own text of the article has, and those that belong to them.

        A page whose own text lacks more than a fifth of the paragraphs keeps all of them.
        """
        said = {i for i in kept if self._letters[i] in declared}
        if not said or self._length(said) < 0.8 * self._length(kept):
            return kept
        homes = {self._blocks[i].parent for i in said}
        last = max(said)
        end = last if declared.endswith(self._letters[last][-20:]) else len(self._blocks)

        def belongs(i: int) -> bool:
            block = self._blocks[i]
            if i in said or block.tag in _HEADINGS or self._is_named_lead(i):
                return True
            return block.parent in homes and i <= end and block.link_share < 0.3

        return set(filter(belongs, kept))

    def _length(self, chosen: set[int]) -> int:
        return sum(len(self._letters[i]) for i in chosen)

    def _is_in_card(self, i: int, holders: set[HtmlElement]) -> bool:
        """Return True if the paragraph shares a box of its own with a link that leads elsewhere."""
        links = [
            block for block in self._blocks[max(0, i - 6) : i + 7] if block.link_share > 0.9 and len(block.text) > 15
        ]
        for box in self._blocks[i].element.iterancestors() if links else ():
            if box in holders or any(box in holder.iterancestors() for holder in holders):
                return False
            if len(box.text_content()) > _MAX_CARD:
                return False
            if any(link.element is box or box in link.element.iterancestors() for link in links):
                return True
        return False

    def _without_idle_headings(self, kept: set[int]) -> set[int]:
        """Return the paragraphs without headings that nothing follows, such as that of a list that was cut."""
        out = set(kept)
        ordered = sorted(kept)
        for at, i in enumerate(ordered):
            if self._blocks[i].tag not in _HEADINGS:
                continue
            following = ordered[at + 1] if at + 1 < len(ordered) else None
            if following is None or (
                self._blocks[following].tag in _HEADINGS
                and any(self._lines[k] not in (None, "caption") for k in range(i + 1, following))
            ):
                out.discard(i)
        return out

    def _trimmed(self, ordered: list[int]) -> list[int]:
        """Return the paragraphs without labels before the first and after the last one that is running text.

        A label is a kicker, the name of a photographer, "Share this", or a heading of links that were cut.
        """
        at = [n for n, i in enumerate(ordered) if not self._is_label(i)]
        if not at or sum(len(self._blocks[i].text) for i in ordered[at[0] : at[-1] + 1]) < _MIN_DECLARED:
            return ordered
        first, last = at[0], at[-1]
        while first and self._introduces(ordered[first - 1]):
            first -= 1
        return ordered[first : last + 1]

    def _introduces(self, i: int) -> bool:
        """Return True for a heading of the first paragraph, and for a line that says whose words follow."""
        return self._blocks[i].tag in _HEADINGS or self._blocks[i].text.endswith(":")

    def _is_label(self, i: int) -> bool:
        block = self._blocks[i]
        if block.tag in _HEADINGS:
            return True
        if block.tag == "li" or words.is_sentence(block.text.rstrip(":")):
            return block.text.endswith(":") and len(block.text) < _MAX_LABEL
        return len(self._letters[i]) < (_MAX_LABEL if block.text.endswith(":") else _SURE)

    def _without_repeats(self, ordered: list[int]) -> list[int]:
        """Return the paragraphs without full repetitions and pull quotes."""
        whole = [self._letters[i] for i in ordered]
        out: list[int] = []
        seen: set[str] = set()
        for i, own in zip(ordered, whole, strict=True):
            if len(own) >= _SURE and own in seen:
                continue
            if (
                _SURE <= len(own) < 300
                and self._blocks[i].tag not in _HEADINGS
                and self._blocks[i].tag != "p"
                and any(own in other and own != other for other in whole)
            ):
                continue
            seen.add(own)
            out.append(i)
        return out
