"""A change that the engine cannot make in one transaction is whole after a crash, too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.store import EmbeddedStore, journal
from kg.store.shared import opened_for_reading

S, P, G = NamedNode("http://x.test/s"), NamedNode("http://x.test/p"), NamedNode("http://x.test/g")
OLD = {Quad(BlankNode("b1"), P, BlankNode("b2")), Quad(S, P, Literal("old"), G)}
NEW = {Quad(BlankNode("b3"), P, Literal("new")), Quad(S, P, BlankNode("b3"), G)}


class Crash(Exception):
    """The process ends here."""


@pytest.mark.parametrize("opened", [EmbeddedStore.open, opened_for_reading])
@pytest.mark.parametrize("after", range(4))
def test_change_that_a_crash_cut_off_is_finished(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    opened: Callable[[Path], AbstractContextManager[EmbeddedStore]],
) -> None:
    """Cut off after each of its steps, it is all there when the store is opened again, if only to be read."""
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.change(set(), OLD)
        apply, steps = journal._apply, 0

        def crash(target: object, removed: set[Quad], added: set[Quad], dropped: object) -> None:
            nonlocal steps
            del target, dropped
            for quad in [*removed, *added]:
                if steps == after:
                    break
                steps += 1
                (store._store.remove if quad in removed else store._store.add)(quad)
            raise Crash

        monkeypatch.setattr(journal, "_apply", crash)
        with pytest.raises(Crash):
            store.change(OLD, NEW)
        assert set(store.quads()) != OLD or after == 0
        monkeypatch.setattr(journal, "_apply", apply)
    with opened(tmp_path / "store") as store:
        assert set(store.quads()) == NEW
        assert sorted(path.name for path in (tmp_path / "store").glob("claimgraph.*")) == ["claimgraph.revision"]


def test_change_that_was_not_yet_written_down_was_not_made(tmp_path: Path) -> None:
    """A draft of a journal is none: the store is as it was."""
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.change(set(), OLD)
    (tmp_path / "store" / "claimgraph.draft").write_bytes(b"[10")
    with EmbeddedStore.open(tmp_path / "store") as store:
        assert set(store.quads()) == OLD


def test_blank_nodes_in_a_change_are_the_same_nodes(tmp_path: Path) -> None:
    """What is taken out is exactly what was put in; named graphs without quads come and go with it."""
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.change(set(), OLD, created={"http://x.test/empty"})
        assert store.has_graph("http://x.test/empty")
        store.change(OLD, NEW, dropped={"http://x.test/empty"})
        assert set(store.quads()) == NEW
        assert not store.has_graph("http://x.test/empty")


def test_terms_that_are_hard_to_write_come_out_as_they_went_in(tmp_path: Path) -> None:
    """Triple terms, directions, control characters and quotes: changed by SPARQL text, they stay the same terms."""
    from pyoxigraph import BaseDirection, Triple

    hard: list[Literal | NamedNode | Triple] = [
        Triple(S, P, Triple(S, P, Literal('"\\\n\r\t\x00\x7f\u2028'))),
        Literal("مرحبا", language="ar", direction=BaseDirection.RTL),
        Literal("'''\"\"\"\\"),
        NamedNode("http://x.test/%20é"),
    ]
    quads = {Quad(S, P, term, graph) for term in hard for graph in (G, NamedNode("http://x.test/h"))}
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.change(set(), {Quad(S, P, S)})
        store.change({Quad(S, P, S)}, quads)
        assert set(store.quads()) == quads
        store.change(quads, {Quad(S, P, S)})
        assert set(store.quads()) == {Quad(S, P, S)}
