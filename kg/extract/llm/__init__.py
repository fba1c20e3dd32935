"""The ``llm`` extractor: a language model behind an OpenAI-compatible server reads, and the program believes it little.

The model is asked for exact quotes, passage by passage; each is found again in the text or its statement is dropped and
counted. No fact is taken from what anybody said, by the model's own claims, by quotation marks, or by the gate that the
``model`` extractor has too. What is in no statement is unclear.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from kg.errors import InputError
from kg.extract.llm import answers
from kg.extract.llm.draft import ModelDraft
from kg.extract.llm.kept import KeptAnswers
from kg.extract.llm.server import Server, roughly
from kg.extract.llm.windows import halved, windows
from kg.records import Document, Record, Run, Span, Spans

if TYPE_CHECKING:
    from kg.extract.llm.answers import ModelAnswer
    from kg.extract.llm.draft import Doubt

TRIES: Final = 3
"""The number of attempts for a passage before it is unclear."""
BEFORE: Final = 600
"""Code points before a passage that are shown with it, so that pronouns can be resolved."""
_MOST_NAMES: Final = 60
_logger = logging.getLogger(__name__)


class LlmExtractor:
    """The extractor of a language model.

    ``budget`` is the limit of tokens, 0 for no limit; ``doubt_of`` returns the gate of a text.

    ``spent`` is the number of tokens so far.
    """

    name = "llm"
    version = "1"

    def __init__(
        self, server: Server, kept: KeptAnswers, *, budget: int = 0, doubt_of: Callable[[str], Doubt], gate: float
    ) -> None:
        self._server = server
        self._kept = kept
        self._budget = budget
        self._doubt_of = doubt_of
        self._gate = gate
        self.spent = 0

    def extract(self, document: Document) -> Record:
        """Extract the record of the document.

        A passage without a usable answer is unclear. Answers are cached, so that a later run continues after an error.

        Raises:
            InputError: The server refuses or does not answer, or the budget is used up.
        """
        draft = ModelDraft(document)
        passages = windows(document.text)[::-1]
        while passages:
            start, end = passages.pop()
            try:
                draft.add(self._answer(document, draft, start, end), start, end)
            except _CutOff:
                parts = halved(document.text, start, end)
                if len(parts) == 1:
                    draft.give_up(start, end, "it was cut off")
                passages += reversed(parts if len(parts) > 1 else [])
            except answers.Unusable as problem:
                draft.give_up(start, end, str(problem))
        settings = (("gate", self._gate), ("model", self._server.model), ("prompt", _prompt_version()))
        run = Run(extractor=self.name, version=self.version, settings=settings)
        record = draft.record(run, self._doubt_of(document.text))
        self._say(document, draft)
        return record

    def _answer(self, document: Document, draft: ModelDraft, start: int, end: int) -> ModelAnswer:
        messages = _messages(document, draft.names(), start, end)
        question = (self.version, self._server.model, messages, answers.schema())
        found = self._kept.get(*question)
        if found is not None:
            try:
                return answers.decode(found)
            except answers.Unusable:
                _logger.info("%s: a kept answer is damaged and asked for again", document.id)
        problem = answers.Unusable("it was not asked")
        asked = messages
        for _ in range(TRIES):
            self._demand_budget(document, asked)
            reply = self._server.ask(asked, answers.schema())
            self.spent += reply.tokens
            if not reply.whole:
                raise _CutOff
            try:
                answer = answers.decode(reply.text)
            except answers.Unusable as unusable:
                problem = unusable
                again = f"Your answer could not be used: {unusable}. Answer again, with the JSON object only."
                asked = [*messages, {"role": "user", "content": again}]
                continue
            self._kept.put(reply.text, *question)
            return answer
        raise problem

    def _demand_budget(self, document: Document, messages: list[dict[str, str]]) -> None:
        question = roughly(sum(len(message["content"]) for message in messages))
        if self._budget and self.spent + question > self._budget:
            raise InputError(
                f"{document.id}: the budget of {self._budget} tokens is used up ({self.spent} spent); raise llm_budget "
                f"and run again: what was answered is kept in {self._kept.folder} and costs nothing then"
            )

    def _say(self, document: Document, draft: ModelDraft) -> None:
        if draft.dropped.total():
            reasons = "; ".join(f"{count} {reason}" for reason, count in sorted(draft.dropped.items()) if count)
            _logger.warning(
                "%s: dropped of what the language model said (%d statements): %s", document.id, draft.made, reasons
            )
        _logger.info("%s: %d tokens so far", document.id, self.spent)


class _CutOff(Exception):
    """The answer did not fit into what the server gives."""


def gate_of(gate: float) -> Callable[[str], Doubt]:
    """Return a function that gives the gate of the ``model`` extractor for each text.

    The gate is the trained parser's probability of attribution.
    """

    @cache
    def parser() -> object:
        from kg.extract.attribution_model import AttributionModel

        return AttributionModel()

    def doubt_of(text: str) -> Doubt:
        from kg.extract.attribution_model import AttributionModel

        model = parser()
        assert isinstance(model, AttributionModel)
        parse = model.parse(text)

        def doubt(anchor: Spans) -> bool:
            length = sum(span.end - span.start for span in anchor)
            chance = sum(parse.attributed_probability(s.start, s.end) * (s.end - s.start) for s in anchor) / length
            return chance >= gate

        return doubt

    return doubt_of


def _messages(document: Document, names: list[str], start: int, end: int) -> list[dict[str, str]]:
    shown = {
        "headline": document.title,
        "published": document.published,
        "names so far": names[:_MOST_NAMES],
        "before, only to understand": document.text[max(0, start - BEFORE) : start],
        "passage": Span(start, end).of(document.text),
    }
    return [
        {"role": "system", "content": _prompt()},
        {"role": "user", "content": json.dumps(shown, ensure_ascii=False)},
    ]


@cache
def _prompt() -> str:
    return resources.files(__name__).joinpath("prompt.txt").read_text("utf-8")


def _prompt_version() -> str:
    return hashlib.sha256(_prompt().encode()).hexdigest()[:8]
