"""The table of examples: what each shape's good examples show, and how each bad one spoils a good one.

``fires`` names what must fire, and nothing else may: the property shape (of this shape where no other is named) and
the constraint component, with a number where it fires more than once.
"""

from __future__ import annotations

import hashlib

from tests.shapes.spoil import Bad, Edit, Examples, also, and_, instead, moved, only, renamed, with_, without

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
        no("dfc:confidence", "confidence", "confidence MinCount"),
        two("dfc:confidence", "confidences", "confidence MaxCount", "0.25", "0.75"),
        wrong(
            "dfc:confidence",
            "confidence-as-text",
            "confidence Datatype, confidence MinInclusive, confidence MaxInclusive",
            '"high"',
        ),
        wrong("dfc:confidence", "confidence-below-0", "confidence MinInclusive", "-0.5"),
        wrong("dfc:confidence", "confidence-above-1", "confidence MaxInclusive", "1.5"),
    ]


def other_version(status: str, article: str = "article/other") -> Edit:
    """Another version, of the same article or another one."""
    return and_(f'''<{article}> a dfc:Document ; dcterms:identifier "{article.rpartition("/")[2]}" .
      {OTHER} a dfc:DocumentVersion ; prov:specializationOf <{article}> ; schema:sha256 "{OTHER_HASH}" ;
        dfc:status mod:{status} ; dfc:fullText "{OTHER_TEXT}" .''')


def other_span() -> Edit:
    """A span of the other version."""
    return and_(f"""<doc/{OTHER_HASH[:16]}#char=0,6> a dfc:TextSpan ; dfc:inVersion {OTHER} ; dfc:start 0 ;
        dfc:end 6 ; dfc:exact "Sudria" .""")


OTHER_SPAN = f"<doc/{OTHER_HASH[:16]}#char=0,6>"
OTHER_RUN = and_(f"""<doc/{OTHER_HASH[:16]}/run> a dfc:ExtractionRun ; prov:used {OTHER} ; dfc:extractor "rules" ;
        dfc:extractorVersion "0.1.0" .""")

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
    "dfc:PoliticalActor",
    "org:Organization",
    "schema:Place",
    "dfc:Medium",
    "dfc:Agreement",
    "dfc:Conflict",
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
            and_('<article/other> a dfc:Document ; dcterms:identifier "other" .'),
        ],
    },
    base="V",
    bad=(
        no("prov:specializationOf", "article", "document MinCount"),
        wrong("prov:specializationOf", "article-not-described", "document Class", "<article/other>"),
        *concept("dfc:status", "status", "status", "mod:superseded", "mod"),
        no("schema:sha256", "hash", "sha256 MinCount"),
        two("schema:sha256", "hashes", "sha256 MaxCount, name SPARQL, hash SPARQL", f'"{OTHER_HASH}"'),
        wrong("schema:sha256", "a-hash-of-16-digits", "sha256 Pattern, hash SPARQL", '"27d3d423d41b7f34"'),
        wrong("schema:sha256", "wrong-hash", "hash SPARQL", f'"27d3d423d41b7f34{OTHER_HASH[16:]}"'),
        bad("named-for-another-hash", "name SPARQL", renamed("V", "doc/0123456789abcdef")),
        two("dfc:fullText", "texts", "fullText MaxCount, hash SPARQL", '"Another text."'),
        bad("text-with-language", "fullText Datatype, hash SPARQL", instead("dfc:fullText", '"tagged"@en')),
        bad(
            "two-revised",
            "revisionOf MaxCount",
            also("prov:wasRevisionOf", OTHER, "<V>"),
            other_version("superseded"),
            instead("dfc:status", "mod:withdrawn"),
        ),
        wrong("prov:wasRevisionOf", "revised-version-not-described", "revisionOf Class", OTHER),
        bad("revised-version-still-current", "revised In", also("prov:wasRevisionOf", OTHER), other_version("current")),
        *text("dfc:reason", "reason", "reason", optional=True),
        two("prov:invalidatedAtTime", "times", "withdrawnAt MaxCount", *(f'"{at}"^^xsd:dateTime' for at in TIMES)),
        wrong("prov:invalidatedAtTime", "time-as-day", "withdrawnAt Datatype", '"2025-04-05"^^xsd:date'),
    ),
)

