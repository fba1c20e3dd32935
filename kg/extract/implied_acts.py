"""What is done by saying something where the cue only says that it is said: the content decides.

Each reading gives the word that decides, None if the content does not do that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.extract.attribution import Attribution
from kg.extract.circumstances import blameable
from kg.extract.main_clauses import condition, future_word, is_past, main_clauses, negation, own_side
from kg.extract.phrases import child, is_infinitive, is_passive, lemma, subject
from kg.extract.saying import Saying
from kg.extract.stance import Judgement

if TYPE_CHECKING:
    from kg.extract.parsed import Token

_NOT_PROMISED = frozenset(
    {"be", "have", "like", "need", "want", "know", "see", "seem", "love", "hate", "win", "lose", "prefer"}
)
_PERFORMED = frozenset(
    {
        "promise", "apologize", "condemn", "demand", "deny", "reject", "urge", "warn", "accuse", "propose", "welcome",
        "regret", "request", "praise", "hope", "fear", "doubt", "insist", "condole", "threaten", "admit",
    }
)  # fmt: skip
_VOICES = frozenset(
    {"government", "leader", "minister", "official", "president", "premier", "representative", "spokesman"}
    | {"spokesperson", "spokeswoman", "ambassador", "authority", "chancellor", "king", "envoy"}
)
_SHORTEST_STEM = 4
"""Letters: of a shorter name another one begins alike."""
_MANY_SENTENCES = 2
_THANKS = 4
"""Words of "I thank you."."""


def implied(saying: Saying, inner: Sequence[Attribution]) -> Judgement | None:
    """Return the act implied by the content, the most certain reading first.

    ``inner`` are its attributions.
    """
    readings: tuple[tuple[str, Callable[[Saying], Token | None]], ...] = (
        ("request", requested),
        ("ask", question),
        ("deny", denial),
        ("threaten", threat),
        ("reject", refusal),
        ("accuse", wrongdoing),
    )
    for act, decide in readings:
        if (word := decide(saying)) is not None:
            return Judgement(act, word)
        if act == "ask" and (word := handed_on(saying, inner)) is not None:
            return Judgement("report", word)
    return performed(saying) or _about_the_future(saying) or _judging(saying)


def question(saying: Saying) -> Token | None:
    """Return the last word of a content that ends with a question, in the speaker's own words."""
    if not (saying.is_turn or saying.is_quotation):
        return None
    text = saying.reading.text
    end = saying.attribution.content[-1].end
    closing = text[max(0, end - 2) : end + 1]
    last = None
    for word in saying.content_words():
        last = word if word.is_alpha else last
    return last if "?" in closing else None


def requested(saying: Saying) -> Token | None:
    """Return the can of "Can we have the text?": a question that is a request."""
    if question(saying) is None:
        return None
    for verb in main_clauses(saying):
        may = next((w for w in verb.children if w.dep_ == "aux" and w.lower_ in ("can", "could", "may")), None)
        who = child(verb, "nsubj")
        if may is not None and who is not None and may.i < who.i and who.lower_ in ("i", "we"):
            return may
    return None


def handed_on(saying: Saying, inner: Sequence[Attribution]) -> Token | None:
    """Return the cue of another speaker's claim that is the whole content.

    Args:
        saying: The attribution.
        inner: The attributions in its content.
    """
    clauses = main_clauses(saying)
    if not clauses:
        return None
    first = clauses[0]
    if is_passive(first) and lemma(first) in ("tell", "inform") and child(first, "nsubjpass") is not None:
        return first
    size = sum(span.end - span.start for span in saying.attribution.content)
    for other in inner:
        place = next((w for w in clauses if any(s.start <= w.idx < s.end for s in other.cue)), None)
        if place is None or place.pos_ != "VERB" or not other.source or _is_own(saying, other):
            continue
        share = sum(span.end - span.start for span in other.content) / size
        if (
            place == first
            and negation(place) is None
            and (share > 1 / _MANY_SENTENCES or len({w.sent.start for w in clauses}) == 1)
        ):
            return place
    return None


