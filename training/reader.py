"""A network in training read as the shipped one is, so that both are measured by the same code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg.extract.attribution_model import Floats, TextReader
from training.network import Inputs, Network


class NetworkReader(TextReader):
    """Reads texts with a network on its device."""

    def __init__(self, net: Network, tokenizer: Tokenizer, sizes: Mapping[str, int], consider: float) -> None:
        super().__init__(tokenizer, sizes, consider)
        self._net = net
        self._device = next(net.parameters()).device

    @torch.no_grad()
    def encode(self, given: Mapping[str, NDArray[Any]]) -> tuple[Floats, Floats]:
        """As the network says."""
        tensors = self._tensors(given)
        words = self._net.words(Inputs(**tensors, lines=tensors["first"]))
        return words.cpu().numpy(), self._net.tagger(words).cpu().numpy()

    @torch.no_grad()
    def link(self, given: Mapping[str, NDArray[Any]]) -> Floats:
        """As the network says."""
        found: Floats = self._net.links(**self._tensors(given)).cpu().numpy()
        return found

    def _tensors(self, given: Mapping[str, NDArray[Any]]) -> dict[str, torch.Tensor]:
        return {name: torch.from_numpy(array).to(self._device) for name, array in given.items()}
