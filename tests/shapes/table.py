"""The table of examples: what each shape's good examples show, and how each bad one spoils a good one.

``fires`` names what must fire, and nothing else may: the property shape (of this shape where no other is named) and
the constraint component, with a number where it fires more than once.
"""

from __future__ import annotations

import hashlib

from tests.shapes.spoil import Bad, Edit, Examples, also, and_, instead, moved, only, renamed, with_, without
from tests.terms import value_of

TIMES = ("2025-04-05T09:30:00Z", "2025-04-06T09:30:00Z")
STRAY = "<entity/person/nobody-described>"
OTHER_TEXT = "Sudria met Norland."
OTHER_HASH = hashlib.sha256(OTHER_TEXT.encode()).hexdigest()
OTHER = f"<doc/{OTHER_HASH[:16]}>"
FACT, RICH_FACT, CLAIM, RICH_CLAIM = "V/fact/0-18", "V/fact/20-47", "V/claim/61-70", "V/claim/148-162"
STATING, NESTING = "V/claim/84-96", "V/claim/179-213"
INNER = f"{NESTING}/content/claim/192-213"


def bad(name: str, fires: str, *edits: Edit) -> Bad:
    """One bad example."""
    return Bad(name, fires, edits)


def no(predicate: str, name: str, fires: str) -> Bad:
    """The property is missing."""
    return bad(f"no-{name}", fires, without(predicate))


def two(predicate: str, name: str, fires: str, *values: str) -> Bad:
    """There is a second value."""
    return bad(f"two-{name}", fires, also(predicate, *values))


def wrong(predicate: str, name: str, fires: str, *values: str) -> Bad:
    """Another value in place of the right one."""
    return bad(name, fires, instead(predicate, *values))


def text(predicate: str, name: str, shape: str, *, empty: bool = True, optional: bool = False) -> list[Bad]:
    """All that can be wrong with exactly (or, optional, at most) one plain string."""
    out = [
        two(predicate, f"{name}s", f"{shape} MaxCount", '"one"', '"another"'),
        wrong(predicate, f"{name}-with-language", f"{shape} Datatype", '"tagged"@en'),
    ]
    if not optional:
        out.append(no(predicate, name, f"{shape} MinCount"))
    if empty:
        out.append(wrong(predicate, f"empty-{name}", f"{shape} MinLength", '""'))
    return out


def concept(predicate: str, name: str, shape: str, second: str, scheme: str) -> list[Bad]:
    """All that can be wrong with exactly one concept of a scheme."""
    return [
        no(predicate, name, f"{shape} MinCount"),
        two(predicate, f"{name}s", f"{shape} MaxCount", second),
        wrong(predicate, f"unknown-{name}", f"{shape} In", f"{scheme}:madeUp"),
    ]


def confidence() -> list[Bad]:
    """All that can be wrong with a confidence."""
    return [
        no("cg:confidence", "confidence", "confidence MinCount"),
        two("cg:confidence", "confidences", "confidence MaxCount", "0.25", "0.75"),
        wrong(
            "cg:confidence",
            "confidence-as-text",
            "confidence Datatype, confidence MinInclusive, confidence MaxInclusive",
            '"high"',
        ),
        wrong("cg:confidence", "confidence-below-0", "confidence MinInclusive", "-0.5"),
        wrong("cg:confidence", "confidence-above-1", "confidence MaxInclusive", "1.5"),
    ]


def other_version(status: str, article: str = "article/other") -> Edit:
    """Another version, of the same article or another one."""
    return and_(f'''<{article}> a cg:Document ; dcterms:identifier "{article.rpartition("/")[2]}" .
      {OTHER} a cg:DocumentVersion ; prov:specializationOf <{article}> ; schema:sha256 "{OTHER_HASH}" ;
        cg:status mod:{status} ; cg:fullText "{OTHER_TEXT}" .''')


def other_span() -> Edit:
    """A span of the other version."""
    return and_(f"""<doc/{OTHER_HASH[:16]}#char=0,6> a cg:TextSpan ; cg:inVersion {OTHER} ; cg:start 0 ;
        cg:end 6 ; cg:exact "Sudria" .""")


OTHER_SPAN = f"<doc/{OTHER_HASH[:16]}#char=0,6>"
OTHER_RUN = and_(f"""<doc/{OTHER_HASH[:16]}/run> a cg:ExtractionRun ; prov:used {OTHER} ; cg:extractor "rules" ;
        cg:extractorVersion "0.1.0" .""")

_STATED_TERMS = (
    "statedAddressee",
    "statedAgent",
    "statedAnchor",
    "statedCertainty",
    "statedContent",
    "statedEarliest",
    "statedEventType",
    "statedFrame",
    "statedLatest",
    "statedName",
    "statedParticipant",
    "statedPlace",
    "statedPolarity",
    "statedQuoteForm",
    "statedSpeaker",
    "statedSpeechAct",
    "statedTarget",
    "statedTargetOfAct",
    "statedText",
    "statedTopic",
    "statedWhen",
)

_ENTITY_CLASSES = (
    "foaf:Person",
    "cg:PoliticalActor",
    "org:Organization",
    "schema:Place",
    "cg:Medium",
    "cg:Agreement",
    "cg:Conflict",
)

_ONLY_CLAIMS = ("speaker", "speechAct", "quoteForm", "content")
_ALL_STATEMENTS = (
    "inVersion",
    "anchor",
    "text",
    "polarity",
    "certainty",
    "frame",
    "status",
    "confidence",
    "rule",
    "generatedBy",
)

DOCUMENT = Examples(
    good={
        "article": ["article/synthetic"],
        "with-a-replaced-version": ["V", other_version("superseded", "article/synthetic")],
    },
    base="article/synthetic",
    bad=(
        *text("dcterms:identifier", "identifier", "identifier"),
        *text("schema:headline", "headline", "headline", empty=False, optional=True),
        two("schema:datePublished", "dates", "published MaxCount", '"2025-05"^^xsd:gYearMonth'),
        wrong("schema:datePublished", "a-month-13", "published Or", '"2025-13-01"^^xsd:date'),
        two("schema:inLanguage", "languages", "language MaxCount", '"fr"'),
        wrong("schema:inLanguage", "language-by-name", "language Pattern", '"in English"'),
        bad(
            "two-current-versions",
            "oneCurrent QualifiedMaxCount",
            with_("V"),
            other_version("current", "article/synthetic"),
        ),
    ),
)