def _is_own(saying: Saying, other: Attribution) -> bool:
    """Return True if the inner one who speaks is the outer speaker: I say; he said that he hopes."""
    words = [span.of(saying.reading.text).lower() for span in other.source]
    own = {"i", "we"} if saying.quoted or saying.is_turn else {"i", "we", "he", "she", "they", "it", "you"}
    return len(words) == 1 and words[0] in own


def denial(saying: Saying) -> Token | None:
    """Return the word with which the speaker denies a statement about the speaker's side, or of other speakers."""
    known = saying.reading.cues.content
    clauses = main_clauses(saying)
    for verb in clauses:
        if (wrong := _untrue(verb, known["untrue"], known["statements"])) is not None:
            return wrong
        word = negation(verb)
        if word is None:
            continue
        if any(w.lower_ == "such" and w.head == word.head for w in word.head.children) and word.lower_ == "no":
            return word
        if child(verb, "expl") is not None:
            what = child(verb, "attr", "dobj")
            if what is not None and what.lemma_.lower() not in known["commonplaces"]:
                return word
        elif _not_done(saying, verb) or (_says_no_first(saying, verb) and not future_word(verb)):
            return word
    return None


def _not_done(saying: Saying, verb: Token) -> bool:
    """Return True if the speaker's side did not do it; not to have known or wanted it denies nothing."""
    thought = verb.lemma_.lower() in saying.reading.cues.content["states_of_mind"]
    return is_past(verb) and not thought and own_side(saying, verb)


def _untrue(verb: Token, untrue: frozenset[str], statements: frozenset[str]) -> Token | None:
    """Return the false of "that is false"."""
    if verb.lemma_.lower() != "be":
        return None
    who = child(verb, "nsubj")
    what = child(verb, "acomp", "attr")
    if (
        who is None
        or what is None
        or not (who.lower_ in ("it", "this", "that", "these", "those") or who.lemma_.lower() in statements)
    ):
        return None
    negated = negation(verb)
    if what.lower_ in ("true", "correct", "so"):
        return negated
    return what if negated is None and what.lemma_.lower() in untrue else None


def _says_no_first(saying: Saying, verb: Token) -> bool:
    """Return True if the content begins with "No" as an answer."""
    words = [w for w in saying.content_words() if not w.is_space and not w.is_quote][:2]
    return len(words) > 1 and words[0].lower_ == "no" and words[1].is_punct and verb.sent.start <= words[0].i + 4


def refusal(saying: Saying) -> Token | None:
    """Return the not of an act that the speaker refuses."""
    if not (saying.quoted or saying.is_turn or saying.attribution.source):
        return None
    for verb in main_clauses(saying):
        word, will = negation(verb), future_word(verb)
        rather = next((c for c in verb.children if c.lower_ == "rather" and c.dep_ == "advmod"), None)
        if rather is not None and will is not None and own_side(saying, verb) and _has_word(verb, "than"):
            return rather
        active = child(verb, "nsubj") is not None and verb.lemma_.lower() != "be"
        if word is not None and will is not None and active and word.head == verb and own_side(saying, verb):
            return word
    return None


def _has_word(verb: Token, word: str) -> bool:
    return any(each.lower_ == word for each in verb.subtree)


def threat(saying: Saying) -> Token | None:
    """Return the will of harm that the speaker announces, or the if before a consequence."""
    known = saying.reading.cues.content
    for verb in main_clauses(saying):
        will = future_word(verb)
        if will is not None and negation(verb) is None and own_side(saying, verb):
            harms = verb.lemma_.lower() in known["retaliation"]
            answers = verb.lemma_.lower() in ("answer", "respond", "reply") and (
                child(verb, "dobj") is not None or _has_word(verb, "kind")
            )
            if harms or answers:
                return will
        mark = condition(verb)
        if mark is not None and mark.i < verb.i and saying.is_quotation and (will or verb.tag_ in ("VBP", "VBZ")):
            doer = child(mark.head, "nsubj", "nsubjpass")
            if doer is not None and doer.lower_ not in ("i", "we") and not is_past(mark.head):
                return mark
    return None


