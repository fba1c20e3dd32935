"""Generated from ontology/ by ``python ontology/vocab.py > kg/vocab.py``: do not edit.

IRIs as plain strings, so that a misspelt one is an unknown name. A class that shares its name with a property ends
in ``_CLASS``. Tags (``SPEECH_ACTS`` and the like) are local names: the IRI is namespace + tag, as in ``ACT + "say"``.
"""

from types import MappingProxyType

DFC = "https://w3id.org/dfc/ns#"
ACT = "https://w3id.org/dfc/act/"
EVT = "https://w3id.org/dfc/evt/"
MOD = "https://w3id.org/dfc/mod/"
REL = "https://w3id.org/dfc/rel/"
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
        "dfc": DFC,
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
ACCORDING_TO = "https://w3id.org/dfc/ns#accordingTo"
ACT_EVIDENCE = "https://w3id.org/dfc/ns#actEvidence"
ACT_TARGET = "https://w3id.org/dfc/ns#actTarget"
ADDRESSEE = "https://w3id.org/dfc/ns#addressee"
AGENT = "https://w3id.org/dfc/ns#agent"
AGREEMENT = "https://w3id.org/dfc/ns#Agreement"
AMBIGUOUS_NAME = "https://w3id.org/dfc/ns#ambiguousName"
ANCHOR = "https://w3id.org/dfc/ns#anchor"
BARRIER_SIDE = "https://w3id.org/dfc/ns#barrierSide"
CAPITAL = "https://w3id.org/dfc/ns#capital"
CERTAINTY = "https://w3id.org/dfc/ns#certainty"
CERTAINTY_EVIDENCE = "https://w3id.org/dfc/ns#certaintyEvidence"
CLAIM = "https://w3id.org/dfc/ns#Claim"
CONFIDENCE = "https://w3id.org/dfc/ns#confidence"
CONFLICT = "https://w3id.org/dfc/ns#Conflict"
CONTENT = "https://w3id.org/dfc/ns#content"
CUE = "https://w3id.org/dfc/ns#cue"
DEMONYM = "https://w3id.org/dfc/ns#demonym"
DENIED_EVENT = "https://w3id.org/dfc/ns#DeniedEvent"
DESCRIBES = "https://w3id.org/dfc/ns#describes"
DOCUMENT = "https://w3id.org/dfc/ns#Document"
DOCUMENT_VERSION = "https://w3id.org/dfc/ns#DocumentVersion"
EARLIEST = "https://w3id.org/dfc/ns#earliest"
END = "https://w3id.org/dfc/ns#end"
EVENT = "https://w3id.org/dfc/ns#Event"
EVENT_TYPE = "https://w3id.org/dfc/ns#eventType"
EXACT = "https://w3id.org/dfc/ns#exact"
EXTRACTION_RUN = "https://w3id.org/dfc/ns#ExtractionRun"
EXTRACTOR = "https://w3id.org/dfc/ns#extractor"
EXTRACTOR_VERSION = "https://w3id.org/dfc/ns#extractorVersion"
FRAME = "https://w3id.org/dfc/ns#frame"
FRAME_EVIDENCE = "https://w3id.org/dfc/ns#frameEvidence"
FROM = "https://w3id.org/dfc/ns#from"
FULL_TEXT = "https://w3id.org/dfc/ns#fullText"
IN_GRAPH = "https://w3id.org/dfc/ns#inGraph"
IN_VERSION = "https://w3id.org/dfc/ns#inVersion"
LATEST = "https://w3id.org/dfc/ns#latest"
LINK_TYPE = "https://w3id.org/dfc/ns#linkType"
MEDIUM = "https://w3id.org/dfc/ns#medium"
MEDIUM_CLASS = "https://w3id.org/dfc/ns#Medium"
MENTIONS = "https://w3id.org/dfc/ns#mentions"
METONYM = "https://w3id.org/dfc/ns#metonym"
NO_ASSERTED_FORM = "https://w3id.org/dfc/ns#noAssertedForm"
NO_STATED_FORM = "https://w3id.org/dfc/ns#noStatedForm"
PARTICIPANT = "https://w3id.org/dfc/ns#participant"
PLACE = "https://w3id.org/dfc/ns#place"
POLARITY = "https://w3id.org/dfc/ns#polarity"
POLARITY_EVIDENCE = "https://w3id.org/dfc/ns#polarityEvidence"
POLITICAL_ACTOR = "https://w3id.org/dfc/ns#PoliticalActor"
QUOTE_FORM = "https://w3id.org/dfc/ns#quoteForm"
REASON = "https://w3id.org/dfc/ns#reason"
RECORD_TAG = "https://w3id.org/dfc/ns#recordTag"
REPORTED_FACT = "https://w3id.org/dfc/ns#ReportedFact"
RULE = "https://w3id.org/dfc/ns#rule"
SAID_AT = "https://w3id.org/dfc/ns#saidAt"
SEAT = "https://w3id.org/dfc/ns#seat"
SETTINGS = "https://w3id.org/dfc/ns#settings"
SHARES_NAME_WITH = "https://w3id.org/dfc/ns#sharesNameWith"
SOURCE_SPAN = "https://w3id.org/dfc/ns#sourceSpan"
SPEAKER = "https://w3id.org/dfc/ns#speaker"
SPEECH_ACT = "https://w3id.org/dfc/ns#speechAct"
START = "https://w3id.org/dfc/ns#start"
STATED_ADDRESSEE = "https://w3id.org/dfc/ns#statedAddressee"
STATED_AGENT = "https://w3id.org/dfc/ns#statedAgent"
STATED_ANCHOR = "https://w3id.org/dfc/ns#statedAnchor"
STATED_CERTAINTY = "https://w3id.org/dfc/ns#statedCertainty"
STATED_CLAIM = "https://w3id.org/dfc/ns#StatedClaim"
STATED_CONTENT = "https://w3id.org/dfc/ns#statedContent"
STATED_EARLIEST = "https://w3id.org/dfc/ns#statedEarliest"
STATED_EVENT = "https://w3id.org/dfc/ns#StatedEvent"
STATED_EVENT_TYPE = "https://w3id.org/dfc/ns#statedEventType"
STATED_FORM = "https://w3id.org/dfc/ns#statedForm"
STATED_FRAME = "https://w3id.org/dfc/ns#statedFrame"
STATED_LATEST = "https://w3id.org/dfc/ns#statedLatest"
STATED_NAME = "https://w3id.org/dfc/ns#statedName"
STATED_PARTICIPANT = "https://w3id.org/dfc/ns#statedParticipant"
STATED_PARTICIPANT_ONLY = "https://w3id.org/dfc/ns#StatedParticipantOnly"
STATED_PLACE = "https://w3id.org/dfc/ns#statedPlace"
STATED_POLARITY = "https://w3id.org/dfc/ns#statedPolarity"
STATED_PROPOSITION = "https://w3id.org/dfc/ns#StatedProposition"
STATED_QUOTE_FORM = "https://w3id.org/dfc/ns#statedQuoteForm"
STATED_SPEAKER = "https://w3id.org/dfc/ns#statedSpeaker"
STATED_SPEECH_ACT = "https://w3id.org/dfc/ns#statedSpeechAct"
STATED_TARGET = "https://w3id.org/dfc/ns#statedTarget"
STATED_TARGET_OF_ACT = "https://w3id.org/dfc/ns#statedTargetOfAct"
STATED_TEXT = "https://w3id.org/dfc/ns#statedText"
STATED_TIME = "https://w3id.org/dfc/ns#StatedTime"
STATED_TOPIC = "https://w3id.org/dfc/ns#statedTopic"
STATED_WHEN = "https://w3id.org/dfc/ns#statedWhen"
STATEMENT = "https://w3id.org/dfc/ns#Statement"
STATEMENT_LINK = "https://w3id.org/dfc/ns#StatementLink"
STATUS = "https://w3id.org/dfc/ns#status"
TARGET = "https://w3id.org/dfc/ns#target"
TEXT = "https://w3id.org/dfc/ns#text"
TEXT_SPAN = "https://w3id.org/dfc/ns#TextSpan"
TIME_EXPRESSION = "https://w3id.org/dfc/ns#TimeExpression"
TO = "https://w3id.org/dfc/ns#to"
TOPIC = "https://w3id.org/dfc/ns#topic"
UNCLEAR_PASSAGE = "https://w3id.org/dfc/ns#UnclearPassage"
UNNAMED_SOURCE = "https://w3id.org/dfc/ns#UnnamedSource"
WHEN = "https://w3id.org/dfc/ns#when"

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
PROV_INVALIDATED_AT_TIME = "http://www.w3.org/ns/prov#invalidatedAtTime"
PROV_SPECIALIZATION_OF = "http://www.w3.org/ns/prov#specializationOf"
PROV_USED = "http://www.w3.org/ns/prov#used"
PROV_WAS_ASSOCIATED_WITH = "http://www.w3.org/ns/prov#wasAssociatedWith"
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
MOD_CERTAIN = "https://w3id.org/dfc/mod/certain"
MOD_CONFIRMED = "https://w3id.org/dfc/mod/confirmed"
MOD_CORRECTED = "https://w3id.org/dfc/mod/corrected"
MOD_CURRENT = "https://w3id.org/dfc/mod/current"
MOD_DIRECT = "https://w3id.org/dfc/mod/direct"
MOD_EXTRACTED = "https://w3id.org/dfc/mod/extracted"
MOD_FUTURE = "https://w3id.org/dfc/mod/future"
MOD_HYPOTHETICAL = "https://w3id.org/dfc/mod/hypothetical"
MOD_INDIRECT = "https://w3id.org/dfc/mod/indirect"
MOD_MIXED = "https://w3id.org/dfc/mod/mixed"
MOD_NEGATIVE = "https://w3id.org/dfc/mod/negative"
MOD_NON_FUTURE = "https://w3id.org/dfc/mod/nonFuture"
MOD_POSITIVE = "https://w3id.org/dfc/mod/positive"
MOD_POSSIBLE = "https://w3id.org/dfc/mod/possible"
MOD_PROBABLE = "https://w3id.org/dfc/mod/probable"
MOD_REJECTED = "https://w3id.org/dfc/mod/rejected"
MOD_SUPERSEDED = "https://w3id.org/dfc/mod/superseded"
MOD_UNSPECIFIED = "https://w3id.org/dfc/mod/unspecified"
MOD_WITHDRAWN = "https://w3id.org/dfc/mod/withdrawn"

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