VERSION = Examples(
    good={
        "version": ["V"],
        "the-same-text-in-two-articles": [
            "V",
            also("prov:specializationOf", "<article/other>"),
            and_('<article/other> a cg:Document ; dcterms:identifier "other" .'),
        ],
    },
    base="V",
    bad=(
        no("prov:specializationOf", "article", "document MinCount"),
        wrong("prov:specializationOf", "article-not-described", "document Class", "<article/other>"),
        *concept("cg:status", "status", "status", "mod:superseded", "mod"),
        no("schema:sha256", "hash", "sha256 MinCount"),
        two("schema:sha256", "hashes", "sha256 MaxCount, name SPARQL, hash SPARQL", f'"{OTHER_HASH}"'),
        wrong("schema:sha256", "a-hash-of-16-digits", "sha256 Pattern, hash SPARQL", '"27d3d423d41b7f34"'),
        wrong("schema:sha256", "wrong-hash", "hash SPARQL", f'"27d3d423d41b7f34{OTHER_HASH[16:]}"'),
        bad("named-for-another-hash", "name SPARQL", renamed("V", "doc/0123456789abcdef")),
        two("cg:fullText", "texts", "fullText MaxCount, hash SPARQL", '"Another text."'),
        bad("text-with-language", "fullText Datatype, hash SPARQL", instead("cg:fullText", '"tagged"@en')),
        bad(
            "two-revised",
            "revisionOf MaxCount",
            also("prov:wasRevisionOf", OTHER, "<V>"),
            other_version("superseded"),
            instead("cg:status", "mod:withdrawn"),
        ),
        wrong("prov:wasRevisionOf", "revised-version-not-described", "revisionOf Class", OTHER),
        bad("revised-version-still-current", "revised In", also("prov:wasRevisionOf", OTHER), other_version("current")),
        *text("cg:reason", "reason", "reason", optional=True),
        two("prov:invalidatedAtTime", "times", "withdrawnAt MaxCount", *(f'"{at}"^^xsd:dateTime' for at in TIMES)),
        wrong("prov:invalidatedAtTime", "time-as-day", "withdrawnAt Datatype", '"2025-04-05"^^xsd:date'),
    ),
)

CURRENT_VERSION = Examples(
    good={
        "version": ["V"],
        "text-taken-back": [
            "V",
            instead("cg:status", "mod:withdrawn"),
            without("cg:fullText"),
            also("cg:reason", '"The quotation was made up."'),
            also("prov:invalidatedAtTime", f'"{TIMES[0]}"^^xsd:dateTime'),
        ],
        "text-replaced": ["V", instead("cg:status", "mod:superseded"), without("cg:fullText")],
    },
    base="V",
    bad=(
        bad("current-without-text", "Or", without("cg:fullText")),
        bad(
            "without-text-and-status",
            "Or, VersionShape-status MinCount",
            without("cg:fullText"),
            without("cg:status"),
        ),
    ),
)

SPAN = Examples(
    good={"span": ["V#char=0,18"], "mention": ["V#char=0,7"]},
    base="V#char=0,18",
    bad=(
        no("cg:inVersion", "version", "inVersion MinCount"),
        bad(
            "two-versions",
            "inVersion MaxCount, reread SPARQL, name SPARQL",
            also("cg:inVersion", OTHER),
            other_version("current"),
        ),
        wrong("cg:inVersion", "version-not-described", "inVersion Class, name SPARQL", OTHER),
        no("cg:start", "start", "start MinCount"),
        two("cg:start", "starts", "start MaxCount, reread SPARQL, name SPARQL", "1"),
        wrong("cg:start", "start-as-decimal", "start Datatype", '"0"^^xsd:decimal'),
        bad(
            "start-before-the-text",
            "start MinInclusive, reread SPARQL",
            instead("cg:start", "-1"),
            renamed("V#char=0,18", "V#char=-1,18"),
        ),
        bad(
            "empty-span",
            "start LessThan",
            instead("cg:start", "18"),
            instead("cg:exact", '""'),
            renamed("V#char=0,18", "V#char=18,18"),
        ),
        no("cg:end", "end", "end MinCount"),
        two("cg:end", "ends", "end MaxCount, reread SPARQL, name SPARQL", "19"),
        wrong("cg:end", "end-as-decimal", "end Datatype", '"18"^^xsd:decimal'),
        no("cg:exact", "words", "exact MinCount"),
        two("cg:exact", "readings", "exact MaxCount, reread SPARQL", '"Norland"'),
        wrong("cg:exact", "words-with-language", "exact Datatype, reread SPARQL", '"Norland met Sudria"@en'),
        wrong("cg:exact", "other-words", "reread SPARQL", '"Norland met Sudria."'),
        bad(
            "shifted-by-one",
            "reread SPARQL",
            instead("cg:start", "1"),
            instead("cg:end", "19"),
            renamed("V#char=0,18", "V#char=1,19"),
        ),
        bad("named-for-another-place", "name SPARQL", renamed("V#char=0,18", "V#char=0,17")),
        wrong("cg:mentions", "mentions-nobody", "mentions Node", STRAY),
    ),
)

