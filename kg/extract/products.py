"""The English model's matrix products by numpy, on one thread.

Numpy's BLAS takes a third of the time of the one that thinc brings: a quarter less for the whole parse of a text, with
the same parses (30,401 words of PolNeAR dev). More threads only make each other wait: the matrices are small, and
``--workers`` is what uses the other cores.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.language import Language


class Products(NumpyOps):  # type: ignore[misc]  # thinc gives no types
    """Thinc's operations with numpy's matrix product."""

    def gemm(
        self,
        x: NDArray[Any],
        y: NDArray[Any],
        *,
        out: NDArray[Any] | None = None,
        trans1: bool = False,
        trans2: bool = False,
    ) -> NDArray[Any]:
        """Return the product of ``x`` and ``y``, optionally transposed; in ``out`` if given."""
        result: NDArray[Any] = (x.T if trans1 else x).dot(y.T if trans2 else y, out=out)
        return result


class OneThread:
    """Limits numpy's BLAS to one thread during a context; the library is looked up once."""

    def __init__(self) -> None:
        self._pools = ThreadpoolController()

    def __call__(self) -> AbstractContextManager[Any]:
        """Use one thread until the context ends, then the earlier number."""
        held: AbstractContextManager[Any] = self._pools.limit(limits=1, user_api="blas")
        return held


def by_numpy(model: Language) -> None:
    """Gives every layer of the model these products."""
    products = Products()
    for _, pipe in model.pipeline:
        network = getattr(pipe, "model", None)
        for node in network.walk() if network is not None else ():
            node.ops = products
