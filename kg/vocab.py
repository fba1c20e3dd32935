"""Bootstrap; replaced by the generated file."""
from types import MappingProxyType
ENTITY_CLASSES = MappingProxyType({"person": "http://xmlns.com/foaf/0.1/Person","political_actor":"https://w3id.org/dfc/ns#PoliticalActor","organization":"http://www.w3.org/ns/org#Organization","place":"https://schema.org/Place","unnamed_source":"https://w3id.org/dfc/ns#UnnamedSource","medium":"https://w3id.org/dfc/ns#Medium","agreement":"https://w3id.org/dfc/ns#Agreement","conflict":"https://w3id.org/dfc/ns#Conflict","stated_participant":"https://w3id.org/dfc/ns#StatedParticipantOnly"})
ENTITY_TYPES = frozenset(ENTITY_CLASSES)
SPEECH_ACTS = frozenset("say report announce confirm admit deny accuse explain insist predict warn demand urge propose reject threaten promise expressWillingness praise condemn apologize recognize expect fear believe".split())
EVENT_TYPES = frozenset("agree consult support cooperate aid concede investigate request accuse reject threaten protest mobilize sanction coerce assault state visit meeting negotiation ceasefire normalize revive breachTruce droneAttack escalation breakOffDialogue holdPosition condition opportunity".split())
QUOTE_FORMS = frozenset({"direct","indirect","mixed"})
POLARITIES = frozenset({"positive","negative"})
CERTAINTIES = frozenset({"certain","probable","possible","unspecified"})
FRAMES = frozenset({"nonFuture","future","hypothetical"})
LINK_TYPES = frozenset({"contradicts","denies","corroborates","repeats","answers","corrects"})