STATEMENT = Examples(
    good={"fact": [FACT], "claim": [CLAIM], "claim-with-cue-and-source": [RICH_CLAIM]},
    base=FACT,
    bad=(
        no("cg:inVersion", "version", "inVersion MinCount, anchored Equals, runUsed Equals"),
        bad(
            "two-versions",
            "inVersion MaxCount, anchored Equals, runUsed Equals",
            also("cg:inVersion", OTHER),
            other_version("current"),
        ),
        bad(
            "version-not-described",
            "inVersion Class, 2 anchored Equals, 2 runUsed Equals",
            instead("cg:inVersion", OTHER),
        ),
        bad("version-withdrawn", "inForce In", instead("cg:status", "mod:withdrawn", of="V")),
        bad("version-superseded", "inForce In", instead("cg:status", "mod:superseded", of="V")),
        no("cg:anchor", "anchor", "anchor MinCount, anchored Equals"),
        bad("anchor-not-described", "anchor Class", also("cg:anchor", "<V#char=0,7>")),
        bad(
            "anchor-in-another-version",
            "anchored Equals, words SPARQL",
            also("cg:anchor", OTHER_SPAN),
            other_version("current"),
            other_span(),
        ),
        no("cg:text", "text", "text MinCount"),
        two("cg:text", "texts", "text MaxCount, words SPARQL", '"“Norland met Sudria”"'),
        wrong("cg:text", "text-with-language", "text Datatype", '"Norland met Sudria"@en'),
        wrong("cg:text", "text-lacks-the-anchor", "words SPARQL", '"Norland met"'),
        wrong("cg:text", "text-of-more-than-the-anchor", "words SPARQL", '"Norland met Sudria … it rained"'),
        bad(
            "text-in-another-order",
            "words SPARQL",
            also("cg:anchor", "<V#char=20,47>"),
            with_(RICH_FACT),
            instead("cg:text", '"Talks in Porto ended in May … Norland met Sudria"'),
        ),
        no("cg:polarity", "polarity", "polarity MinCount, AssertingShape-polarity HasValue"),
        two("cg:polarity", "values-of-polarity", "polarity MaxCount", "mod:negative"),
        wrong("cg:polarity", "unknown-polarity", "polarity In, AssertingShape-polarity HasValue", "mod:madeUp"),
        no("cg:certainty", "certainty", "certainty MinCount, AssertingShape-certainty HasValue"),
        two("cg:certainty", "values-of-certainty", "certainty MaxCount", "mod:possible"),
        wrong("cg:certainty", "unknown-certainty", "certainty In, AssertingShape-certainty HasValue", "mod:madeUp"),
        no("cg:frame", "frame", "frame MinCount, AssertingShape-frame HasValue"),
        two("cg:frame", "values-of-frame", "frame MaxCount", "mod:future"),
        wrong("cg:frame", "unknown-frame", "frame In, AssertingShape-frame HasValue", "mod:madeUp"),
        bad("evidence-not-described", "evidence Class", also("cg:frameEvidence", "<V#char=0,7>")),
        wrong("cg:polarityEvidence", "evidence-as-text", "evidence Class", '"not"'),
        *(
            bad(
                f"{name}-evidence-in-another-version",
                "anchored Equals",
                with_(CLAIM),
                also(f"cg:{name}Evidence", OTHER_SPAN, of=CLAIM),
                other_version("current"),
                other_span(),
            )
            for name in ("act", "polarity", "certainty", "frame")
        ),
        *concept("cg:status", "status", "status", "mod:confirmed", "mod"),
        *confidence(),
        *text("cg:rule", "rule", "rule"),
        no("prov:wasGeneratedBy", "run", "generatedBy MinCount, runUsed Equals"),
        bad(
            "two-runs",
            "generatedBy MaxCount, runUsed Equals",
            also("prov:wasGeneratedBy", f"<doc/{OTHER_HASH[:16]}/run>"),
            other_version("current"),
            OTHER_RUN,
        ),
        bad(
            "run-not-described",
            "generatedBy Class, runUsed Equals",
            also("prov:wasGeneratedBy", "<V/another-run>"),
            without("prov:wasGeneratedBy", "<V/run>"),
        ),
        bad(
            "run-of-another-version",
            "2 runUsed Equals",
            instead("prov:wasGeneratedBy", f"<doc/{OTHER_HASH[:16]}/run>"),
            other_version("current"),
            OTHER_RUN,
        ),
        bad("claim-without-rule", "rule MinCount", with_(CLAIM), without("cg:rule", of=CLAIM)),
    ),
)

FACT_EXAMPLES = Examples(
    good={"fact": [FACT], "beside-a-claim": [FACT, CLAIM]},
    base=FACT,
    bad=(
        bad(
            "with-a-speaker",
            "ownVoice MaxCount, ClaimTermsShape Class",
            also("cg:speaker", "<entity/political_actor/sudria>"),
            with_("entity/political_actor/sudria"),
        ),
        bad(
            "in-what-somebody-said",
            "outsideClaims SPARQL",
            with_(CLAIM),
            also("cg:anchor", "<V#char=61,70>"),
            also("cg:text", '"Norland met Sudria … it rained"'),
            without("cg:text", '"Norland met Sudria"'),
        ),
        bad(
            "in-what-somebody-is-said-to-have-said",
            "outsideClaims SPARQL",
            with_(NESTING),
            instead("cg:anchor", "<V#char=192,213>"),
            instead("cg:text", '"many had come in June"'),
        ),
    ),
)

ASSERTING = Examples(
    good={"fact": [FACT], "with-all-of-an-event": [RICH_FACT]},
    base=FACT,
    bad=(
        bad(
            "by-an-unclear-passage",
            "fact HasValue, polarity HasValue, certainty HasValue, frame HasValue, UnclearShape-nobodys MaxCount",
            with_("V/unclear/215-217"),
            also("cg:describes", "<V/event/0-18>", of="V/unclear/215-217"),
        ),
        wrong("cg:polarity", "negative", "polarity HasValue", "mod:negative"),
        wrong("cg:certainty", "only-possible", "certainty HasValue", "mod:possible"),
        wrong("cg:frame", "future", "frame HasValue", "mod:future"),
        wrong("cg:status", "rejected", "rejected Not", "mod:rejected"),
        wrong("cg:describes", "event-not-described", "event Class, EventShape-described MinCount", "<V/event/7>"),
    ),
)

EVENT = Examples(
    good={"event": ["V/event/0-18"], "with-all-there-is-to-know": ["V/event/20-47"]},
    base="V/event/0-18",
    bad=(
        bad("nobody-asserts", "described MinCount", without("cg:describes", of=FACT)),
        *concept("cg:eventType", "type", "type", "evt:visit", "evt"),
        wrong("cg:agent", "agent-not-described", "roles Node", STRAY),
        bad(
            "agent-exists-only-in-what-is-said",
            "roles Node",
            with_(f"{INNER}/content/participant/many"),
            also("cg:agent", f"<{INNER}/content/participant/many>"),
        ),
        bad(
            "place-is-an-actor",
            "place Class",
            also("cg:place", "<entity/political_actor/sudria>"),
            with_("entity/political_actor/sudria"),
        ),
        wrong("cg:when", "time-not-described", "when Class", "<V/time/9>"),
        two("cg:topic", "topics", "topic MaxCount", '"a"', '"b"'),
        wrong("cg:topic", "topic-with-language", "topic Datatype", '"tagged"@en'),
    ),
)

