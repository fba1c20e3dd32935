"""Generated from ontology/ by ``python ontology/vocab.py > kg/vocab.py``: do not edit.

IRIs as plain strings, so that a misspelt one is an unknown name. A class that shares its name with a property ends
in ``_CLASS``. Tags (``SPEECH_ACTS`` and the like) are local names: the IRI is namespace + tag, as in ``ACT + "say"``.
"""

from types import MappingProxyType

CG = "https://w3id.org/claimgraph/ns#"
ACT = "https://w3id.org/claimgraph/act/"
EVT = "https://w3id.org/claimgraph/evt/"
MOD = "https://w3id.org/claimgraph/mod/"
REL = "https://w3id.org/claimgraph/rel/"
DCTERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
VOID = "http://rdfs.org/ns/void#"
WD = "http://www.wikidata.org/entity/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = MappingProxyType(
    {
        "cg": CG,
        "act": ACT,
        "evt": EVT,
        "mod": MOD,
        "rel": REL,
        "dcterms": DCTERMS,
        "foaf": FOAF,
        "org": ORG,
        "owl": OWL,
        "prov": PROV,
        "rdf": RDF,
        "rdfs": RDFS,
        "schema": SCHEMA,
        "sh": SH,
        "skos": SKOS,
        "void": VOID,
        "wd": WD,
        "xsd": XSD,
    }
)
"""Prefix -> namespace, in the order of the constants above."""

