"""From a document to a record: one extractor for each method, by name in :data:`EXTRACTORS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from kg.config import Settings
from kg.extract.protocol import Extractor


def _rules(settings: Settings) -> Extractor:  # noqa: ARG001 - the rules have nothing to set
    from kg.extract.rules import RulesExtractor

    return RulesExtractor()


def _model(settings: Settings) -> Extractor:
    from kg.extract.trained import TrainedExtractor

    return TrainedExtractor(gate=settings.gate)


def _llm(settings: Settings) -> Extractor:
    import os

    from kg.errors import UsageError
    from kg.extract.llm import LlmExtractor, gate_of
    from kg.extract.llm.kept import KeptAnswers
    from kg.extract.llm.server import Server

    if not settings.llm_url or not settings.llm_model:
        raise UsageError("the llm extractor needs the settings llm_url and llm_model (KG_LLM_URL, KG_LLM_MODEL)")
    server = Server(
        settings.llm_url, settings.llm_model, key=os.environ.get(KEY_VARIABLE), timeout=settings.llm_timeout
    )
    return LlmExtractor(
        server,
        KeptAnswers(Path(settings.llm_cache)),
        budget=settings.llm_budget,
        doubt_of=gate_of(settings.gate),
        gate=settings.gate,
    )


KEY_VARIABLE = "KG_LLM_KEY"
"""The environment variable with the key for the language model's server; it is no setting, so nothing shows it."""
EXTRACTORS: Mapping[str, Callable[[Settings], Extractor]] = MappingProxyType(
    {"model": _model, "rules": _rules, "llm": _llm}
)
"""Builders of extractors by name of the method. Heavy modules are imported only when needed."""


def load(settings: Settings) -> Extractor:
    """Return the configured extractor with the common text checks (:mod:`kg.extract.intake`)."""
    from kg.extract.intake import Intake

    return Intake(EXTRACTORS[settings.extractor](settings), any_language=settings.any_language)


__all__ = ["EXTRACTORS", "Extractor", "load"]