CLAIM_EXAMPLES = Examples(
    good={"claim": [CLAIM], "with-all-there-is-to-know": [RICH_CLAIM], "with-a-claim-in-it": [NESTING]},
    base=CLAIM,
    bad=(
        no("cg:speaker", "speaker", "speaker MinCount"),
        wrong("cg:speaker", "speaker-not-described", "speaker Node", STRAY),
        bad(
            "speaker-is-a-place",
            "speaker Node",
            instead("cg:speaker", "<entity/place/porto>"),
            with_("entity/place/porto"),
        ),
        *concept("cg:speechAct", "speech-act", "speechAct", "act:deny", "act"),
        *concept("cg:quoteForm", "quote-form", "quoteForm", "mod:direct", "mod"),
        wrong("cg:cue", "cue-not-described", "cue Class", "<V#char=0,1>"),
        wrong("cg:sourceSpan", "source-not-described", "sourceSpan Class", "<V#char=0,1>"),
        wrong("cg:saidAtSpan", "words-for-the-time-not-described", "saidAtSpan Class", "<V#char=0,1>"),
        wrong("cg:mediumSpan", "words-for-the-medium-not-described", "mediumSpan Class", "<V#char=0,1>"),
        wrong("cg:addresseeSpan", "words-for-the-addressee-not-described", "addresseeSpan Class", "<V#char=0,1>"),
        wrong("cg:addressee", "addressee-not-described", "addressee Node", STRAY),
        wrong("cg:actTarget", "target-of-act-not-described", "actTarget Node", STRAY),
        wrong("cg:medium", "medium-not-described", "medium Node", STRAY),
        bad(
            "said-at-two-times",
            "saidAt MaxCount",
            with_("V/time/1", "V/time/2"),
            also("cg:saidAt", "<V/time/1>", "<V/time/2>"),
        ),
        wrong("cg:saidAt", "time-not-described", "saidAt Class", "<V/time/9>"),
        bad("no-content", "content MinCount, contentHolds MinCount, ContentShape-placed Equals", without("cg:content")),
        bad(
            "two-content-graphs",
            "content MaxCount, ContentShape-placed Equals",
            also("cg:content", f"<{STATING}/content>"),
        ),
        bad(
            "content-as-text",
            "content NodeKind, contentHolds MinCount, 2 ContentShape-placed Equals",
            instead("cg:content", '"it rained"'),
        ),
        bad(
            "nothing-in-the-content-graph",
            "contentHolds MinCount",
            lambda graph, focus: {q for q in graph if value_of(q.subject) != f"{focus.value}/content/proposition"},
        ),
        bad(
            "two-claims-share-a-content-graph",
            "2 contentOwn MaxCount, 4 ContentShape-placed Equals",
            with_(STATING),
            instead("cg:content", f"<{CLAIM}/content>", of=STATING),
        ),
        bad(
            "describes-an-event",
            "noEvent MaxCount, AssertingShape-fact HasValue",
            with_("V/event/0-18"),
            also("cg:describes", "<V/event/0-18>"),
        ),
        bad(
            "also-a-fact",
            "notFact Not, FactShape-ownVoice MaxCount, FactShape-outsideClaims SPARQL, ContentShape-accordingTo Node",
            also("a", "cg:ReportedFact"),
        ),
    ),
)

PROPOSITION = f"{CLAIM}/content/proposition"
SOURCE = Examples(
    good={"said-by-who-is-named": [RICH_CLAIM], "said-by-nobody-named": [CLAIM]},
    base=RICH_CLAIM,
    bad=(
        bad(
            "said-by-another",
            "Or",
            with_("entity/political_actor/sudria"),
            instead("cg:speaker", "<entity/political_actor/sudria>"),
        ),
    ),
)
CONTENT = Examples(
    good={"of-a-claim": [CLAIM], "of-a-claim-in-a-claim": [NESTING]},
    base=PROPOSITION,
    bad=(
        bad("no-class", "kind MinCount", without("a")),
        bad(
            "event-in-the-content-graph",
            "kind In, accordingTo MinCount, placed Equals, EventShape-described MinCount",
            and_(f"<{CLAIM}/content> {{ <{CLAIM}/content/event/1> a cg:Event ; cg:eventType evt:visit . }}"),
        ),
        bad(
            "stated-and-asserted-at-once",
            "kind MaxCount, kind In, EventShape-described MinCount, EventShape-type MinCount",
            also("a", "cg:Event"),
        ),
        bad(
            "nobodys",
            "accordingTo MinCount, placed Equals, StatedPropositionShape-words Equals",
            without("cg:accordingTo"),
        ),
        bad(
            "of-two-claims",
            "accordingTo MaxCount, placed Equals, StatedPropositionShape-words Equals",
            with_(STATING),
            also("cg:accordingTo", f"<{STATING}>"),
        ),
        bad(
            "of-something-that-is-no-claim",
            "accordingTo Node, placed Equals, StatedPropositionShape-words Equals",
            instead("cg:accordingTo", "<V/claim/7-9>"),
        ),
        bad(
            "of-a-fact",
            "accordingTo Node, placed Equals, 2 StatedPropositionShape-words Equals",
            with_(FACT),
            instead("cg:accordingTo", f"<{FACT}>"),
        ),
        bad(
            "in-the-graph-of-another-claim",
            "2 placed Equals, ClaimShape-contentHolds MinCount",
            with_(STATING),
            moved(PROPOSITION, f"{STATING}/content"),
        ),
        bad("in-no-graph", "placed Equals, ClaimShape-contentHolds MinCount", moved(PROPOSITION, None)),
        bad(
            "stated-terms-on-nobodys-things",
            f"{len(_STATED_TERMS) + 1} kind MinCount, {len(_STATED_TERMS)} accordingTo MinCount, accordingTo Node",
            and_(" ".join(f'<thing/{t}> cg:{t} "x" .' for t in (*_STATED_TERMS, "accordingTo"))),
        ),
    ),
)