# The core
ACCORDING_TO = "https://w3id.org/claimgraph/ns#accordingTo"
ACT_EVIDENCE = "https://w3id.org/claimgraph/ns#actEvidence"
ACT_TARGET = "https://w3id.org/claimgraph/ns#actTarget"
ADDRESSEE = "https://w3id.org/claimgraph/ns#addressee"
ADDRESSEE_SPAN = "https://w3id.org/claimgraph/ns#addresseeSpan"
AGENT = "https://w3id.org/claimgraph/ns#agent"
AGREEMENT = "https://w3id.org/claimgraph/ns#Agreement"
AMBIGUOUS_NAME = "https://w3id.org/claimgraph/ns#ambiguousName"
ANCHOR = "https://w3id.org/claimgraph/ns#anchor"
ANCHOR_TEXT = "https://w3id.org/claimgraph/ns#anchorText"
BARRIER_SIDE = "https://w3id.org/claimgraph/ns#barrierSide"
CAPITAL = "https://w3id.org/claimgraph/ns#capital"
CERTAINTY = "https://w3id.org/claimgraph/ns#certainty"
CERTAINTY_EVIDENCE = "https://w3id.org/claimgraph/ns#certaintyEvidence"
CLAIM = "https://w3id.org/claimgraph/ns#Claim"
CONFIDENCE = "https://w3id.org/claimgraph/ns#confidence"
CONFLICT = "https://w3id.org/claimgraph/ns#Conflict"
CONTENT = "https://w3id.org/claimgraph/ns#content"
CONTEXT_KIND = "https://w3id.org/claimgraph/ns#contextKind"
COPY = "https://w3id.org/claimgraph/ns#copy"
COPY_OF = "https://w3id.org/claimgraph/ns#copyOf"
CORRECTED_AT = "https://w3id.org/claimgraph/ns#correctedAt"
CORRECTION = "https://w3id.org/claimgraph/ns#Correction"
CORRECTION_KIND = "https://w3id.org/claimgraph/ns#correctionKind"
CORRECTS = "https://w3id.org/claimgraph/ns#corrects"
CROSS_LINK = "https://w3id.org/claimgraph/ns#CrossLink"
CUE = "https://w3id.org/claimgraph/ns#cue"
DEMONYM = "https://w3id.org/claimgraph/ns#demonym"
DENIED_EVENT = "https://w3id.org/claimgraph/ns#DeniedEvent"
DESCRIBES = "https://w3id.org/claimgraph/ns#describes"
DOCUMENT = "https://w3id.org/claimgraph/ns#Document"
DOCUMENT_COPY = "https://w3id.org/claimgraph/ns#DocumentCopy"
DOCUMENT_VERSION = "https://w3id.org/claimgraph/ns#DocumentVersion"
EARLIEST = "https://w3id.org/claimgraph/ns#earliest"
END = "https://w3id.org/claimgraph/ns#end"
ENTITY_MERGE = "https://w3id.org/claimgraph/ns#EntityMerge"
EVENT = "https://w3id.org/claimgraph/ns#Event"
EVENT_CHAIN = "https://w3id.org/claimgraph/ns#EventChain"
EVENT_TYPE = "https://w3id.org/claimgraph/ns#eventType"
EXACT = "https://w3id.org/claimgraph/ns#exact"
EXTRACTION_RUN = "https://w3id.org/claimgraph/ns#ExtractionRun"
EXTRACTOR = "https://w3id.org/claimgraph/ns#extractor"
EXTRACTOR_VERSION = "https://w3id.org/claimgraph/ns#extractorVersion"
FRAME = "https://w3id.org/claimgraph/ns#frame"
FRAME_EVIDENCE = "https://w3id.org/claimgraph/ns#frameEvidence"
FROM = "https://w3id.org/claimgraph/ns#from"
FROM_ORIGIN = "https://w3id.org/claimgraph/ns#fromOrigin"
FROM_SPAN = "https://w3id.org/claimgraph/ns#fromSpan"
FULL_TEXT = "https://w3id.org/claimgraph/ns#fullText"
IN_GRAPH = "https://w3id.org/claimgraph/ns#inGraph"
IN_VERSION = "https://w3id.org/claimgraph/ns#inVersion"
LATEST = "https://w3id.org/claimgraph/ns#latest"
LINKING_RUN = "https://w3id.org/claimgraph/ns#LinkingRun"
LINK_TYPE = "https://w3id.org/claimgraph/ns#linkType"
MEDIUM = "https://w3id.org/claimgraph/ns#medium"
MEDIUM_CLASS = "https://w3id.org/claimgraph/ns#Medium"
MEDIUM_SPAN = "https://w3id.org/claimgraph/ns#mediumSpan"
MEMBER = "https://w3id.org/claimgraph/ns#member"
MENTIONS = "https://w3id.org/claimgraph/ns#mentions"
MERGED = "https://w3id.org/claimgraph/ns#merged"
MERGED_INTO = "https://w3id.org/claimgraph/ns#mergedInto"
METONYM = "https://w3id.org/claimgraph/ns#metonym"
MODEL_READING = "https://w3id.org/claimgraph/ns#modelReading"
NO_ASSERTED_FORM = "https://w3id.org/claimgraph/ns#noAssertedForm"
NO_STATED_FORM = "https://w3id.org/claimgraph/ns#noStatedForm"
ONLY_IN = "https://w3id.org/claimgraph/ns#onlyIn"
ORIGINAL = "https://w3id.org/claimgraph/ns#original"
PARTICIPANT = "https://w3id.org/claimgraph/ns#participant"
PLACE = "https://w3id.org/claimgraph/ns#place"
POLARITY = "https://w3id.org/claimgraph/ns#polarity"
POLARITY_EVIDENCE = "https://w3id.org/claimgraph/ns#polarityEvidence"
POLITICAL_ACTOR = "https://w3id.org/claimgraph/ns#PoliticalActor"
QUOTE_FORM = "https://w3id.org/claimgraph/ns#quoteForm"
REASON = "https://w3id.org/claimgraph/ns#reason"
RECORD_TAG = "https://w3id.org/claimgraph/ns#recordTag"
REPORTED_FACT = "https://w3id.org/claimgraph/ns#ReportedFact"
RULE = "https://w3id.org/claimgraph/ns#rule"
SAID_AT = "https://w3id.org/claimgraph/ns#saidAt"
SAID_AT_SPAN = "https://w3id.org/claimgraph/ns#saidAtSpan"
SEAT = "https://w3id.org/claimgraph/ns#seat"
SETTINGS = "https://w3id.org/claimgraph/ns#settings"
SHARED_KEY = "https://w3id.org/claimgraph/ns#sharedKey"
SHARED_PART = "https://w3id.org/claimgraph/ns#sharedPart"
SHARES_NAME_WITH = "https://w3id.org/claimgraph/ns#sharesNameWith"
SOURCE_SPAN = "https://w3id.org/claimgraph/ns#sourceSpan"
SPEAKER = "https://w3id.org/claimgraph/ns#speaker"
SPEECH_ACT = "https://w3id.org/claimgraph/ns#speechAct"
START = "https://w3id.org/claimgraph/ns#start"
STATED_ADDRESSEE = "https://w3id.org/claimgraph/ns#statedAddressee"
STATED_AGENT = "https://w3id.org/claimgraph/ns#statedAgent"
STATED_ANCHOR = "https://w3id.org/claimgraph/ns#statedAnchor"
STATED_CERTAINTY = "https://w3id.org/claimgraph/ns#statedCertainty"
STATED_CLAIM = "https://w3id.org/claimgraph/ns#StatedClaim"
STATED_CONTENT = "https://w3id.org/claimgraph/ns#statedContent"
STATED_EARLIEST = "https://w3id.org/claimgraph/ns#statedEarliest"
STATED_EVENT = "https://w3id.org/claimgraph/ns#StatedEvent"
STATED_EVENT_TYPE = "https://w3id.org/claimgraph/ns#statedEventType"
STATED_FORM = "https://w3id.org/claimgraph/ns#statedForm"
STATED_FRAME = "https://w3id.org/claimgraph/ns#statedFrame"
STATED_LATEST = "https://w3id.org/claimgraph/ns#statedLatest"
STATED_NAME = "https://w3id.org/claimgraph/ns#statedName"
STATED_PARTICIPANT = "https://w3id.org/claimgraph/ns#statedParticipant"
STATED_PARTICIPANT_ONLY = "https://w3id.org/claimgraph/ns#StatedParticipantOnly"
STATED_PLACE = "https://w3id.org/claimgraph/ns#statedPlace"
STATED_POLARITY = "https://w3id.org/claimgraph/ns#statedPolarity"
STATED_PROPOSITION = "https://w3id.org/claimgraph/ns#StatedProposition"
STATED_QUOTE_FORM = "https://w3id.org/claimgraph/ns#statedQuoteForm"
STATED_SPEAKER = "https://w3id.org/claimgraph/ns#statedSpeaker"
STATED_SPEECH_ACT = "https://w3id.org/claimgraph/ns#statedSpeechAct"
STATED_TARGET = "https://w3id.org/claimgraph/ns#statedTarget"
STATED_TARGET_OF_ACT = "https://w3id.org/claimgraph/ns#statedTargetOfAct"
STATED_TEXT = "https://w3id.org/claimgraph/ns#statedText"
STATED_TIME = "https://w3id.org/claimgraph/ns#StatedTime"
STATED_TOPIC = "https://w3id.org/claimgraph/ns#statedTopic"
STATED_WHEN = "https://w3id.org/claimgraph/ns#statedWhen"
STATEMENT = "https://w3id.org/claimgraph/ns#Statement"
STATEMENT_LINK = "https://w3id.org/claimgraph/ns#StatementLink"
STATUS = "https://w3id.org/claimgraph/ns#status"
TARGET = "https://w3id.org/claimgraph/ns#target"
TEXT = "https://w3id.org/claimgraph/ns#text"
TEXT_SPAN = "https://w3id.org/claimgraph/ns#TextSpan"
TIME_EXPRESSION = "https://w3id.org/claimgraph/ns#TimeExpression"
TO = "https://w3id.org/claimgraph/ns#to"
TOPIC = "https://w3id.org/claimgraph/ns#topic"
TO_ORIGIN = "https://w3id.org/claimgraph/ns#toOrigin"
TO_SPAN = "https://w3id.org/claimgraph/ns#toSpan"
UNCLEAR_PASSAGE = "https://w3id.org/claimgraph/ns#UnclearPassage"
UNNAMED_SOURCE = "https://w3id.org/claimgraph/ns#UnnamedSource"
WHEN = "https://w3id.org/claimgraph/ns#when"