CURRENT_VERSION = Examples(
    good={
        "version": ["V"],
        "text-taken-back": [
            "V",
            instead("dfc:status", "mod:withdrawn"),
            without("dfc:fullText"),
            also("dfc:reason", '"The quotation was made up."'),
            also("prov:invalidatedAtTime", f'"{TIMES[0]}"^^xsd:dateTime'),
        ],
        "text-replaced": ["V", instead("dfc:status", "mod:superseded"), without("dfc:fullText")],
    },
    base="V",
    bad=(
        bad("current-without-text", "Or", without("dfc:fullText")),
        bad(
            "without-text-and-status",
            "Or, VersionShape-status MinCount",
            without("dfc:fullText"),
            without("dfc:status"),
        ),
    ),
)

SPAN = Examples(
    good={"span": ["V#char=0,18"], "mention": ["V#char=0,7"]},
    base="V#char=0,18",
    bad=(
        no("dfc:inVersion", "version", "inVersion MinCount"),
        bad(
            "two-versions",
            "inVersion MaxCount, reread SPARQL, name SPARQL",
            also("dfc:inVersion", OTHER),
            other_version("current"),
        ),
        wrong("dfc:inVersion", "version-not-described", "inVersion Class, name SPARQL", OTHER),
        no("dfc:start", "start", "start MinCount"),
        two("dfc:start", "starts", "start MaxCount, reread SPARQL, name SPARQL", "1"),
        wrong("dfc:start", "start-as-decimal", "start Datatype", '"0"^^xsd:decimal'),
        bad(
            "start-before-the-text",
            "start MinInclusive, reread SPARQL",
            instead("dfc:start", "-1"),
            renamed("V#char=0,18", "V#char=-1,18"),
        ),
        bad(
            "empty-span",
            "start LessThan",
            instead("dfc:start", "18"),
            instead("dfc:exact", '""'),
            renamed("V#char=0,18", "V#char=18,18"),
        ),
        no("dfc:end", "end", "end MinCount"),
        two("dfc:end", "ends", "end MaxCount, reread SPARQL, name SPARQL", "19"),
        wrong("dfc:end", "end-as-decimal", "end Datatype", '"18"^^xsd:decimal'),
        no("dfc:exact", "words", "exact MinCount"),
        two("dfc:exact", "readings", "exact MaxCount, reread SPARQL", '"Norland"'),
        wrong("dfc:exact", "words-with-language", "exact Datatype, reread SPARQL", '"Norland met Sudria"@en'),
        wrong("dfc:exact", "other-words", "reread SPARQL", '"Norland met Sudria."'),
        bad(
            "shifted-by-one",
            "reread SPARQL",
            instead("dfc:start", "1"),
            instead("dfc:end", "19"),
            renamed("V#char=0,18", "V#char=1,19"),
        ),
        bad("named-for-another-place", "name SPARQL", renamed("V#char=0,18", "V#char=0,17")),
        wrong("dfc:mentions", "mentions-nobody", "mentions Node", STRAY),
    ),
)