STATED_PROPOSITION = Examples(
    good={"proposition": [PROPOSITION]},
    base=PROPOSITION,
    bad=(
        bad("no-text", "text MinCount, words Equals", without("cg:statedText")),
        bad("two-texts", "text MaxCount, words Equals", also("cg:statedText", '"it snowed"')),
        bad("text-with-language", "text Datatype, 2 words Equals", instead("cg:statedText", '"it rained"@en')),
        bad("other-words", "2 words Equals", instead("cg:statedText", '"it snowed"')),
        bad("with-an-asserted-term", "Closed cg:topic, EventTermsShape Class", also("cg:topic", '"rain"')),
    ),
)

STATED_EVENT = Examples(
    good={
        "event": [f"{STATING}/content/event/1"],
        "with-all-there-is-to-know": [f"{INNER}/content/event/1"],
        "denied": [f"{RICH_CLAIM}/content/event/1"],
    },
    base=f"{STATING}/content/event/1",
    bad=(
        *concept("cg:statedEventType", "type", "type", "evt:visit", "evt"),
        wrong("cg:statedAgent", "agent-not-described", "agent Node", STRAY),
        wrong("cg:statedTarget", "target-not-described", "target Node", STRAY),
        wrong("cg:statedParticipant", "participant-not-described", "participant Node", STRAY),
        wrong("cg:statedPlace", "place-not-described", "place Node", STRAY),
        wrong("cg:statedWhen", "time-not-described", "when Class", "<V/time/9>"),
        two("cg:statedTopic", "topics", "topic MaxCount", '"a"', '"b"'),
        wrong("cg:statedTopic", "topic-with-language", "topic Datatype", '"tagged"@en'),
        bad(
            "with-an-asserted-agent",
            "Closed cg:agent, EventTermsShape Class",
            with_("entity/political_actor/sudria"),
            also("cg:agent", "<entity/political_actor/sudria>"),
        ),
        bad(
            "with-a-participant-of-another-claim",
            "own SPARQL",
            with_(NESTING),
            also("cg:statedAgent", f"<{INNER}/content/participant/many>"),
        ),
        bad(
            "denied-event-without-type",
            "type MinCount",
            with_(f"{RICH_CLAIM}/content/event/1"),
            without("cg:statedEventType", of=f"{RICH_CLAIM}/content/event/1"),
        ),
    ),
)

AFFIRMED = Examples(
    good={"event": [f"{STATING}/content/event/1"], "in-a-claim-in-a-claim": [f"{INNER}/content/event/1"]},
    base=f"{RICH_CLAIM}/content/event/1",
    bad=(bad("affirmed-though-denied", "polarity In", instead("a", "cg:StatedEvent")),),
)

DENIED = Examples(
    good={"event": [f"{RICH_CLAIM}/content/event/1"]},
    base=f"{STATING}/content/event/1",
    bad=(bad("denied-though-affirmed", "polarity In", instead("a", "cg:DeniedEvent")),),
)

STATED_TIME = Examples(
    good={"time": [f"{INNER}/content/event/1/time"]},
    base=f"{INNER}/content/event/1/time",
    bad=(
        *text("cg:statedText", "text", "text"),
        two("cg:statedEarliest", "first-days", "earliest MaxCount", '"2025-06-02"^^xsd:date'),
        wrong(
            "cg:statedEarliest", "a-day-32", "earliest Datatype, earliest LessThanOrEquals", '"2025-06-32"^^xsd:date'
        ),
        wrong("cg:statedEarliest", "ends-before-it-begins", "earliest LessThanOrEquals", '"2025-07-01"^^xsd:date'),
        two("cg:statedLatest", "last-days", "latest MaxCount", '"2025-06-29"^^xsd:date'),
        wrong(
            "cg:statedLatest",
            "a-month-as-last-day",
            "latest Datatype, earliest LessThanOrEquals",
            '"2025-06"^^xsd:gYearMonth',
        ),
        bad("with-an-asserted-term", "Closed cg:earliest", also("cg:earliest", '"2025-06-01"^^xsd:date')),
    ),
)

STATED_PARTICIPANT = Examples(
    good={"participant": [f"{INNER}/content/participant/many"]},
    base=f"{INNER}/content/participant/many",
    bad=(
        *text("cg:statedName", "name", "name"),
        bad("with-an-asserted-name", "Closed skos:prefLabel", also("skos:prefLabel", '"many"')),
    ),
)