def wrongdoing(saying: Saying) -> Token | None:
    """Return the verb of the content that accuses another party."""
    cues = saying.reading.cues
    counters = saying.word in cues.content["countering"]
    if not counters and any(_is_bystander(saying, word) for word in saying.source_words()):
        return None
    for word in saying.content_words():
        harm = word.pos_ == "VERB" and word.lemma_.lower() in cues.wrongdoing
        taken = word.pos_ == "VERB" and word.lemma_.lower() in cues.content["taking"] and _of_ours(word)
        if not (harm or taken or (counters and word == saying.head and is_past(word))):
            continue
        who = subject(word, passive=True)
        if (
            who is None
            or not blameable(word)
            or (who.lower_ in ("i", "we") and who.dep_ == "nsubj")
            or (counters and not harm and own_side(saying, word))
            or child(word, "neg") is not None
        ):
            continue
        return word
    return None


def _is_bystander(saying: Saying, word: Token) -> bool:
    """Return True for the head of a source that takes no side: witnesses, the police, an agency."""
    at_head = word.head.i == word.i or not saying.in_source(word.head)
    return at_head and word.lemma_.lower() in saying.reading.cues.content["bystanders"]


def _of_ours(verb: Token) -> bool:
    """Return True if what is taken is ours."""
    what = child(verb, "dobj")
    return what is not None and any(w.lower_ in ("our", "my") for w in what.children)


def performed(saying: Saying) -> Judgement | None:
    """Return the act that the speaker performs by naming it: I promise you, we condemn."""
    cues = saying.reading.cues
    if not (saying.quoted or saying.is_turn):
        return None
    for verb in main_clauses(saying):
        who = child(verb, "nsubj")
        if verb.tag_ != "VBP" or who is None or who.lower_ not in ("i", "we") or negation(verb) is not None:
            continue
        act = _named_by(cues.verbs.get(lemma(verb), {}), verb)
        if act in _PERFORMED and (act != "praise" or len(list(verb.subtree)) > _THANKS):
            return Judgement(act, verb)
    return None


def _named_by(kinds: Mapping[str, str], verb: Token) -> str:
    """Return the act of the lexicon for the verb with its preposition or infinitive."""
    for prep in verb.children:
        if prep.dep_ in ("prep", "prt") and f"prep:{prep.lower_}" in kinds:
            return kinds[f"prep:{prep.lower_}"]
    if verb.lemma_.lower() == "ask":
        return "request" if child(verb, "ccomp") is None else "ask"
    rest = child(verb, "xcomp", "ccomp")
    if rest is not None and is_infinitive(rest):
        return kinds.get("urge" if child(verb, "dobj", "dative") is not None else "to", "say")
    return next(iter(kinds.values()), "say")


def _about_the_future(saying: Saying) -> Judgement | None:
    """Promised where the speaker will do it, announced where it is a visit or meeting, else predicted."""
    if (mark := conditional_harm(saying)) is not None:
        return Judgement("threaten", mark)
    promised = own_future(saying)
    known = saying.reading.cues.content
    if promised is not None:
        planned = promised.head.lemma_.lower() in known["journeys"]
        return Judgement("announce" if planned else "promise", promised)
    head = saying.head
    if head is None or head.pos_ not in ("VERB", "AUX"):
        return None
    state = child(head, "acomp")
    if state is not None and head.lemma_.lower() == "be" and negation(head) is None and own_side(saying, head):
        if state.lower_ in known["ready"]:
            return Judgement("expressWillingness", state)
        if state.lower_ == "sorry":
            return Judgement("apologize", state)
    if saying.cue is None or saying.cue.pos_ in ("NOUN", "PROPN"):
        return None
    will = future_word(head)
    who = child(head, "nsubj", "nsubjpass")
    if will is None or who is None or who.lower_ in ("i", "we", "this", "that") or negation(head) is not None:
        return None
    if will.lower_ == "would" and (saying.is_quotation or not saying.told_in_past or condition(head) is not None):
        return None
    if head.lemma_.lower() in known["scheduled"] or any(
        w.lemma_.lower() in known["documents"] for w in saying.source_words()
    ):
        return Judgement("announce", will)
    return Judgement("predict", will)