STATEMENT = Examples(
    good={"fact": [FACT], "claim": [CLAIM], "claim-with-cue-and-source": [RICH_CLAIM]},
    base=FACT,
    bad=(
        no("dfc:inVersion", "version", "inVersion MinCount, anchored Equals, runUsed Equals"),
        bad(
            "two-versions",
            "inVersion MaxCount, anchored Equals, runUsed Equals",
            also("dfc:inVersion", OTHER),
            other_version("current"),
        ),
        bad(
            "version-not-described",
            "inVersion Class, 2 anchored Equals, 2 runUsed Equals",
            instead("dfc:inVersion", OTHER),
        ),
        bad("version-withdrawn", "inForce In", instead("dfc:status", "mod:withdrawn", of="V")),
        bad("version-superseded", "inForce In", instead("dfc:status", "mod:superseded", of="V")),
        no("dfc:anchor", "anchor", "anchor MinCount, anchored Equals"),
        bad("anchor-not-described", "anchor Class", also("dfc:anchor", "<V#char=0,7>")),
        bad(
            "anchor-in-another-version",
            "anchored Equals",
            also("dfc:anchor", OTHER_SPAN),
            other_version("current"),
            other_span(),
        ),
        no("dfc:text", "text", "text MinCount"),
        two("dfc:text", "texts", "text MaxCount", '"“Norland met Sudria”"'),
        wrong("dfc:text", "text-with-language", "text Datatype", '"Norland met Sudria"@en'),
        wrong("dfc:text", "text-lacks-the-anchor", "words SPARQL", '"Norland met"'),
        no("dfc:polarity", "polarity", "polarity MinCount, AssertingShape-polarity HasValue"),
        two("dfc:polarity", "values-of-polarity", "polarity MaxCount", "mod:negative"),
        wrong("dfc:polarity", "unknown-polarity", "polarity In, AssertingShape-polarity HasValue", "mod:madeUp"),
        no("dfc:certainty", "certainty", "certainty MinCount, AssertingShape-certainty HasValue"),
        two("dfc:certainty", "values-of-certainty", "certainty MaxCount", "mod:possible"),
        wrong("dfc:certainty", "unknown-certainty", "certainty In, AssertingShape-certainty HasValue", "mod:madeUp"),
        no("dfc:frame", "frame", "frame MinCount, AssertingShape-frame HasValue"),
        two("dfc:frame", "values-of-frame", "frame MaxCount", "mod:future"),
        wrong("dfc:frame", "unknown-frame", "frame In, AssertingShape-frame HasValue", "mod:madeUp"),
        bad("evidence-not-described", "evidence Class", also("dfc:frameEvidence", "<V#char=0,7>")),
        wrong("dfc:polarityEvidence", "evidence-as-text", "evidence Class", '"not"'),
        *(
            bad(
                f"{name}-evidence-in-another-version",
                "anchored Equals",
                with_(CLAIM),
                also(f"dfc:{name}Evidence", OTHER_SPAN, of=CLAIM),
                other_version("current"),
                other_span(),
            )
            for name in ("act", "polarity", "certainty", "frame")
        ),
        *concept("dfc:status", "status", "status", "mod:confirmed", "mod"),
        *confidence(),
        *text("dfc:rule", "rule", "rule"),
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
        bad("claim-without-rule", "rule MinCount", with_(CLAIM), without("dfc:rule", of=CLAIM)),
    ),
)

FACT_EXAMPLES = Examples(
    good={"fact": [FACT], "beside-a-claim": [FACT, CLAIM]},
    base=FACT,
    bad=(
        bad(
            "with-a-speaker",
            "ownVoice MaxCount, ClaimTermsShape Class",
            also("dfc:speaker", "<entity/political_actor/sudria>"),
            with_("entity/political_actor/sudria"),
        ),
        bad(
            "in-what-somebody-said",
            "outsideClaims SPARQL",
            with_(CLAIM),
            also("dfc:anchor", "<V#char=61,70>"),
            also("dfc:text", '"it rained … Norland met Sudria"'),
            without("dfc:text", '"Norland met Sudria"'),
        ),
        bad(
            "in-what-somebody-is-said-to-have-said",
            "outsideClaims SPARQL",
            with_(NESTING),
            instead("dfc:anchor", "<V#char=192,213>"),
            instead("dfc:text", '"many had come in June"'),
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
            also("dfc:describes", "<V/event/0-18>", of="V/unclear/215-217"),
        ),
        wrong("dfc:polarity", "negative", "polarity HasValue", "mod:negative"),
        wrong("dfc:certainty", "only-possible", "certainty HasValue", "mod:possible"),
        wrong("dfc:frame", "future", "frame HasValue", "mod:future"),
        wrong("dfc:status", "rejected", "rejected Not", "mod:rejected"),
        wrong("dfc:describes", "event-not-described", "event Class, EventShape-described MinCount", "<V/event/7>"),
    ),
)