STATED_CLAIM = Examples(
    good={"claim-in-a-claim": [INNER]},
    base=INNER,
    bad=(
        no("cg:statedSpeaker", "speaker", "speaker MinCount"),
        wrong("cg:statedSpeaker", "speaker-not-described", "speaker Node", STRAY),
        *concept("cg:statedSpeechAct", "speech-act", "speechAct", "act:deny", "act"),
        *concept("cg:statedQuoteForm", "quote-form", "quoteForm", "mod:direct", "mod"),
        no("cg:statedPolarity", "polarity", "polarity MinCount"),
        bad(
            "two-polarities",
            "polarity MaxCount, AffirmedEventShape-polarity In",
            also("cg:statedPolarity", "mod:negative"),
        ),
        bad(
            "unknown-polarity",
            "polarity In, AffirmedEventShape-polarity In",
            instead("cg:statedPolarity", "mod:madeUp"),
        ),
        *concept("cg:statedCertainty", "certainty", "certainty", "mod:possible", "mod"),
        *concept("cg:statedFrame", "frame", "frame", "mod:future", "mod"),
        bad("no-text", "text MinCount, StatedPropositionShape-words Equals", without("cg:statedText")),
        bad(
            "two-texts",
            "text MaxCount, words SPARQL, StatedPropositionShape-words Equals",
            also("cg:statedText", '"many came"'),
        ),
        bad(
            "text-with-language",
            "text Datatype, words SPARQL, 2 StatedPropositionShape-words Equals",
            instead("cg:statedText", '"tagged"@en'),
        ),
        bad(
            "empty-text",
            "text MinLength, words SPARQL, 2 StatedPropositionShape-words Equals",
            instead("cg:statedText", '""'),
        ),
        bad(
            "text-of-more-than-the-anchor",
            "words SPARQL",
            instead("cg:statedText", '"many had come in June … it rained"'),
            instead("cg:statedText", '"many had come in June … it rained"', of=f"{INNER}/content/proposition"),
        ),
        no("cg:statedAnchor", "anchor", "anchor MinCount"),
        wrong("cg:statedAnchor", "anchor-not-described", "anchor Class", "<V#char=0,1>"),
        bad(
            "anchor-in-another-version",
            "anchored SPARQL, words SPARQL",
            instead("cg:statedAnchor", OTHER_SPAN),
            other_version("current"),
            other_span(),
        ),
        wrong("cg:statedTargetOfAct", "target-of-act-not-described", "targetOfAct Node", STRAY),
        wrong("cg:statedAddressee", "addressee-not-described", "addressee Node", STRAY),
        bad(
            "no-content",
            "content MinCount, contentHolds MinCount, 4 ContentShape-placed Equals",
            without("cg:statedContent"),
        ),
        bad(
            "two-content-graphs",
            "content MaxCount, 4 ContentShape-placed Equals",
            also("cg:statedContent", "<V/another/content>"),
        ),
        bad(
            "content-as-text",
            "content NodeKind, contentHolds MinCount, 8 ContentShape-placed Equals",
            instead("cg:statedContent", '"many came"'),
        ),
        bad(
            "nothing-in-the-content-graph",
            "contentHolds MinCount",
            lambda graph, focus: {q for q in graph if not str(q.subject).startswith(f"<{focus.value}/content/")},
        ),
        bad(
            "content-graph-of-the-claim-around-it",
            "contentOwn MaxCount, ClaimShape-contentOwn MaxCount, 8 ContentShape-placed Equals",
            instead("cg:statedContent", f"<{NESTING}/content>"),
        ),
        bad(
            "with-an-asserted-speaker",
            "Closed cg:speaker, ClaimTermsShape Class",
            also("cg:speaker", "<V/source/an-aide>"),
        ),
        bad(
            "promoted-to-a-claim",
            "ContentShape-kind MaxCount, ContentShape-kind In, ClaimShape-notFact Not, "
            "ClaimShape-contentHolds MinCount, "
            + ", ".join(f"ClaimShape-{name} MinCount" for name in _ONLY_CLAIMS)
            + ", "
            + ", ".join(f"StatementShape-{name} MinCount" for name in _ALL_STATEMENTS),
            also("a", "cg:Claim"),
        ),
    ),
)

ENTITY = Examples(
    good={
        "actor": ["entity/political_actor/norland"],
        "place-and-actor-of-one-name": ["entity/place/porto"],
        "organization": ["entity/organization/tia"],
    },
    base="entity/political_actor/norland",
    bad=(
        bad(
            "no-label",
            f"{len(_ENTITY_CLASSES)} label MinCount",
            only(" ".join(f"<entity/x/{c.partition(':')[2].lower()}> a {c} ." for c in _ENTITY_CLASSES)),
        ),
        bad(
            "unnamed-source-without-label",
            "label MinCount",
            only("<V/source/an-aide> a cg:UnnamedSource ."),
        ),
        wrong("skos:prefLabel", "label-with-language", "label Datatype", '"Norland"@en'),
        wrong("skos:prefLabel", "empty-label", "label MinLength", '""'),
        wrong("skos:altLabel", "other-name-with-language", "altLabel Datatype", '"Norland"@en'),
        wrong("skos:altLabel", "empty-other-name", "altLabel MinLength", '""'),
        bad("actor-and-place-in-one", "kind MaxCount", also("a", "schema:Place")),
        bad(
            "supposed-participant-made-an-entity",
            "kind MaxCount, StatedParticipantShape Closed skos:exactMatch, "
            "StatedParticipantShape Closed skos:prefLabel, StatedParticipantShape-name MinCount",
            also("a", "cg:StatedParticipantOnly"),
        ),
        wrong("skos:exactMatch", "wikidata-id-as-text", "wikidata NodeKind", '"http://www.wikidata.org/entity/Q159"'),
        wrong(
            "skos:exactMatch", "wikidata-page-for-the-thing", "wikidata Pattern", "<https://www.wikidata.org/wiki/Q159>"
        ),
        wrong("cg:sharesNameWith", "shares-its-name-with-nobody", "sharesName Node", STRAY),
    ),
)

UNNAMED_SOURCE = Examples(
    good={"source": ["V/source/an-aide"], "speaking": ["V/claim/164-173"]},
    base="V/source/an-aide",
    bad=(
        bad("matched", "noMatch MaxCount", also("skos:exactMatch", "<http://www.wikidata.org/entity/Q42>")),
        bad(
            "of-no-version",
            "UnnamedSourceShape Pattern",
            without("cg:inVersion"),
            renamed("V/source/an-aide", "entity/unnamed_source/an-aide"),
        ),
        bad(
            "speaking-in-another-version",
            "local SPARQL",
            with_("V/claim/164-173"),
            renamed("V/source/an-aide", "doc/0123456789abcdef/source/an-aide"),
            without("cg:inVersion", of="doc/0123456789abcdef/source/an-aide"),
        ),
    ),
)

_EVENT_TERMS = ("agent", "eventType", "participant", "place", "target", "topic", "when")
_CLAIM_TERMS = (
    "actEvidence",
    "actTarget",
    "addressee",
    "addresseeSpan",
    "content",
    "cue",
    "medium",
    "mediumSpan",
    "quoteForm",
    "saidAt",
    "saidAtSpan",
    "sourceSpan",
    "speaker",
    "speechAct",
)

EVENT_TERMS = Examples(
    good={"event": ["V/event/20-47"]},
    base="V/event/0-18",
    bad=(
        bad(
            "event-terms-on-things-without-class",
            f"{len(_EVENT_TERMS)} Class",
            only(" ".join(f"<thing/{t}> cg:{t} <thing> ." for t in _EVENT_TERMS)),
        ),
    ),
)

