"""Made-up articles of any number and what is read out of them, through our own mapper: for benchmarks and tests."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kg import mapper, vocab
from kg.records import Claim, Document, Entity, Event, Fact, Record, Run, Span, TimeExpression

_ACTORS = 400
_ACTS, _TYPES = sorted(vocab.SPEECH_ACTS), sorted(vocab.EVENT_TYPES)


def graph(number: int, statements: int = 40) -> tuple[Quad, ...]:
    """The quads of one made-up article: about 75 a statement, the same for the same number."""
    return mapper.map_record(record(number, statements)).quads


def graphs(triples: int) -> Iterator[Quad]:
    """The quads of as many articles as it takes to have that many, or a few more."""
    for quads in _until(triples, graph):
        yield from quads


def write_nquads(path: Path, wanted: int, of: Callable[[int], Iterable[Quad]] = graph) -> tuple[int, int]:
    """Write the quads of as many articles as it takes to have that many.

    Args:
        path: The N-Quads file to write.
        wanted: The least number of quads.
        of: Returns the quads of the article of a number.

    Returns:
        How many quads and how many articles were written.
    """
    made = articles = 0
    with path.open("wb") as file:
        for quads in _until(wanted, of):
            serialize(quads, file, RdfFormat.N_QUADS)
            made, articles = made + len(quads), articles + 1
    return made, articles


def _until(wanted: int, of: Callable[[int], Iterable[Quad]]) -> Iterator[tuple[Quad, ...]]:
    """Yield the quads of one article after the other until there are that many."""
    made = 0
    for number in count():
        if made >= wanted:
            return
        quads = tuple(of(number))
        made += len(quads)
        yield quads


def record(number: int, statements: int) -> Record:
    """One made-up article: facts and claims by turns, each sentence naming two of a few hundred actors."""
    chance = random.Random(number)
    text = f"Bulletin {number}\n"
    names = [f"Land {chance.randrange(_ACTORS)}" for _ in range(max(4, statements // 2))]
    facts, claims = [], []
    mentions: dict[str, list[Span]] = {name: [] for name in names}
    for i in range(statements):
        one, other = chance.sample(names, 2)
        said = i % 2 == 1
        start = len(text)
        text += f"{one} {'says that it met' if said else 'met'} {other} in year {i}. "
        mentions[one].append(Span(start, start + len(one)))
        at = text.index(other, start + len(one))
        if other != one:
            mentions[other].append(Span(at, at + len(other)))
        event = Event(type=chance.choice(_TYPES), participants=tuple(dict.fromkeys((one, other))))
        end = len(text) - 2
        if said:
            begin = text.index("that it", start)
            claims.append(_claim(i, one, event, Span(begin, end), Span(begin - 5, begin - 1), chance))
        else:
            facts.append(_fact(i, event, Span(start, end)))
    return Record(
        document=Document(id=f"made-up-{number}", text=text, title=f"Bulletin {number}", language="en"),
        entities=tuple(_entity(name, spans) for name, spans in mentions.items()),
        facts=tuple(facts),
        claims=tuple(claims),
        run=Run(extractor="made-up", version="1"),
    )


def _entity(name: str, spans: list[Span]) -> Entity:
    return Entity(id=name, type="political_actor", name=name, mentions=tuple(dict.fromkeys(spans)))


def _fact(i: int, event: Event, anchor: Span) -> Fact:
    when = TimeExpression(text=f"in year {i}", earliest="2025-01-01", latest="2025-12-31")
    dated = Event(type=event.type, participants=event.participants, when=when)
    return Fact(id=f"f{i}", anchor=(anchor,), events=(dated,), rule="made-up", confidence=0.75)


def _claim(i: int, speaker: str, event: Event, content: Span, cue: Span, chance: random.Random) -> Claim:
    return Claim(
        id=f"c{i}",
        cue=(cue,),
        content=(content,),
        speakers=(speaker,),
        speech_act=chance.choice(_ACTS),
        quote_form="indirect",
        polarity=chance.choice(("positive", "negative")),
        rule="made-up",
        confidence=0.5,
        stated_events=(event,),
    )


def spoilt(quads: Iterable[Quad], share: float, seed: int = 0) -> list[Quad]:
    """The same quads, that share of them changed at random: dropped, doubled, another's value, an odd literal."""
    chance = random.Random(seed)
    every = list(quads)
    values: dict[NamedNode, list[Quad]] = {}
    for quad in every:
        values.setdefault(quad.predicate, []).append(quad)
    out: list[Quad] = []
    for quad in every:
        if chance.random() >= share:
            out.append(quad)
            continue
        other = chance.choice(values[quad.predicate]).object
        changed = [
            [],
            [quad, _with(quad, other)],
            [_with(quad, other)],
            [_with(quad, _odd(quad, chance))],
            [_with(quad, chance.choice(every).subject)],
        ]
        out += chance.choice(changed)
    return out


def _with(quad: Quad, value: object) -> Quad:
    return Quad(quad.subject, quad.predicate, value, quad.graph_name)  # type: ignore[arg-type]


def _odd(quad: Quad, chance: random.Random) -> Literal:
    """A literal that engines like to misread: with a language, not canonical, ill-typed, of a rare datatype."""
    words = getattr(quad.object, "value", "") or "words"
    xsd = "http://www.w3.org/2001/XMLSchema#"
    return chance.choice(
        [
            Literal(words, language="en"),
            Literal(f"0{words}", datatype=NamedNode(xsd + "integer")),
            Literal("2.50", datatype=NamedNode(xsd + "decimal")),
            Literal("2025-02-30", datatype=NamedNode(xsd + "date")),
            Literal("2025", datatype=NamedNode(xsd + "gYear")),
            Literal("9" * 25, datatype=NamedNode(xsd + "integer")),
            Literal(words),
        ]
    )