EVENT = Examples(
    good={"event": ["V/event/0-18"], "with-all-there-is-to-know": ["V/event/20-47"]},
    base="V/event/0-18",
    bad=(
        bad("nobody-asserts", "described MinCount", without("dfc:describes", of=FACT)),
        *concept("dfc:eventType", "type", "type", "evt:visit", "evt"),
        wrong("dfc:agent", "agent-not-described", "roles Node", STRAY),
        bad(
            "agent-exists-only-in-what-is-said",
            "roles Node",
            with_(f"{INNER}/content/participant/many"),
            also("dfc:agent", f"<{INNER}/content/participant/many>"),
        ),
        bad(
            "place-is-an-actor",
            "place Class",
            also("dfc:place", "<entity/political_actor/sudria>"),
            with_("entity/political_actor/sudria"),
        ),
        wrong("dfc:when", "time-not-described", "when Class", "<V/time/9>"),
        two("dfc:topic", "topics", "topic MaxCount", '"a"', '"b"'),
        wrong("dfc:topic", "topic-with-language", "topic Datatype", '"tagged"@en'),
    ),
)

CLAIM_EXAMPLES = Examples(
    good={"claim": [CLAIM], "with-all-there-is-to-know": [RICH_CLAIM], "with-a-claim-in-it": [NESTING]},
    base=CLAIM,
    bad=(
        no("dfc:speaker", "speaker", "speaker MinCount"),
        wrong("dfc:speaker", "speaker-not-described", "speaker Node", STRAY),
        bad(
            "speaker-is-a-place",
            "speaker Node",
            instead("dfc:speaker", "<entity/place/porto>"),
            with_("entity/place/porto"),
        ),
        *concept("dfc:speechAct", "speech-act", "speechAct", "act:deny", "act"),
        *concept("dfc:quoteForm", "quote-form", "quoteForm", "mod:direct", "mod"),
        wrong("dfc:cue", "cue-not-described", "cue Class", "<V#char=0,1>"),
        wrong("dfc:sourceSpan", "source-not-described", "sourceSpan Class", "<V#char=0,1>"),
        wrong("dfc:addressee", "addressee-not-described", "addressee Node", STRAY),
        wrong("dfc:actTarget", "target-of-act-not-described", "actTarget Node", STRAY),
        wrong("dfc:medium", "medium-not-described", "medium Node", STRAY),
        bad(
            "said-at-two-times",
            "saidAt MaxCount",
            with_("V/time/1", "V/time/2"),
            also("dfc:saidAt", "<V/time/1>", "<V/time/2>"),
        ),
        wrong("dfc:saidAt", "time-not-described", "saidAt Class", "<V/time/9>"),
        bad(
            "no-content", "content MinCount, contentHolds MinCount, ContentShape-placed Equals", without("dfc:content")
        ),
        bad(
            "two-content-graphs",
            "content MaxCount, ContentShape-placed Equals",
            also("dfc:content", f"<{STATING}/content>"),
        ),
        bad(
            "content-as-text",
            "content NodeKind, contentHolds MinCount, 2 ContentShape-placed Equals",
            instead("dfc:content", '"it rained"'),
        ),
        bad(
            "nothing-in-the-content-graph",
            "contentHolds MinCount",
            lambda graph, focus: {q for q in graph if q.subject.value != f"{focus.value}/content/proposition"},
        ),
        bad(
            "two-claims-share-a-content-graph",
            "2 contentOwn MaxCount, 4 ContentShape-placed Equals",
            with_(STATING),
            instead("dfc:content", f"<{CLAIM}/content>", of=STATING),
        ),
        bad(
            "describes-an-event",
            "noEvent MaxCount, AssertingShape-fact HasValue",
            with_("V/event/0-18"),
            also("dfc:describes", "<V/event/0-18>"),
        ),
        bad(
            "also-a-fact",
            "notFact Not, FactShape-ownVoice MaxCount, FactShape-outsideClaims SPARQL, ContentShape-accordingTo Node",
            also("a", "dfc:ReportedFact"),
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
            instead("dfc:speaker", "<entity/political_actor/sudria>"),
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
            and_(f"<{CLAIM}/content> {{ <{CLAIM}/content/event/1> a dfc:Event ; dfc:eventType evt:visit . }}"),
        ),
        bad(
            "stated-and-asserted-at-once",
            "kind MaxCount, kind In, EventShape-described MinCount, EventShape-type MinCount",
            also("a", "dfc:Event"),
        ),
        bad(
            "nobodys",
            "accordingTo MinCount, placed Equals, StatedPropositionShape-words Equals",
            without("dfc:accordingTo"),
        ),
        bad(
            "of-two-claims",
            "accordingTo MaxCount, placed Equals, StatedPropositionShape-words Equals",
            with_(STATING),
            also("dfc:accordingTo", f"<{STATING}>"),
        ),
        bad(
            "of-something-that-is-no-claim",
            "accordingTo Node, placed Equals, StatedPropositionShape-words Equals",
            instead("dfc:accordingTo", "<V/claim/7-9>"),
        ),
        bad(
            "of-a-fact",
            "accordingTo Node, placed Equals, 2 StatedPropositionShape-words Equals",
            with_(FACT),
            instead("dfc:accordingTo", f"<{FACT}>"),
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
            and_(" ".join(f'<thing/{t}> dfc:{t} "x" .' for t in (*_STATED_TERMS, "accordingTo"))),
        ),
    ),
)

