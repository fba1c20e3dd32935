"""Made-up articles whose every sentence has an identity, so that a test knows where a correction belongs.

``python -m tests.corrections.world 100`` runs the large check: 60 articles and 200 corrections for each seed.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.corrections import lines, reapply
from kg.corrections.place import passage_at
from kg.corrections.values import Correction, EntityName, EventByName, NewValues, StatementAnchor
from kg.records import Claim, Document, Entity, Fact, Record, Run, Span

PEOPLE = ("Ana Ruiz", "Ben Okafor", "Chen Li", "Dana Weiss", "Emil Novak")
VERBS = ("said", "insisted", "warned", "told reporters", "announced")
THINGS = (
    "talks",
    "border",
    "truce",
    "port",
    "convoy",
    "envoy",
    "summit",
    "drones",
    "grain",
    "treaty",
    "visas",
    "fleet",
)
DOING = ("stalled", "resumed", "failed", "begin", "end", "widen", "shrink", "continue", "collapse", "matter")
WHERE = ("in the north", "near the coast", "on Monday", "after the vote", "before dawn", "at the crossing")
KINDS = ("reject", "accept", "change", "own_voice", "attribute", "add", "link", "split")


@dataclass(frozen=True)
class Sentence:
    """One sentence with its identity, which edits keep."""

    identity: int
    speaker: str
    lead: str
    said: str

    @property
    def text(self) -> str:
        """The words, with their full stop."""
        return f"{self.lead}{self.said}."


@dataclass(frozen=True)
class Article:
    """Sentences in paragraphs of three."""

    name: str
    sentences: tuple[Sentence, ...]

    def text(self) -> str:
        """The whole article."""
        return "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        for n, sentence in enumerate(self.sentences):
            yield sentence.text
            yield "\n\n" if n % 3 == 2 else " "

    def places(self) -> list[tuple[Sentence, int]]:
        """Each sentence with where it begins."""
        at, found = 0, []
        pieces = list(self._pieces())
        for sentence, text, gap in zip(self.sentences, pieces[::2], pieces[1::2], strict=True):
            found.append((sentence, at))
            at += len(text) + len(gap)
        return found

    def identities(self, span: Span) -> Counter[int]:
        """How many characters of each sentence are in a span."""
        count: Counter[int] = Counter()
        for sentence, at in self.places():
            length = min(span.end, at + len(sentence.text)) - max(span.start, at)
            if length > 0:
                count[sentence.identity] += length
        return count


class World:
    """Articles made of one seed, what a model reads in them, what people correct, and how they are edited."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._next = 0

    def article(self, name: str) -> Article:
        """An article of some sentences, of which one may occur twice."""
        sentences = [self._sentence() for _ in range(self.random.randint(4, 14))]
        if self.random.random() < 0.6:  # articles repeat themselves
            again = self.random.choice(sentences)
            sentences.insert(self.random.randrange(len(sentences)), replace(again, identity=self._identity()))
        return Article(name, tuple(sentences))

    def _identity(self) -> int:
        self._next += 1
        return self._next

    def _sentence(self) -> Sentence:
        choose = self.random.choice
        said = f"the {choose(THINGS)} {choose(DOING)} {choose(WHERE)}"
        if self.random.random() < 0.5:
            said += f" and the {choose(THINGS)} {choose(DOING)}"
        if self.random.random() < 0.2:
            said = choose(("no comment", "nothing new", "it is over"))
        speaker = choose(PEOPLE) if self.random.random() < 0.6 else ""
        lead = f"{speaker} {choose(VERBS)} that " if speaker else ""
        return Sentence(self._identity(), speaker, lead, said)

    def edited(self, article: Article) -> Article:
        """The article after an editor: words moved, changed and added, sentences added, moved, repeated, deleted."""
        sentences = list(article.sentences)
        for _ in range(self.random.randint(0, 4)):
            self._edit(sentences)
        return Article(article.name, tuple(sentences))

    def _edit(self, sentences: list[Sentence]) -> None:
        at = self.random.randrange(len(sentences))
        kind = self.random.choice(("word", "word", "insert", "add", "paragraph", "move", "repeat", "delete"))
        words = sentences[at].said.split()
        if kind == "word":
            words[self.random.randrange(len(words))] = self.random.choice(THINGS)
            sentences[at] = replace(sentences[at], said=" ".join(words))
        elif kind == "insert":
            words.insert(self.random.randrange(len(words) + 1), self.random.choice(("again", "quietly", "only")))
            sentences[at] = replace(sentences[at], said=" ".join(words))
        elif kind == "add":
            sentences.insert(at, self._sentence())
        elif kind == "paragraph":
            sentences[at:at] = [self._sentence() for _ in range(3)]
        elif kind == "move":
            one = sentences.pop(at)
            sentences.insert(self.random.randrange(len(sentences) + 1), one)
        elif kind == "repeat":
            copy = replace(sentences[at], identity=-self._identity())
            apart = [n for n in range(len(sentences) + 1) if abs(n - at) > 2]  # beside it, the two cannot be told apart
            if apart:
                sentences.insert(self.random.choice(apart), copy)
        elif len(sentences) > 2 and not self._has_copy(sentences, at):
            sentences.pop(at)

    @staticmethod
    def _has_copy(sentences: list[Sentence], at: int) -> bool:
        """Whether an edit repeated it: deleting the first of two alike is the same as moving it."""
        same = [one for one in sentences if one.said == sentences[at].said]
        return any(one.identity < 0 for one in same)

    def read(self, article: Article, *, model: str) -> Record:
        """What a model reads: ``first`` all of it, ``second`` with other spans and ids, some left out, some added."""
        other = model == "second"
        text = article.text()
        people = {name: f"{model}{n}" for n, name in enumerate(PEOPLE)}
        facts, claims = [], []
        for n, (sentence, at) in enumerate(article.places()):
            if other and self.random.random() < 0.12:
                continue
            end = at + len(sentence.text) - (0 if other and self.random.random() < 0.3 else 1)
            name = f"{model}-{n * 7 if other else n}"
            as_claim = bool(sentence.speaker) != (other and self.random.random() < 0.05)
            if not as_claim:
                facts.append(Fact(id=f"f{name}", anchor=(Span(at, end),), rule=model))
                continue
            start = at + len(sentence.lead)
            if other and self.random.random() < 0.3:
                start += sentence.said.find(" ") + 1
            source = (Span(at, at + len(sentence.speaker)),) if sentence.speaker else ()
            speaker = people[sentence.speaker or self.random.choice(PEOPLE)]
            claims.append(
                Claim(
                    id=f"c{name}",
                    source=source,
                    content=(Span(start, end),),
                    speakers=(speaker,),
                    speech_act="say",
                    quote_form="indirect",
                    rule=model,
                    confidence=0.5,
                )
            )
        return Record(
            document=Document(id=article.name, text=text),
            entities=tuple(
                Entity(id=key, type="person", name=name, mentions=_mentions(text, name)) for name, key in people.items()
            ),
            facts=tuple(facts),
            claims=tuple(claims),
            run=Run(extractor=model, version="1"),
        )

    def corrections(self, record: Record, article: Article, number: int) -> list[tuple[Correction, int]]:
        """Random corrections of one record, each with the identity of the sentence that it is about."""
        made: list[tuple[Correction, int]] = []
        taken: set[int] = set()
        for _ in range(number):
            found = self._correction(record, article, len(made))
            if found is not None and found[1] not in taken:
                taken.add(found[1])
                made.append(found)
        return made

    def _correction(self, record: Record, article: Article, n: int) -> tuple[Correction, int] | None:
        kind = self.random.choice(KINDS)
        text, document = record.document.text, record.document
        claim = self.random.choice(record.claims) if record.claims else None
        fact = self.random.choice(record.facts) if record.facts else None
        values: dict[str, object] = {}
        target: Claim | Fact | None
        if kind in ("own_voice", "split") or (kind not in ("attribute", "add") and (fact is None or n % 2)):
            target, side = claim, "claim"
        else:
            target, side = fact, "fact"
        if target is None:
            return None
        spans = target.content if isinstance(target, Claim) else target.anchor
        (identity, _), *_ = article.identities(spans[0]).most_common()
        values["target"] = StatementAnchor(side=side, words=passage_at(text, spans))
        speaker = (EntityName(type="person", name=self.random.choice((*PEOPLE, "Fay Gray"))),)
        if kind == "change":
            mine = (
                NewValues(speakers=speaker, polarity="negative") if side == "claim" else NewValues(certainty="possible")
            )
            values["settings"] = mine
        elif kind == "own_voice":
            values["settings"] = NewValues()
        elif kind in ("attribute", "add"):
            said = passage_at(text, (Span(spans[0].start, spans[0].end),))
            values["settings"] = NewValues(speakers=speaker, events=(EventByName(type="consult", agents=speaker),))
            if kind == "add":
                values["target"] = StatementAnchor(side="claim", words=said)
        elif kind == "link":
            statements: tuple[Fact | Claim, ...] = (*record.facts, *record.claims)
            other = self.random.choice(statements)
            if other.id == target.id:
                return None
            there = other.content if isinstance(other, Claim) else other.anchor
            values["other"] = StatementAnchor(
                side="claim" if isinstance(other, Claim) else "fact", words=passage_at(text, there)
            )
            values["link"] = "contradicts"
        elif kind == "split":
            assert isinstance(target, Claim)
            if not target.source:
                return None
            values = {
                "entity": EntityName(type="person", name=target.source[0].of(text)),
                "into": EntityName(type="person", name="Fay Gray"),
                "mentions": passage_at(text, target.source),
            }
        correction = Correction(
            id=lines.NO_ID,
            at=f"2026-11-30T12:00:{n % 60:02}Z",
            by="Ana",
            kind=kind,
            document=document.id,
            sha256=document.sha256,
            **values,  # type: ignore[arg-type]
        )
        return lines.named(correction), identity