CLAIM_TERMS = Examples(
    good={"claim": [RICH_CLAIM]},
    base=CLAIM,
    bad=(
        bad(
            "claim-terms-on-things-without-class",
            f"{len(_CLAIM_TERMS)} Class",
            only(" ".join(f"<thing/{t}> cg:{t} <thing> ." for t in _CLAIM_TERMS)),
        ),
    ),
)

IN_VERSION = Examples(
    good={"link": ["V/link/1"], "passage": ["V/unclear/215-217"]},
    base="V/link/1",
    bad=(bad("link-without-class", "kind MinCount", without("a")),),
)

LINK = Examples(
    good={"link": ["V/link/1"]},
    base="V/link/1",
    bad=(
        no("cg:inVersion", "version", "inVersion MinCount"),
        bad("two-versions", "inVersion MaxCount", also("cg:inVersion", OTHER), other_version("current")),
        wrong("cg:inVersion", "version-not-described", "inVersion Class", OTHER),
        no("cg:from", "from", "from MinCount"),
        bad("from-two-statements", "from MaxCount", with_(CLAIM), also("cg:from", f"<{CLAIM}>")),
        wrong("cg:from", "from-nothing-described", "from Node", "<V/claim/7-9>"),
        wrong("cg:from", "to-itself", "from Disjoint", f"<{FACT}>"),
        no("cg:to", "to", "to MinCount"),
        bad("to-two-statements", "to MaxCount", with_(CLAIM), also("cg:to", f"<{CLAIM}>")),
        wrong("cg:to", "to-nothing-described", "to Node", "<V/claim/7-9>"),
        wrong("cg:to", "to-an-event", "to Node", "<V/event/0-18>"),
        *concept("cg:linkType", "type", "type", "rel:denies", "rel"),
        *confidence(),
        *text("cg:rule", "rule", "rule"),
    ),
)

CROSS_LINK = Examples(
    good={
        "link": ["V/link/x1"],
        "corroborating": [
            "V/link/x1",
            instead("cg:linkType", "rel:corroborates"),
            instead("cg:fromOrigin", OTHER),
            other_version("current"),
            without("cg:sharedKey"),
        ],
    },
    base="V/link/x1",
    bad=(
        no("cg:fromSpan", "from-span", "fromSpan MinCount"),
        no("cg:toSpan", "to-span", "toSpan MinCount"),
        wrong("cg:fromSpan", "from-span-not-described", "fromSpan Class", "<V#char=1,2>"),
        wrong("cg:toSpan", "to-span-not-described", "toSpan Class", "<V#char=1,2>"),
        wrong("cg:fromSpan", "same-span", "fromSpan Disjoint", "<V#char=0,18>"),
        no("cg:fromOrigin", "from-origin", "fromOrigin MinCount"),
        no("cg:toOrigin", "to-origin", "toOrigin MinCount"),
        bad("two-from-origins", "fromOrigin MaxCount", also("cg:fromOrigin", OTHER), other_version("current")),
        bad("two-to-origins", "toOrigin MaxCount", also("cg:toOrigin", OTHER), other_version("current")),
        wrong("cg:fromOrigin", "from-origin-not-described", "fromOrigin Class", OTHER),
        wrong("cg:toOrigin", "to-origin-not-described", "toOrigin Class", OTHER),
        *text("cg:reason", "reason", "reason"),
        no("prov:wasGeneratedBy", "run", "run MinCount"),
        bad(
            "two-runs",
            "run MaxCount",
            also("prov:wasGeneratedBy", "<linking/other>"),
            and_("<linking/other> a cg:LinkingRun ."),
        ),
        wrong("prov:wasGeneratedBy", "run-not-described", "run Class", "<linking/other>"),
        wrong("cg:linkType", "corroborating-from-one-origin", "twoOrigins SPARQL", "rel:corroborates"),
        no("cg:sharedKey", "shared-key", "Or"),
    ),
)

UNCLEAR = Examples(
    good={"passage": ["V/unclear/215-217"]},
    base="V/unclear/215-217",
    bad=(
        no("cg:inVersion", "version", "inVersion MinCount, anchored Equals"),
        bad(
            "two-versions",
            "inVersion MaxCount, anchored Equals",
            also("cg:inVersion", OTHER),
            other_version("current"),
        ),
        wrong("cg:inVersion", "version-not-described", "inVersion Class, 2 anchored Equals", OTHER),
        bad("version-withdrawn", "inForce In", instead("cg:status", "mod:withdrawn", of="V")),
        bad("no-anchor", "anchor MinCount, anchored Equals, text Equals", without("cg:anchor")),
        bad("anchor-not-described", "anchor Class", also("cg:anchor", "<V#char=0,1>")),
        bad(
            "anchor-in-another-version",
            "anchored Equals, text Equals",
            also("cg:anchor", OTHER_SPAN),
            other_version("current"),
            other_span(),
        ),
        bad("other-words", "2 text Equals", instead("cg:text", '"“"')),
        *text("cg:reason", "reason", "reason"),
        bad(
            "with-a-speaker",
            "nobodys MaxCount, ClaimTermsShape Class",
            with_("entity/organization/tia"),
            also("cg:speaker", "<entity/organization/tia>"),
        ),
    ),
)

CONTEXT = Examples(
    good={"adjunct": ["V#char=98,107"]},
    base="V#char=98,107",
    bad=(
        bad("no-span", "ContextShape Class, InVersionShape-kind MinCount", without("rdf:type")),
        bad("two-kinds", "kind MaxCount", also("cg:contextKind", "mod:dateline")),
        wrong("cg:contextKind", "unknown-kind", "kind In", "mod:certain"),
        bad(
            "words-of-a-fact",
            "nobodys MaxCount, StatementShape-words SPARQL",
            with_(FACT),
            also("cg:anchor", "<V#char=98,107>", of=FACT),
        ),
    ),
)