STATED_PROPOSITION = Examples(
    good={"proposition": [PROPOSITION]},
    base=PROPOSITION,
    bad=(
        bad("no-text", "text MinCount, words Equals", without("dfc:statedText")),
        bad("two-texts", "text MaxCount, words Equals", also("dfc:statedText", '"it snowed"')),
        bad("text-with-language", "text Datatype, 2 words Equals", instead("dfc:statedText", '"it rained"@en')),
        bad("other-words", "2 words Equals", instead("dfc:statedText", '"it snowed"')),
        bad("with-an-asserted-term", "Closed dfc:topic, EventTermsShape Class", also("dfc:topic", '"rain"')),
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
        *concept("dfc:statedEventType", "type", "type", "evt:visit", "evt"),
        wrong("dfc:statedAgent", "agent-not-described", "agent Node", STRAY),
        wrong("dfc:statedTarget", "target-not-described", "target Node", STRAY),
        wrong("dfc:statedParticipant", "participant-not-described", "participant Node", STRAY),
        wrong("dfc:statedPlace", "place-not-described", "place Node", STRAY),
        wrong("dfc:statedWhen", "time-not-described", "when Class", "<V/time/9>"),
        two("dfc:statedTopic", "topics", "topic MaxCount", '"a"', '"b"'),
        wrong("dfc:statedTopic", "topic-with-language", "topic Datatype", '"tagged"@en'),
        bad(
            "with-an-asserted-agent",
            "Closed dfc:agent, EventTermsShape Class",
            with_("entity/political_actor/sudria"),
            also("dfc:agent", "<entity/political_actor/sudria>"),
        ),
        bad(
            "with-a-participant-of-another-claim",
            "own SPARQL",
            with_(NESTING),
            also("dfc:statedAgent", f"<{INNER}/content/participant/many>"),
        ),
        bad(
            "denied-event-without-type",
            "type MinCount",
            with_(f"{RICH_CLAIM}/content/event/1"),
            without("dfc:statedEventType", of=f"{RICH_CLAIM}/content/event/1"),
        ),
    ),
)

AFFIRMED = Examples(
    good={"event": [f"{STATING}/content/event/1"], "in-a-claim-in-a-claim": [f"{INNER}/content/event/1"]},
    base=f"{RICH_CLAIM}/content/event/1",
    bad=(bad("affirmed-though-denied", "polarity In", instead("a", "dfc:StatedEvent")),),
)

