"""Records made by hand for tests of links: one claim or fact a line, no extractor."""

from __future__ import annotations

from kg.records import Claim, Document, Entity, Fact, Record, Run, Span

RUN = Run(extractor="hand", version="1")


def record(name: str, published: str, said: list[tuple[str, ...]], *, outlet: str = "", credit: str = "") -> Record:
    """Return a record of an article.

    Args:
        name: The document's id.
        published: The day.
        said: For each statement its words, and of a claim also who says it, the act and whose target it is.
        outlet: Who published it; else a name of its own.
        credit: A dateline with a wire agency's name.
    """
    lines = [f"Head of {name}", "", credit]
    for words, *rest in said:
        lines.append(f"{rest[0]} {_CUES.get(rest[1], 'said')}: {words}." if rest else f"{words}.")
    text = "\n".join(lines)
    entities: dict[str, Entity] = {}
    facts, claims = [], []
    for number, (words, *rest) in enumerate(said, 1):
        at = Span(text.index(words), text.index(words) + len(words))
        if not rest:
            facts.append(Fact(id=f"f{number}", anchor=(at,), rule="hand"))
            continue
        speaker, act, *targets = rest
        for who in (speaker, *targets):
            entities.setdefault(who, _entity(who, text))
        negative = act in ("deny", "reject") or " not " in f" {words} " or words.lower().startswith("no ")
        claims.append(
            Claim(
                id=f"c{number}",
                content=(at,),
                speakers=(speaker,),
                speech_act=act,
                quote_form="direct" if words.startswith('"') else "indirect",
                polarity="negative" if negative else "positive",
                frame="future" if " will " in f" {words} " else "nonFuture",
                targets=tuple(targets),
                rule="hand",
            )
        )
    return Record(
        document=Document(
            id=name, text=text, title=f"Head of {name}", publisher=outlet or f"Paper {name}", published=published
        ),
        entities=tuple(entities.values()),
        facts=tuple(facts),
        claims=tuple(claims),
        run=RUN,
    )


_CUES = {"deny": "denied", "reject": "rejected", "accuse": "accused"}


def _entity(who: str, text: str) -> Entity:
    kind = "political_actor" if who in ("Kenya", "Uganda", "Sudan") else "person" if " " in who else "organization"
    found, at = [], text.find(who)
    while at >= 0:
        found.append(Span(at, at + len(who)))
        at = text.find(who, at + 1)
    return Entity(id=who, type=kind, name=who, mentions=tuple(found))
