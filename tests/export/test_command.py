"""``kg export``: files that are written, and what is said where that cannot be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kg import export
from kg.errors import MissingExtra, UsageError
from kg.mapper import map_record
from kg.store import EmbeddedStore
from tests.cli.conftest import Made, kg_here
from tests.export.articles import BASE
from tests.samples import sample

__all__ = ["kg_here"]


@pytest.fixture
def filled(tmp_path: Path) -> str:
    """The folder of a store of one article."""
    with EmbeddedStore.open(tmp_path / "store", create=True) as store:
        store.replace([map_record(sample(), BASE)])
    return str(tmp_path / "store")


def test_command_writes_a_file_in_each_format(kg_here: Made, filled: str) -> None:
    """Exit code 0 and a file that is the same the second time, for all but Excel, which holds the time."""
    for name, one in export.FORMATS.items():
        for _ in range(2):
            code, out, err = kg_here("export", name, "--store", filled, "-o", one.file)
            assert (code, out, err) == (0, "", ""), name
        first = Path(one.file).read_bytes()
        kg_here("export", name, "--store", filled, "-o", f"again-{one.file}")
        assert name == "excel" or Path(f"again-{one.file}").read_bytes() == first


def test_empty_store_is_exported(kg_here: Made, tmp_path: Path) -> None:
    """An empty list is one with its columns, an empty graph one without triples."""
    EmbeddedStore.open(tmp_path / "none", create=True).close()
    for name, one in export.FORMATS.items():
        code, _, err = kg_here("export", name, "--store", "none", "-o", one.file)
        assert (code, err) == (0, ""), name


def test_option_of_another_format_is_refused(kg_here: Made, filled: str) -> None:
    """One line that says which formats have it, and exit code 2."""
    code, _, err = kg_here("export", "nanopub", "--store", filled, "--claimed")
    assert code == 2
    assert err == "kg: nanopub has no --claimed; there is one for events\n"


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where XlsxWriter is not installed, the message says how to install it."""
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtra, match=r"extra 'excel'.*pip install 'xlsxwriter"):
        export.write("excel", EmbeddedStore.in_memory(), export.Options(), BASE)


def test_unknown_format_names_those_that_there_are() -> None:
    """From Python as on the command line."""
    with pytest.raises(UsageError, match="there are csv, excel, network"):
        export.write("docx", EmbeddedStore.in_memory(), export.Options(), BASE)