# Borrowed terms
DCTERMS_AVAILABLE = "http://purl.org/dc/terms/available"
DCTERMS_CREATED = "http://purl.org/dc/terms/created"
DCTERMS_DESCRIPTION = "http://purl.org/dc/terms/description"
DCTERMS_IDENTIFIER = "http://purl.org/dc/terms/identifier"
DCTERMS_LICENSE = "http://purl.org/dc/terms/license"
DCTERMS_MODIFIED = "http://purl.org/dc/terms/modified"
DCTERMS_TITLE = "http://purl.org/dc/terms/title"
FOAF_PERSON = "http://xmlns.com/foaf/0.1/Person"
ORG_ORGANIZATION = "http://www.w3.org/ns/org#Organization"
OWL_SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"
OWL_VERSION_IRI = "http://www.w3.org/2002/07/owl#versionIRI"
PROV_AGENT = "http://www.w3.org/ns/prov#Agent"
PROV_INVALIDATED_AT_TIME = "http://www.w3.org/ns/prov#invalidatedAtTime"
PROV_SPECIALIZATION_OF = "http://www.w3.org/ns/prov#specializationOf"
PROV_USED = "http://www.w3.org/ns/prov#used"
PROV_WAS_ASSOCIATED_WITH = "http://www.w3.org/ns/prov#wasAssociatedWith"
PROV_WAS_ATTRIBUTED_TO = "http://www.w3.org/ns/prov#wasAttributedTo"
PROV_WAS_GENERATED_BY = "http://www.w3.org/ns/prov#wasGeneratedBy"
PROV_WAS_REVISION_OF = "http://www.w3.org/ns/prov#wasRevisionOf"
RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
RDFS_SUB_CLASS_OF = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SCHEMA_DATE_PUBLISHED = "https://schema.org/datePublished"
SCHEMA_HEADLINE = "https://schema.org/headline"
SCHEMA_IN_LANGUAGE = "https://schema.org/inLanguage"
SCHEMA_PLACE = "https://schema.org/Place"
SCHEMA_PUBLISHER = "https://schema.org/publisher"
SCHEMA_SHA256 = "https://schema.org/sha256"
SCHEMA_URL = "https://schema.org/url"
SKOS_ALT_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel"
SKOS_BROADER = "http://www.w3.org/2004/02/skos/core#broader"
SKOS_DEFINITION = "http://www.w3.org/2004/02/skos/core#definition"
SKOS_EXACT_MATCH = "http://www.w3.org/2004/02/skos/core#exactMatch"
SKOS_EXAMPLE = "http://www.w3.org/2004/02/skos/core#example"
SKOS_IN_SCHEME = "http://www.w3.org/2004/02/skos/core#inScheme"
SKOS_NOTATION = "http://www.w3.org/2004/02/skos/core#notation"
SKOS_PREF_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
VOID_CLASS_PARTITION = "http://rdfs.org/ns/void#classPartition"
VOID_DATASET = "http://rdfs.org/ns/void#Dataset"
VOID_DATA_DUMP = "http://rdfs.org/ns/void#dataDump"
VOID_DISTINCT_SUBJECTS = "http://rdfs.org/ns/void#distinctSubjects"
VOID_ENTITIES = "http://rdfs.org/ns/void#entities"
VOID_FEATURE = "http://rdfs.org/ns/void#feature"
VOID_IN_DATASET = "http://rdfs.org/ns/void#inDataset"
VOID_PROPERTY_PARTITION = "http://rdfs.org/ns/void#propertyPartition"
VOID_SPARQL_ENDPOINT = "http://rdfs.org/ns/void#sparqlEndpoint"
VOID_SUBSET = "http://rdfs.org/ns/void#subset"
VOID_TRIPLES = "http://rdfs.org/ns/void#triples"
VOID_URI_SPACE = "http://rdfs.org/ns/void#uriSpace"
VOID_VOCABULARY = "http://rdfs.org/ns/void#vocabulary"
XSD_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
XSD_DATE = "http://www.w3.org/2001/XMLSchema#date"
XSD_DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
XSD_DECIMAL = "http://www.w3.org/2001/XMLSchema#decimal"
XSD_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
XSD_G_YEAR = "http://www.w3.org/2001/XMLSchema#gYear"
XSD_G_YEAR_MONTH = "http://www.w3.org/2001/XMLSchema#gYearMonth"
XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