TIME = Examples(
    good={"days-known": ["V/time/1"], "days-not-known": ["V/time/2"]},
    base="V/time/1",
    bad=(
        *text("skos:prefLabel", "words", "words"),
        two("cg:earliest", "first-days", "earliest MaxCount", '"2025-05-02"^^xsd:date'),
        wrong("cg:earliest", "a-day-32", "earliest Datatype, earliest LessThanOrEquals", '"2025-05-32"^^xsd:date'),
        wrong(
            "cg:earliest", "a-year-as-first-day", "earliest Datatype, earliest LessThanOrEquals", '"2025"^^xsd:gYear'
        ),
        wrong("cg:earliest", "ends-before-it-begins", "earliest LessThanOrEquals", '"2025-06-01"^^xsd:date'),
        two("cg:latest", "last-days", "latest MaxCount", '"2025-05-30"^^xsd:date'),
        wrong("cg:latest", "a-day-31-in-june", "latest Datatype, earliest LessThanOrEquals", '"2025-06-31"^^xsd:date'),
    ),
)

RUN = Examples(
    good={"run": ["V/run"]},
    base="V/run",
    bad=(
        no("prov:used", "version", "used MinCount"),
        bad("two-versions", "used MaxCount", also("prov:used", OTHER), other_version("current")),
        wrong("prov:used", "version-not-described", "used Class", OTHER),
        *text("cg:extractor", "extractor", "extractor"),
        *text("cg:extractorVersion", "extractor-version", "version"),
        two("cg:settings", "settings", "settings MaxCount", '"{}"'),
        wrong("cg:settings", "settings-with-language", "settings Datatype", '"{}"@en'),
        wrong("cg:settings", "settings-not-json", "settings Pattern", '"small"'),
    ),
)

_CORRECTION = "V/correction/c0123456789abcdef"
CORRECTION = Examples(
    good={"correction": [_CORRECTION]},
    base=_CORRECTION,
    bad=(
        no("cg:inVersion", "version", "inVersion MinCount"),
        bad("two-versions", "inVersion MaxCount", also("cg:inVersion", OTHER), other_version("current")),
        wrong("cg:inVersion", "version-not-described", "inVersion Class", OTHER),
        bad("corrects-two-statements", "corrects MaxCount", with_(CLAIM), also("cg:corrects", f"<{CLAIM}>")),
        wrong("cg:corrects", "corrects-nothing-described", "corrects Node", "<V/claim/7-9>"),
        no("cg:correctionKind", "kind", "kind MinCount"),
        two("cg:correctionKind", "kinds", "kind MaxCount", '"reject"'),
        wrong("cg:correctionKind", "kind-unknown", "kind In", '"improve"'),
        no("prov:wasAssociatedWith", "person", "by MinCount"),
        bad(
            "two-persons",
            "by MaxCount",
            and_("<V/reviewer/ben> a prov:Agent ; cg:inVersion <V> ."),
            also("prov:wasAssociatedWith", "<V/reviewer/ben>"),
        ),
        wrong("prov:wasAssociatedWith", "person-not-described", "by Class", "<V/reviewer/nobody>"),
        no("cg:correctedAt", "time", "at MinCount"),
        two("cg:correctedAt", "times", "at MaxCount", '"2026-11-30T19:00:00Z"^^xsd:dateTime'),
        wrong("cg:correctedAt", "time-as-words", "at Datatype", '"today"'),
        two("cg:modelReading", "readings", "reading MaxCount", '"{1}"'),
        wrong("cg:modelReading", "reading-with-language", "reading Datatype", '"{}"@en'),
        wrong("cg:modelReading", "reading-not-json", "reading Pattern", '"Ana"'),
        bad("says-something", "says MaxCount, ClaimTermsShape Class", also("cg:speaker", "<entity/organization/tia>")),
    ),
)

REVIEWED = Examples(
    good={"reviewed-fact": [RICH_FACT]},
    base=RICH_FACT,
    bad=(
        wrong("cg:status", "reviewed-and-extracted", "status In", "mod:extracted"),
        wrong("prov:wasAttributedTo", "reviewer-not-described", "by Class", "<V/reviewer/nobody>"),
    ),
)

_NAMES = '<V/entities> { <entity/place/porto> a schema:Place ; skos:prefLabel "Porto" }'
PLACED = Examples(
    good={"named-in-both-graphs": [RICH_FACT, and_(_NAMES)]},
    base=RICH_FACT,
    bad=(
        bad(
            "named-in-its-version-alone",
            "onlyIn MaxCount",
            and_(_NAMES),
            without("skos:prefLabel", of="entity/place/porto"),
            and_(_NAMES),
        ),
        bad("fact-in-a-graph-of-its-own", "onlyIn MaxCount", moved(RICH_FACT, "V/facts")),
        bad(
            "terms-of-ours-in-somebodys-graph",
            "onlyIn MaxCount, InVersionShape-kind MinCount",
            and_("<x:g> { <x:s> cg:inVersion <V> }"),
        ),
    ),
)

TABLE = {
    "DocumentShape": DOCUMENT,
    "VersionShape": VERSION,
    "CurrentVersionShape": CURRENT_VERSION,
    "SpanShape": SPAN,
    "StatementShape": STATEMENT,
    "FactShape": FACT_EXAMPLES,
    "AssertingShape": ASSERTING,
    "EventShape": EVENT,
    "ClaimShape": CLAIM_EXAMPLES,
    "SourceShape": SOURCE,
    "ContentShape": CONTENT,
    "StatedPropositionShape": STATED_PROPOSITION,
    "StatedEventShape": STATED_EVENT,
    "AffirmedEventShape": AFFIRMED,
    "DeniedEventShape": DENIED,
    "StatedTimeShape": STATED_TIME,
    "StatedParticipantShape": STATED_PARTICIPANT,
    "StatedClaimShape": STATED_CLAIM,
    "EntityShape": ENTITY,
    "UnnamedSourceShape": UNNAMED_SOURCE,
    "PlacedShape": PLACED,
    "EventTermsShape": EVENT_TERMS,
    "ClaimTermsShape": CLAIM_TERMS,
    "InVersionShape": IN_VERSION,
    "LinkShape": LINK,
    "CrossLinkShape": CROSS_LINK,
    "UnclearShape": UNCLEAR,
    "ContextShape": CONTEXT,
    "TimeShape": TIME,
    "RunShape": RUN,
    "CorrectionShape": CORRECTION,
    "ReviewedShape": REVIEWED,
}