DENIED = Examples(
    good={"event": [f"{RICH_CLAIM}/content/event/1"]},
    base=f"{STATING}/content/event/1",
    bad=(bad("denied-though-affirmed", "polarity In", instead("a", "dfc:DeniedEvent")),),
)

STATED_TIME = Examples(
    good={"time": [f"{INNER}/content/event/1/time"]},
    base=f"{INNER}/content/event/1/time",
    bad=(
        *text("dfc:statedText", "text", "text"),
        two("dfc:statedEarliest", "first-days", "earliest MaxCount", '"2025-06-02"^^xsd:date'),
        wrong(
            "dfc:statedEarliest", "a-day-32", "earliest Datatype, earliest LessThanOrEquals", '"2025-06-32"^^xsd:date'
        ),
        wrong("dfc:statedEarliest", "ends-before-it-begins", "earliest LessThanOrEquals", '"2025-07-01"^^xsd:date'),
        two("dfc:statedLatest", "last-days", "latest MaxCount", '"2025-06-29"^^xsd:date'),
        wrong(
            "dfc:statedLatest",
            "a-month-as-last-day",
            "latest Datatype, earliest LessThanOrEquals",
            '"2025-06"^^xsd:gYearMonth',
        ),
        bad("with-an-asserted-term", "Closed dfc:earliest", also("dfc:earliest", '"2025-06-01"^^xsd:date')),
    ),
)

STATED_PARTICIPANT = Examples(
    good={"participant": [f"{INNER}/content/participant/many"]},
    base=f"{INNER}/content/participant/many",
    bad=(
        *text("dfc:statedName", "name", "name"),
        bad("with-an-asserted-name", "Closed skos:prefLabel", also("skos:prefLabel", '"many"')),
    ),
)