# Values
MOD_ADJUNCT = "https://w3id.org/claimgraph/mod/adjunct"
MOD_BOILERPLATE = "https://w3id.org/claimgraph/mod/boilerplate"
MOD_BYLINE = "https://w3id.org/claimgraph/mod/byline"
MOD_CAPTION = "https://w3id.org/claimgraph/mod/caption"
MOD_CERTAIN = "https://w3id.org/claimgraph/mod/certain"
MOD_CONFIRMED = "https://w3id.org/claimgraph/mod/confirmed"
MOD_CORRECTED = "https://w3id.org/claimgraph/mod/corrected"
MOD_CREDIT = "https://w3id.org/claimgraph/mod/credit"
MOD_CURRENT = "https://w3id.org/claimgraph/mod/current"
MOD_DATELINE = "https://w3id.org/claimgraph/mod/dateline"
MOD_DIRECT = "https://w3id.org/claimgraph/mod/direct"
MOD_EXTRACTED = "https://w3id.org/claimgraph/mod/extracted"
MOD_FUTURE = "https://w3id.org/claimgraph/mod/future"
MOD_HEADING = "https://w3id.org/claimgraph/mod/heading"
MOD_HYPOTHETICAL = "https://w3id.org/claimgraph/mod/hypothetical"
MOD_INDIRECT = "https://w3id.org/claimgraph/mod/indirect"
MOD_MIXED = "https://w3id.org/claimgraph/mod/mixed"
MOD_NEGATIVE = "https://w3id.org/claimgraph/mod/negative"
MOD_NON_FUTURE = "https://w3id.org/claimgraph/mod/nonFuture"
MOD_POSITIVE = "https://w3id.org/claimgraph/mod/positive"
MOD_POSSIBLE = "https://w3id.org/claimgraph/mod/possible"
MOD_PROBABLE = "https://w3id.org/claimgraph/mod/probable"
MOD_REJECTED = "https://w3id.org/claimgraph/mod/rejected"
MOD_SUPERSEDED = "https://w3id.org/claimgraph/mod/superseded"
MOD_UNSPECIFIED = "https://w3id.org/claimgraph/mod/unspecified"
MOD_WITHDRAWN = "https://w3id.org/claimgraph/mod/withdrawn"

