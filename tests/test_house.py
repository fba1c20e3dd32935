"""The figures of the package's structure: what they count, and that they are no higher than their ceilings."""

from __future__ import annotations

import ast

import pytest

from tools import house


def modules(**sources: str) -> dict[str, ast.Module]:
    """Modules of a package ``p`` by their source."""
    return {f"p.{name}": ast.parse(source) for name, source in sources.items()}


def test_no_figure_is_above_its_ceiling(capsys: pytest.CaptureFixture[str]) -> None:
    """Of this package, as ``make lint`` asks it."""
    assert house.main([]) == 0, capsys.readouterr().out


def test_circle_is_found_where_it_hides() -> None:
    """In an import inside of a function, and in one for types alone."""
    found = modules(
        a="def f():\n    from p.b import x",
        b="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p import c",
        c="import p.a",
        d="import p.a",
    )
    found["p"] = ast.parse("")
    (circle,) = house.circles(house.arrows_of(found))
    assert sorted(circle) == ["p.a", "p.b", "p.c"]


def test_class_name_of_two_modules_is_found() -> None:
    """Not one that a module defines twice."""
    found = modules(a="class A: ...\nclass B: ...", b="class A: ...", c="class C: ...\nclass C: ...")
    assert list(house.shared_class_names(found)) == ["A: p.a, p.b"]


def test_conditions_count_as_branches() -> None:
    """Fifteen of them joined by ``and`` are as many branches, in a method and in a function inside of one too."""
    condition = " and ".join(f"x{n}" for n in range(16))
    found = modules(
        a=f"def f():\n    return {condition}",
        b="def g():\n    return 1",
        c=f"class A:\n    def f(self):\n        def g():\n            return {condition}\n        return g",
    )
    assert list(house.complex_functions(found)) == ["p.a.f: 16", "p.c.g: 16"]


@pytest.mark.parametrize(
    ("source", "owed"),
    [
        ('def f(a, b):\n    """Return it."""', ["p.a.f: Args"]),
        ('def f(a):\n    """Return it."""\n    raise ValueError', ["p.a.f: Raises"]),
        ('def f(a, b):\n    """Return it.\n\n    Args:\n        a: One.\n        b: Two.\n    """', []),
        ('class A:\n    def f(self, a):\n        """Return it."""', []),
        ('def _f(a, b):\n    """Return it."""', []),
        ('@click.command("f")\ndef f(a, b):\n    """Print it."""', []),
        ('def f():\n    """Return it."""\n    def g():\n        raise ValueError\n    return g', []),
    ],
)
def test_docstring_owes_what_a_caller_needs(source: str, owed: list[str]) -> None:
    """Parameters from two on, and what is raised; nothing for one parameter, and nothing of a private function."""
    assert list(house.incomplete_docstrings(modules(a=source))) == owed