STATED_CLAIM = Examples(
    good={"claim-in-a-claim": [INNER]},
    base=INNER,
    bad=(
        no("dfc:statedSpeaker", "speaker", "speaker MinCount"),
        wrong("dfc:statedSpeaker", "speaker-not-described", "speaker Node", STRAY),
        *concept("dfc:statedSpeechAct", "speech-act", "speechAct", "act:deny", "act"),
        *concept("dfc:statedQuoteForm", "quote-form", "quoteForm", "mod:direct", "mod"),
        no("dfc:statedPolarity", "polarity", "polarity MinCount"),
        bad(
            "two-polarities",
            "polarity MaxCount, AffirmedEventShape-polarity In",
            also("dfc:statedPolarity", "mod:negative"),
        ),
        bad(
            "unknown-polarity",
            "polarity In, AffirmedEventShape-polarity In",
            instead("dfc:statedPolarity", "mod:madeUp"),
        ),
        *concept("dfc:statedCertainty", "certainty", "certainty", "mod:possible", "mod"),
        *concept("dfc:statedFrame", "frame", "frame", "mod:future", "mod"),
        bad("no-text", "text MinCount, StatedPropositionShape-words Equals", without("dfc:statedText")),
        bad("two-texts", "text MaxCount, StatedPropositionShape-words Equals", also("dfc:statedText", '"many came"')),
        bad(
            "text-with-language",
            "text Datatype, 2 StatedPropositionShape-words Equals",
            instead("dfc:statedText", '"tagged"@en'),
        ),
        bad("empty-text", "text MinLength, 2 StatedPropositionShape-words Equals", instead("dfc:statedText", '""')),
        no("dfc:statedAnchor", "anchor", "anchor MinCount"),
        wrong("dfc:statedAnchor", "anchor-not-described", "anchor Class", "<V#char=0,1>"),
        bad(
            "anchor-in-another-version",
            "anchored SPARQL",
            instead("dfc:statedAnchor", OTHER_SPAN),
            other_version("current"),
            other_span(),
        ),
        wrong("dfc:statedTargetOfAct", "target-of-act-not-described", "targetOfAct Node", STRAY),
        wrong("dfc:statedAddressee", "addressee-not-described", "addressee Node", STRAY),
        bad(
            "no-content",
            "content MinCount, contentHolds MinCount, 4 ContentShape-placed Equals",
            without("dfc:statedContent"),
        ),
        bad(
            "two-content-graphs",
            "content MaxCount, 4 ContentShape-placed Equals",
            also("dfc:statedContent", "<V/another/content>"),
        ),
        bad(
            "content-as-text",
            "content NodeKind, contentHolds MinCount, 8 ContentShape-placed Equals",
            instead("dfc:statedContent", '"many came"'),
        ),
        bad(
            "nothing-in-the-content-graph",
            "contentHolds MinCount",
            lambda graph, focus: {q for q in graph if not str(q.subject).startswith(f"<{focus.value}/content/")},
        ),
        bad(
            "content-graph-of-the-claim-around-it",
            "contentOwn MaxCount, ClaimShape-contentOwn MaxCount, 8 ContentShape-placed Equals",
            instead("dfc:statedContent", f"<{NESTING}/content>"),
        ),
        bad(
            "with-an-asserted-speaker",
            "Closed dfc:speaker, ClaimTermsShape Class",
            also("dfc:speaker", "<V/source/an-aide>"),
        ),
        bad(
            "promoted-to-a-claim",
            "ContentShape-kind MaxCount, ContentShape-kind In, ClaimShape-notFact Not, "
            "ClaimShape-contentHolds MinCount, "
            + ", ".join(f"ClaimShape-{name} MinCount" for name in _ONLY_CLAIMS)
            + ", "
            + ", ".join(f"StatementShape-{name} MinCount" for name in _ALL_STATEMENTS),
            also("a", "dfc:Claim"),
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
            only("<V/source/an-aide> a dfc:UnnamedSource ."),
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
            also("a", "dfc:StatedParticipantOnly"),
        ),
        wrong("skos:exactMatch", "wikidata-id-as-text", "wikidata NodeKind", '"http://www.wikidata.org/entity/Q159"'),
        wrong(
            "skos:exactMatch", "wikidata-page-for-the-thing", "wikidata Pattern", "<https://www.wikidata.org/wiki/Q159>"
        ),
        wrong("dfc:sharesNameWith", "shares-its-name-with-nobody", "sharesName Node", STRAY),
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
            without("dfc:inVersion"),
            renamed("V/source/an-aide", "entity/unnamed_source/an-aide"),
        ),
        bad(
            "speaking-in-another-version",
            "local SPARQL",
            with_("V/claim/164-173"),
            renamed("V/source/an-aide", "doc/0123456789abcdef/source/an-aide"),
            without("dfc:inVersion", of="doc/0123456789abcdef/source/an-aide"),
        ),
    ),
)

_EVENT_TERMS = ("agent", "eventType", "participant", "place", "target", "topic", "when")
_CLAIM_TERMS = (
    "actEvidence",
    "actTarget",
    "addressee",
    "content",
    "cue",
    "medium",
    "quoteForm",
    "saidAt",
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
            only(" ".join(f"<thing/{t}> dfc:{t} <thing> ." for t in _EVENT_TERMS)),
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
            only(" ".join(f"<thing/{t}> dfc:{t} <thing> ." for t in _CLAIM_TERMS)),
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
        no("dfc:inVersion", "version", "inVersion MinCount"),
        bad("two-versions", "inVersion MaxCount", also("dfc:inVersion", OTHER), other_version("current")),
        wrong("dfc:inVersion", "version-not-described", "inVersion Class", OTHER),
        no("dfc:from", "from", "from MinCount"),
        bad("from-two-statements", "from MaxCount", with_(CLAIM), also("dfc:from", f"<{CLAIM}>")),
        wrong("dfc:from", "from-nothing-described", "from Node", "<V/claim/7-9>"),
        wrong("dfc:from", "to-itself", "from Disjoint", f"<{FACT}>"),
        no("dfc:to", "to", "to MinCount"),
        bad("to-two-statements", "to MaxCount", with_(CLAIM), also("dfc:to", f"<{CLAIM}>")),
        wrong("dfc:to", "to-nothing-described", "to Node", "<V/claim/7-9>"),
        wrong("dfc:to", "to-an-event", "to Node", "<V/event/0-18>"),
        *concept("dfc:linkType", "type", "type", "rel:denies", "rel"),
        *confidence(),
        *text("dfc:rule", "rule", "rule"),
    ),
)