ENTITY_CLASSES = MappingProxyType(
    {
        "agreement": AGREEMENT,
        "conflict": CONFLICT,
        "medium": MEDIUM_CLASS,
        "organization": ORG_ORGANIZATION,
        "person": FOAF_PERSON,
        "place": SCHEMA_PLACE,
        "political_actor": POLITICAL_ACTOR,
        "stated_participant": STATED_PARTICIPANT_ONLY,
        "unnamed_source": UNNAMED_SOURCE,
    }
)
"""Type of an entity in the records -> its class."""

ENTITY_TYPES = frozenset(ENTITY_CLASSES)

SPEECH_ACTS = frozenset(
    {
        "accuse",
        "admit",
        "agree",
        "announce",
        "apologize",
        "ask",
        "believe",
        "condemn",
        "condole",
        "confirm",
        "criticize",
        "declare",
        "demand",
        "deny",
        "doubt",
        "expect",
        "explain",
        "expressWillingness",
        "fear",
        "hope",
        "insist",
        "praise",
        "predict",
        "promise",
        "propose",
        "recognize",
        "regret",
        "reject",
        "report",
        "request",
        "rule",
        "say",
        "suggest",
        "threaten",
        "urge",
        "warn",
        "welcome",
    }
)

EVENT_TYPES = frozenset(
    {
        "abduct",
        "accuse",
        "agree",
        "aid",
        "airstrike",
        "allowAccess",
        "appoint",
        "arrest",
        "assault",
        "blockade",
        "bombing",
        "breachTruce",
        "breakOffDialogue",
        "breakRelations",
        "ceasefire",
        "clash",
        "coerce",
        "complain",
        "concede",
        "condition",
        "conflict",
        "consult",
        "convict",
        "cooperate",
        "criticize",
        "cyberAttack",
        "demonstrate",
        "deployForces",
        "deport",
        "detain",
        "droneAttack",
        "easeSanctions",
        "elect",
        "escalation",
        "exercise",
        "expelDiplomats",
        "govern",
        "grantAsylum",
        "holdPosition",
        "humanitarianAid",
        "hungerStrike",
        "imposeSanctions",
        "imposeTariffs",
        "inspect",
        "investigate",
        "kill",
        "leaveAgreement",
        "legislate",
        "mediate",
        "meeting",
        "militaryAid",
        "missileStrike",
        "mobilize",
        "negotiation",
        "normalize",
        "obstruct",
        "occupy",
        "offensive",
        "opportunity",
        "phoneCall",
        "prisonerExchange",
        "promiseAid",
        "protest",
        "provideAid",
        "raid",
        "raiseAlert",
        "recallAmbassador",
        "recognizeState",
        "reform",
        "refuseTalks",
        "reject",
        "release",
        "repress",
        "request",
        "resign",
        "restrict",
        "retreat",
        "revive",
        "riot",
        "sanction",
        "seize",
        "shelling",
        "signAgreement",
        "state",
        "strike",
        "sue",
        "summit",
        "support",
        "suspendAid",
        "testWeapon",
        "threaten",
        "threatenForce",
        "threatenSanctions",
        "ultimatum",
        "veto",
        "visit",
        "withdraw",
    }
)

