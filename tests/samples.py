"""A small record with every kind of thing in it, for tests of the stages after extraction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kg.records import (
    Adjunct,
    Claim,
    Context,
    Document,
    Entity,
    Event,
    Fact,
    Link,
    Record,
    Run,
    Span,
    Spans,
    TimeExpression,
    Unclear,
)

TEXT = """Envoys of Arvonia and Belmark meet

Delegations of Arvonia and Belmark met in Port Sella on 3 April 2025.

Arvonia accused Belmark of shelling the border, and the news agency Sella Wire reported that Belmark's \
minister Ada Quill had said shadowy forces attacked a bridge. Belmark denied that it shelled the border.

No treaty was signed. Reportedly a third round will follow."""


def at(phrase: str, text: str = TEXT, start: int = 0) -> Spans:
    """The one span of ``phrase`` in ``text`` at or after ``start``."""
    i = text.index(phrase, start)
    return (Span(i, i + len(phrase)),)


def sample(text: str = TEXT, document_id: str = "sample", **about: Any) -> Record:
    """The record of :data:`TEXT`: facts asserted and not, claims direct and nested, a denial, a link."""
    march = TimeExpression(text="3 April 2025", earliest="2025-04-03", latest="2025-04-03")
    return Record(
        document=Document(id=document_id, text=text, title="Envoys of Arvonia and Belmark meet", **about),
        entities=(
            Entity(id="arvonia", type="political_actor", name="Arvonia", mentions=at("Arvonia", text)),
            Entity(id="belmark", type="political_actor", name="Belmark", aliases=("Port Sella",)),
            Entity(id="port-sella", type="place", name="Port Sella", mentions=at("Port Sella", text)),
            Entity(id="wire", type="organization", name="Sella Wire"),
            Entity(id="quill", type="person", name="Ada Quill", wikidata="Q42"),
            Entity(id="forces", type="stated_participant", name="shadowy forces"),
            Entity(id="someone", type="unnamed_source", name="not named"),
        ),
        facts=(
            Fact(
                id="f1",
                anchor=at("Delegations of Arvonia and Belmark met in Port Sella on 3 April 2025", text),
                rule="test",
                confidence=0.9,
                events=(
                    Event(
                        type="meeting",
                        participants=("arvonia", "belmark"),
                        places=("port-sella",),
                        when=march,
                        topic="the border",
                    ),
                ),
            ),
            Fact(
                id="f2",
                anchor=at("No treaty was signed", text),
                polarity="negative",
                rule="test",
                events=(Event(type="agree", participants=("arvonia", "belmark")),),
            ),
        ),
        claims=(
            Claim(
                id="c1",
                source=at("Arvonia", text, text.index("Arvonia accused")),
                cue=at("accused", text),
                content=at("Belmark of shelling the border", text),
                speakers=("arvonia",),
                targets=("belmark",),
                speech_act="accuse",
                quote_form="indirect",
                rule="test",
                stated_events=(Event(type="assault", agents=("belmark",), topic="the border"),),
            ),
            Claim(
                id="c2",
                source=at("the news agency Sella Wire", text),
                cue=at("reported", text),
                content=at("that Belmark's minister Ada Quill had said shadowy forces attacked a bridge", text),
                speakers=("wire",),
                speech_act="report",
                quote_form="indirect",
                rule="test",
            ),
            Claim(
                id="c3",
                source=at("Belmark's minister Ada Quill", text),
                cue=at("had said", text),
                content=at("shadowy forces attacked a bridge", text),
                speakers=("quill",),
                targets=("forces",),
                speech_act="accuse",
                quote_form="indirect",
                rule="test",
                parent="c2",
                stated_events=(Event(type="assault", agents=("forces",), when=march),),
            ),
            Claim(
                id="c4",
                source=at("Belmark", text, text.index("Belmark denied")),
                cue=at("denied", text),
                content=at("that it shelled the border", text),
                speakers=("belmark",),
                speech_act="deny",
                quote_form="indirect",
                polarity="negative",
                rule="test",
                said_at=march,
                stated_events=(Event(type="assault", agents=("belmark",)),),
            ),
        ),
        unclear=(Unclear(span=at("Reportedly a third round will follow", text)[0], reason="hedged without a source"),),
        links=(Link(source="c4", target="c1", type="denies", confidence=0.8, rule="test"),),
        run=Run(extractor="hand", version="1", settings=(("threshold", 0.5),)),
    )


def framed() -> Record:
    """The sample with its headline as context and the time of the denial as an adjunct of the claim."""
    record = sample()
    denial = replace(record.claims[3], adjuncts=(Adjunct(kind="time", spans=at("3 April 2025")),))
    context = (Context(span=at("Envoys of Arvonia and Belmark meet")[0], kind="heading"),)
    return replace(record, claims=(*record.claims[:3], denial), context=context)