UNCLEAR = Examples(
    good={"passage": ["V/unclear/215-217"]},
    base="V/unclear/215-217",
    bad=(
        no("dfc:inVersion", "version", "inVersion MinCount, anchored Equals"),
        bad(
            "two-versions",
            "inVersion MaxCount, anchored Equals",
            also("dfc:inVersion", OTHER),
            other_version("current"),
        ),
        wrong("dfc:inVersion", "version-not-described", "inVersion Class, 2 anchored Equals", OTHER),
        bad("version-withdrawn", "inForce In", instead("dfc:status", "mod:withdrawn", of="V")),
        bad("no-anchor", "anchor MinCount, anchored Equals, text Equals", without("dfc:anchor")),
        bad("anchor-not-described", "anchor Class", also("dfc:anchor", "<V#char=0,1>")),
        bad(
            "anchor-in-another-version",
            "anchored Equals, text Equals",
            also("dfc:anchor", OTHER_SPAN),
            other_version("current"),
            other_span(),
        ),
        bad("other-words", "2 text Equals", instead("dfc:text", '"“"')),
        *text("dfc:reason", "reason", "reason"),
        bad(
            "with-a-speaker",
            "nobodys MaxCount, ClaimTermsShape Class",
            with_("entity/organization/tia"),
            also("dfc:speaker", "<entity/organization/tia>"),
        ),
    ),
)

TIME = Examples(
    good={"days-known": ["V/time/1"], "days-not-known": ["V/time/2"]},
    base="V/time/1",
    bad=(
        *text("skos:prefLabel", "words", "words"),
        two("dfc:earliest", "first-days", "earliest MaxCount", '"2025-05-02"^^xsd:date'),
        wrong("dfc:earliest", "a-day-32", "earliest Datatype, earliest LessThanOrEquals", '"2025-05-32"^^xsd:date'),
        wrong(
            "dfc:earliest", "a-year-as-first-day", "earliest Datatype, earliest LessThanOrEquals", '"2025"^^xsd:gYear'
        ),
        wrong("dfc:earliest", "ends-before-it-begins", "earliest LessThanOrEquals", '"2025-06-01"^^xsd:date'),
        two("dfc:latest", "last-days", "latest MaxCount", '"2025-05-30"^^xsd:date'),
        wrong("dfc:latest", "a-day-31-in-june", "latest Datatype, earliest LessThanOrEquals", '"2025-06-31"^^xsd:date'),
    ),
)

RUN = Examples(
    good={"run": ["V/run"]},
    base="V/run",
    bad=(
        no("prov:used", "version", "used MinCount"),
        bad("two-versions", "used MaxCount", also("prov:used", OTHER), other_version("current")),
        wrong("prov:used", "version-not-described", "used Class", OTHER),
        *text("dfc:extractor", "extractor", "extractor"),
        *text("dfc:extractorVersion", "extractor-version", "version"),
        two("dfc:settings", "settings", "settings MaxCount", '"{}"'),
        wrong("dfc:settings", "settings-with-language", "settings Datatype", '"{}"@en'),
        wrong("dfc:settings", "settings-not-json", "settings Pattern", '"small"'),
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
    "EventTermsShape": EVENT_TERMS,
    "ClaimTermsShape": CLAIM_TERMS,
    "InVersionShape": IN_VERSION,
    "LinkShape": LINK,
    "UnclearShape": UNCLEAR,
    "TimeShape": TIME,
    "RunShape": RUN,
}