LINK_TYPES = frozenset(
    {
        "answers",
        "contradicts",
        "corrects",
        "corroborates",
        "denies",
        "repeats",
        "updates",
    }
)

QUOTE_FORMS = frozenset(
    {
        "direct",
        "indirect",
        "mixed",
    }
)

POLARITIES = frozenset(
    {
        "negative",
        "positive",
    }
)

CERTAINTIES = frozenset(
    {
        "certain",
        "possible",
        "probable",
        "unspecified",
    }
)

FRAMES = frozenset(
    {
        "future",
        "hypothetical",
        "nonFuture",
    }
)

VERSION_STATUSES = frozenset(
    {
        "current",
        "superseded",
        "withdrawn",
    }
)

STATEMENT_STATUSES = frozenset(
    {
        "confirmed",
        "corrected",
        "extracted",
        "rejected",
    }
)

CONTEXT_KINDS = frozenset(
    {
        "adjunct",
        "boilerplate",
        "byline",
        "caption",
        "credit",
        "dateline",
        "heading",
    }
)

STATUSES = VERSION_STATUSES | STATEMENT_STATUSES

BROADER_EVENT_TYPE = MappingProxyType(
    {
        "abduct": "assault",
        "airstrike": "assault",
        "allowAccess": "concede",
        "appoint": "govern",
        "arrest": "coerce",
        "blockade": "assault",
        "bombing": "assault",
        "breachTruce": "assault",
        "breakOffDialogue": "sanction",
        "breakRelations": "sanction",
        "ceasefire": "agree",
        "clash": "assault",
        "complain": "accuse",
        "condition": "state",
        "conflict": "state",
        "convict": "accuse",
        "criticize": "accuse",
        "cyberAttack": "coerce",
        "demonstrate": "protest",
        "deployForces": "mobilize",
        "deport": "coerce",
        "detain": "coerce",
        "droneAttack": "assault",
        "easeSanctions": "concede",
        "elect": "govern",
        "escalation": "assault",
        "exercise": "mobilize",
        "expelDiplomats": "sanction",
        "grantAsylum": "aid",
        "holdPosition": "state",
        "humanitarianAid": "aid",
        "hungerStrike": "protest",
        "imposeSanctions": "sanction",
        "imposeTariffs": "sanction",
        "inspect": "investigate",
        "kill": "assault",
        "leaveAgreement": "sanction",
        "legislate": "govern",
        "mediate": "consult",
        "meeting": "consult",
        "militaryAid": "aid",
        "missileStrike": "assault",
        "negotiation": "consult",
        "normalize": "agree",
        "obstruct": "protest",
        "occupy": "assault",
        "offensive": "assault",
        "opportunity": "state",
        "phoneCall": "consult",
        "prisonerExchange": "cooperate",
        "promiseAid": "agree",
        "provideAid": "aid",
        "raid": "coerce",
        "raiseAlert": "mobilize",
        "recallAmbassador": "sanction",
        "recognizeState": "support",
        "reform": "concede",
        "refuseTalks": "reject",
        "release": "concede",
        "repress": "coerce",
        "resign": "govern",
        "restrict": "coerce",
        "retreat": "concede",
        "revive": "agree",
        "riot": "protest",
        "seize": "coerce",
        "shelling": "assault",
        "signAgreement": "agree",
        "strike": "protest",
        "sue": "accuse",
        "summit": "consult",
        "suspendAid": "sanction",
        "testWeapon": "mobilize",
        "threatenForce": "threaten",
        "threatenSanctions": "threaten",
        "ultimatum": "threaten",
        "veto": "reject",
        "visit": "consult",
        "withdraw": "concede",
    }
)
"""Event type -> the wider one it stands under; the widest ones are not in it."""