def own_future(saying: Saying) -> Token | None:
    """Return the will or would that announces the speaker's own act."""
    for head in main_clauses(saying) if saying.is_quotation or saying.is_turn else [saying.head]:
        if head is None or head.pos_ not in ("VERB", "AUX") or head.lemma_.lower() in _NOT_PROMISED:
            continue
        future = future_word(head)
        if future is None or ((mark := condition(head)) is not None and mark.i < head.i):
            continue
        who = child(head, "nsubj")
        if who is None:
            continue
        first_person = who.lower_ in ("i", "we") and (saying.quoted or saying.is_turn)
        own = who.lower_ in ("he", "she", "they", "it") and own_side(saying, head)
        speaks = own or saying.is_speaker(who) or _is_spoken_for(saying, who)
        if first_person or (speaks and not saying.quoted and not saying.is_turn):
            return future
    return None


def conditional_harm(saying: Saying) -> Token | None:
    """Return the condition (unless, or the if of a harm) of the speaker's announced act."""
    promised = own_future(saying)
    mark = condition(promised.head) if promised is not None else None
    if promised is None or mark is None:
        return None
    harms = promised.head.lemma_.lower() in saying.reading.cues.content["retaliation"] | {"cut"}
    return mark if mark.lower_ == "unless" or harms else None


def _is_spoken_for(saying: Saying, who: Token) -> bool:
    """Return True for Israel where "an Israeli minister" speaks: the state by its people's name."""
    stem = who.lower_.rstrip("aey")
    if who.ent_type_ != "GPE" or len(stem) < _SHORTEST_STEM:
        return False
    return any(
        w.ent_type_ == "NORP" and w.lower_.startswith(stem) and w.head.lemma_.lower() in _VOICES
        for w in saying.source_words()
    )


def _judging(saying: Saying) -> Judgement | None:
    """Explained with a reason, criticized with a bad name."""
    head = saying.head
    if head is None:
        return None
    known = saying.reading.cues.content
    for clause in head.children:
        mark = child(clause, "mark") if clause.dep_ == "advcl" else None
        if mark is not None and mark.lower_ == "because" and not is_infinitive(clause):
            return Judgement("explain", mark)
    if head.lemma_.lower() == "be" and negation(head) is None:
        what = child(head, "acomp", "attr")
        if what is not None and any(w.lemma_.lower() in known["bad"] for w in (what, *what.children)):
            return Judgement("criticize", what)
    return None


def named_badly(saying: Saying) -> Judgement | None:
    """Return the act of naming: criticize with a bad name, praise with a good one, deny as untrue."""
    known = saying.reading.cues.content
    words = [w for w in saying.content_words() if w.is_alpha]
    low = [(w, w.lemma_.lower()) for w in words]
    about = [lemma_ for _, lemma_ in low[:4]]
    if (word := next((w for w, form in low if form in known["untrue"]), None)) is not None:
        return Judgement("deny" if any(form in known["statements"] for form in about) else "criticize", word)
    if (word := next((w for w, form in low if form in known["bad"]), None)) is not None:
        return Judgement("criticize", word)
    if any(form in known["good"] for _, form in low) or saying.word not in known["naming"]:
        return None
    article = next((w for w in words[2:] if w.lower_ in ("a", "an") and w.i > words[0].i), None)
    return Judgement("criticize", article) if article is not None else None