def _mentions(text: str, name: str) -> tuple[Span, ...]:
    at, found = text.find(name), []
    while at >= 0:
        found.append(Span(at, at + len(name)))
        at = text.find(name, at + 1)
    return tuple(found)


@dataclass
class Tally:
    """What became of corrections."""

    applied: int = 0
    orphans: int = 0
    reasons: Counter[str] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.reasons = Counter()


def check(seed: int, articles: int, number: int) -> Tally:
    """Correct made-up articles, edit them, read them again by another model, and apply the corrections again.

    Raises:
        AssertionError: A correction is lost, applied twice, or applied elsewhere.
    """
    world, tally = World(seed), Tally()
    each = max(1, number // articles + 1)
    made = 0
    for n in range(articles):
        article = world.article(f"article-{n}")
        first = world.read(article, model="first")
        pairs = world.corrections(first, article, min(each + 2, number - made))
        made += len(pairs)
        about = {correction.id: identity for correction, identity in pairs}
        corrections = [lines.loads(lines.dumps(correction)) for correction, _ in pairs]
        at_once = reapply.apply(first, corrections)
        check_outcome(at_once, corrections, about, article)
        edited = world.edited(article)
        outcome = reapply.apply(world.read(edited, model="second"), [*corrections, *corrections])
        check_outcome(outcome, corrections, about, edited)
        assert reapply.apply(outcome.record, corrections).record.reviews == outcome.record.reviews, "applied twice"
        tally.applied += len(outcome.applied)
        tally.orphans += len(outcome.orphans)
        tally.reasons.update(orphan.reason for orphan in outcome.orphans)
    return tally


def check_outcome(
    outcome: reapply.CorrectedRecord, corrections: list[Correction], about: dict[str, int], article: Article
) -> None:
    """Demand that every correction is applied to its own sentence, or is an orphan with a reason."""
    became = [one.correction.id for one in outcome.applied] + [one.correction.id for one in outcome.orphans]
    assert sorted(became) == sorted(correction.id for correction in corrections), "lost or applied twice"
    assert all(orphan.reason for orphan in outcome.orphans)
    record = outcome.record
    words = {f.id: f.anchor for f in record.facts} | {c.id: c.content for c in record.claims}
    reviews = {review.correction: review for review in record.reviews}
    assert len(reviews) == len(record.reviews) == len(outcome.applied)
    for one in outcome.applied:
        review = reviews[one.correction.id]
        if one.correction.kind == "split":
            continue
        if review.statement is not None:
            (span, *_) = words[review.statement]
        elif one.correction.kind == "reject":
            data = json.loads(str(review.reading))
            (pair, *_) = data.get("anchor") or data["content"]
            span = Span(*pair)
        else:
            continue  # a later correction took the statement away
        (identity, _), *_ = article.identities(span).most_common()
        right = identity == about[one.correction.id] or is_in_its_context(one.correction, record.document.text, span)
        assert right, f"{one.correction.kind} was applied elsewhere"


def is_in_its_context(correction: Correction, text: str, span: Span) -> bool:
    """Whether these very words between their very neighbours stand here and nowhere else: a copy in the old place."""
    assert correction.target is not None
    (words, *_) = correction.target.words
    whole = words.before + words.quote + words.after
    at = text.find(whole)
    here = Span(at + len(words.before), at + len(words.before) + len(words.quote))
    return text.count(whole) == 1 and here.overlaps(span)


def main() -> None:
    """Run the large check and print what became of the corrections."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    applied = orphans = wrong = 0
    reasons: Counter[str] = Counter()
    for seed in range(seeds):
        try:
            tally = check(seed, 60, 200)
        except AssertionError as error:
            wrong += 1
            sys.stdout.write(f"seed {seed}: {error}\n")
            continue
        applied, orphans = applied + tally.applied, orphans + tally.orphans
        reasons += tally.reasons
    sys.stdout.write(f"{seeds} seeds: {applied} applied, {orphans} orphans, {wrong} seeds with a fault\n")
    for reason, count in reasons.most_common():
        sys.stdout.write(f"{count:6} {reason}\n")


if __name__ == "__main__":
    main()