STATED_TERMS = frozenset(
    {
        DENIED_EVENT,
        STATED_CLAIM,
        STATED_EVENT,
        STATED_PARTICIPANT_ONLY,
        STATED_PROPOSITION,
        STATED_TIME,
        ACCORDING_TO,
        STATED_ADDRESSEE,
        STATED_AGENT,
        STATED_ANCHOR,
        STATED_CERTAINTY,
        STATED_CONTENT,
        STATED_EARLIEST,
        STATED_EVENT_TYPE,
        STATED_FRAME,
        STATED_LATEST,
        STATED_NAME,
        STATED_PARTICIPANT,
        STATED_PLACE,
        STATED_POLARITY,
        STATED_QUOTE_FORM,
        STATED_SPEAKER,
        STATED_SPEECH_ACT,
        STATED_TARGET,
        STATED_TARGET_OF_ACT,
        STATED_TEXT,
        STATED_TOPIC,
        STATED_WHEN,
    }
)
"""Classes and properties for the content of claims; they stand nowhere else."""

ASSERTED_TERMS = frozenset(
    {
        EVENT,
        AGENT,
        DESCRIBES,
        EVENT_TYPE,
        PARTICIPANT,
        PLACE,
        TARGET,
        TOPIC,
        WHEN,
    }
)
"""Classes and properties that only the document's own voice may use."""

STATED_TWINS = MappingProxyType(
    {
        ACT_TARGET: STATED_TARGET_OF_ACT,
        ADDRESSEE: STATED_ADDRESSEE,
        AGENT: STATED_AGENT,
        ANCHOR: STATED_ANCHOR,
        CERTAINTY: STATED_CERTAINTY,
        CLAIM: STATED_CLAIM,
        CONTENT: STATED_CONTENT,
        EARLIEST: STATED_EARLIEST,
        EVENT: STATED_EVENT,
        EVENT_TYPE: STATED_EVENT_TYPE,
        FRAME: STATED_FRAME,
        LATEST: STATED_LATEST,
        PARTICIPANT: STATED_PARTICIPANT,
        PLACE: STATED_PLACE,
        POLARITY: STATED_POLARITY,
        QUOTE_FORM: STATED_QUOTE_FORM,
        SKOS_PREF_LABEL: STATED_NAME,
        SPEAKER: STATED_SPEAKER,
        SPEECH_ACT: STATED_SPEECH_ACT,
        TARGET: STATED_TARGET,
        TEXT: STATED_TEXT,
        TIME_EXPRESSION: STATED_TIME,
        TOPIC: STATED_TOPIC,
        WHEN: STATED_WHEN,
    }
)
"""Term -> its twin for the content of claims."""
