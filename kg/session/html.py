"""HTML of results, statements and articles for notebooks, with the marks of the pages.

A solid line marks a fact, a dashed one a claim, a dotted one an unclear passage. Each mark also has a name in words,
for viewers that remove style sheets. All rules are scoped. All text is escaped, and protected from MathJax, which would
typeset text between two dollar signs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

from kg.session.column_types import Term
from kg.views.article import ArticleView as Page
from kg.views.article import Paragraph
from kg.views.statement_card import Card, Name
from kg.views.terms import CellMaker, Mark, visible
from kg.views.text_runs import TextRun

MOST_ROWS: Final = 50
"""Number of rows in the table; the result has all of them."""
NO_PAGES: Final = "urn:no-page:"
"""A base that no IRI has: a notebook has no pages to link to."""
_STYLE: Final = Path(__file__).parent / "notebook.css"
_LEGEND: Final[Mapping[Mark, str]] = {
    "fact": "solid: the article says it itself; reported, not checked",
    "claim": "dashed: someone said it; what was said, not what happened",
    "unclear": "dotted: unclear who says it",
}
_NOTHING: Final = Markup("")


def result(
    columns: Sequence[str],
    rows: Sequence[Sequence[Term | None]],
    marks: Mapping[str, Mark],
    *,
    total: int,
    answer: bool | None = None,
    note: str = "",
) -> str:
    """Return a table of the first rows.

    Args:
        columns: The names of the columns.
        rows: The first rows.
        marks: The marks of plain texts; the mark of an IRI follows from its path.
        total: The number of all rows.
        answer: The answer to an ASK query, if it was one.
        note: A note below the table.
    """
    if answer is not None:
        about = "has" if answer else "does not have"
        return _view(
            Markup("<p>Answer: <strong>{}</strong> (the graph {} such a pattern; that is not a verdict)</p>").format(
                "yes" if answer else "no", about
            )
        )
    if not total:
        return _view(_state("Nothing found.", "The query ran to its end and no row matches."))
    maker = CellMaker(NO_PAGES, marks)
    cells = [[maker.cell(term) for term in row] for row in rows]
    shown: set[Mark] = {cell.mark for row in cells for cell in row}
    body = [[_marked(cell.mark, cell.markup, cell.full, cell.note) for cell in row] for row in cells]
    return _view(_legend(shown), _table(columns, body), _size(len(rows), total), _state("", note) if note else _NOTHING)


def statements(cards: Sequence[Card], total: int) -> str:
    """Return statements as a list: the marked quote first, then the speaker.

    Args:
        cards: The first statements.
        total: The number of all statements.
    """
    if not total:
        return _view(_state("Nothing found.", "No statement is of that kind: drop a condition."))
    items = _join(_item(card) for card in cards)
    return _view(_legend({card.mark for card in cards}), Markup("<ul>{}</ul>").format(items), _size(len(cards), total))


def statement(card: Card) -> str:
    """Return one statement with all its known properties."""
    rows = [
        (label, value)
        for label, value in (
            ("said by", _whose(card)),
            ("passed on in", card.row.inside),
            ("cue", card.row.cue),
            ("act", card.row.act),
            ("form", card.row.form),
            ("said to", card.row.addressee),
            ("medium", card.row.medium),
            ("about", " and ".join(name.text for name in card.whom if name.text != "→")),
            ("event", card.row.event),
            ("polarity", card.denial or card.row.polarity),
            ("certainty", card.row.certainty),
            ("time", _time(card)),
            ("read by", " ".join(filter(None, (card.row.rule, card.row.confidence)))),
            ("in", f"{card.row.document}, characters {card.row.start} to {card.row.end}"),
            ("statement", card.row.statement),
        )
        if value
    ]
    lines = _join(Markup("<tr><th>{}</th><td>{}</td></tr>").format(label, visible(value)) for label, value in rows)
    return _view(_legend({card.mark}), Markup("<ul>{}</ul><table>{}</table>").format(_item(card), lines))


def article(page: Page, version: str) -> str:
    """Return the text with marked statements, and the statements of each paragraph below it.

    Args:
        page: The text.
        version: The IRI of the version.
    """
    counts = Counter(page.counts)
    inner = f" and {counts['inner']:,} inside of claims" if counts["inner"] else ""
    about = ", ".join((page.publisher or "publisher not stated", page.published or "no publication date", version))
    told = Markup(
        "<p>The article reports {} itself (reported, not checked) and passes on {} by others{}. "
        "In {} the speaker is unclear.</p>"
    ).format(
        _counted(counts["event"], "event"),
        _counted(counts["claim"], "claim"),
        inner,
        _counted(counts["unclear"], "passage"),
    )
    cut = _NOTHING
    if page.next_paragraph is not None:
        cut = _state("Cut off:", f"up to paragraph {page.next_paragraph} of {page.paragraph_count}.")
    paragraphs = _join(map(_paragraph, page.paragraphs))
    return _view(Markup('<p class="soft">{}</p>').format(visible(about)), told, _legend(set(_LEGEND)), paragraphs, cut)


def _paragraph(paragraph: Paragraph) -> Markup:
    tag = Markup("h3") if paragraph.is_headline else Markup("p")
    text = _join(map(_run, paragraph.runs))
    cards = _join(
        Markup('<li class="{}-card{}">{}{}</li>').format(
            card.mark, " inner" if card.inside else "", _tag(card.mark, card.number), _about(card)
        )
        for card in paragraph.cards
    )
    return Markup('<{} class="text">{}</{}>{}').format(tag, text, tag, Markup("<ul>{}</ul>").format(cards))


def _run(run: TextRun) -> Markup:
    """Return a run of text under its lines.

    The numbers of the statements that begin or continue there come first.
    """
    words = visible(run.text)
    parts = " ".join(name for name, is_so in (("source", run.is_source), ("cue", run.is_cue)) if is_so)
    if parts:
        words = Markup('<span class="{}">{}</span>').format(parts, words)
    elif run.is_context:
        words = Markup('<span class="context">{}</span>').format(words)
    for line in reversed(run.lines):
        if line.mark:
            role = " role" if line.is_role else ""
            words = Markup('<span class="{} t{}{}">{}</span>').format(line.mark, line.level, role, words)
    numbers = [_tag(card.mark, card.number, short=True) for card in run.begins]
    numbers += [_tag(card.mark, f"…{card.number}", short=True) for card in run.goes_on]
    return _join([*numbers, words])


def _item(card: Card) -> Markup:
    return Markup('<li class="{0}-card">{1}<span class="{0} quote">{2}</span><br>{3}</li>').format(
        card.mark, _tag(card.mark, card.number), visible(card.row.quote), _about(card)
    )


def _about(card: Card) -> Markup:
    """Return the plain sentence with its form; the speaker if there is no sentence."""
    parts = [_whose(card) if card.mark == "fact" else "", "hearsay" if card.row.kind == "inner" else "", card.how]
    sub = " · ".join(filter(None, [*parts, _time(card)]))
    said = _join([_names(card.who), visible(f" {card.verb} "), _names(card.whom)])
    return Markup('{}<br><span class="soft">{}</span>').format(said, visible(sub))


def _names(names: Iterable[Name]) -> Markup:
    return visible(" ").join([Markup("<b>{}</b>").format(visible(name.text)) for name in names])


def _whose(card: Card) -> str:
    if card.mark == "fact":
        return "the article itself: reported, not checked"
    return "unclear" if card.mark == "unclear" else " and ".join(name.text for name in card.who)


def _time(card: Card) -> str:
    if not card.row.when:
        return ""
    return f"“{card.row.when}” {'(no date)' if card.is_undated else card.days}"


def _tag(mark: Mark, number: str = "", *, short: bool = False) -> Markup:
    kind = "what it says and what it passes on" if mark == "mixed" else mark
    return Markup('<span class="tag {}" title="{}">{}</span>').format(
        mark, kind, number if short else f"{kind} {number}".strip()
    )


def _marked(mark: Mark, words: Markup, full: str, note: str) -> Markup:
    shown = Markup('<span title="{}">{}</span>').format(full, words) if full else words
    if mark:
        shown = Markup('{}<span class="{}">{}</span>').format(_tag(mark), mark, shown)
    return shown + Markup(' <span class="soft">{}</span>').format(note) if note else shown


def _table(columns: Sequence[str], rows: Sequence[Sequence[Markup]]) -> Markup:
    head = _join(Markup('<th scope="col">{}</th>').format(visible(column)) for column in columns)
    lines = (_join(Markup("<td>{}</td>").format(cell) for cell in row) for row in rows)
    body = _join(Markup("<tr>{}</tr>").format(line) for line in lines)
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


def _legend(marks: set[Mark]) -> Markup:
    shown = [Markup('<span class="{}">{}</span>').format(mark, text) for mark, text in _LEGEND.items() if mark in marks]
    return Markup('<p class="soft">{}</p>').format(Markup(" · ").join(shown)) if shown else _NOTHING


def _size(shown: int, total: int) -> Markup:
    if shown < total:
        return _state("Cut off:", f"the first {shown:,} of {total:,}; the result itself has them all.")
    return Markup('<p class="soft">{} row{}</p>').format(f"{total:,}", "" if total == 1 else "s")


def _counted(number: int, word: str) -> Markup:
    return Markup("<b>{} {}{}</b>").format(f"{number:,}", word, "" if number == 1 else "s")


def _state(strong: str, text: str) -> Markup:
    return Markup('<p class="state"><strong>{}</strong> {}</p>').format(strong, visible(text))


def _view(*parts: Markup) -> str:
    return str(
        Markup('<div class="kg-view tex2jax_ignore mathjax_ignore"><style>{}</style>{}</div>').format(
            _style(), _join(parts)
        )
    )


@cache
def _style() -> Markup:
    return Markup(_STYLE.read_text("utf-8"))


def _join(parts: Iterable[Markup]) -> Markup:
    return _NOTHING.join(parts)
