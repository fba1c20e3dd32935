"""Print the figures of the package's structure, and fail where one is above its ceiling.

``python tools/house.py`` is part of ``make lint``. The ceilings are in ``tools/house.json`` and may only fall:
``python tools/house.py --write`` writes lower ones.
"""

from __future__ import annotations

import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from radon.visitors import ComplexityVisitor
from radon.visitors import Function as Measured

ROOT = Path(__file__).parents[1]
PACKAGE = "kg"
CEILINGS = Path(__file__).with_suffix(".json")
MOST_COMPLEX = 15
GENERATED = frozenset({"kg.vocab"})


Arrows = Mapping[str, frozenset[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def main(arguments: list[str]) -> int:
    """Print each figure with what it is made of. Returns the exit status."""
    modules = read_modules(ROOT / PACKAGE)
    arrows = arrows_of(modules)
    found = {
        "circles": [" <-> ".join(sorted(circle)) for circle in circles(arrows)],
        "class names in several modules": list(shared_class_names(modules)),
        "complex functions": list(complex_functions(modules)),
        "docstrings without sections": list(incomplete_docstrings(modules)),
    }
    print(f"files: {len(modules)}")
    print(f"arrows between files: {sum(map(len, arrows.values()))}")
    ceilings = json.loads(CEILINGS.read_text("utf-8")) if CEILINGS.exists() else {}
    status = 0
    for name, items in found.items():
        ceiling = ceilings.get(name, 0)
        print(f"{name}: {len(items)} (ceiling {ceiling})")
        if len(items) > ceiling or (items and "--list" in arguments):
            print("".join(f"  {item}\n" for item in items), end="")
        status |= len(items) > ceiling
    if "--write" in arguments:
        lower = {name: min(len(items), ceilings.get(name, len(items))) for name, items in found.items()}
        CEILINGS.write_text(json.dumps(lower, indent=2) + "\n", "utf-8")
    return status


def read_modules(folder: Path) -> dict[str, ast.Module]:
    """Return the modules of a package by their dotted names."""
    modules = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_text("utf-8"))
    return modules


def arrows_of(modules: Mapping[str, ast.Module]) -> Arrows:
    """Return what each module imports of the package, also for types alone and inside of functions."""
    return {name: frozenset(_imported(tree, modules)) - {name} for name, tree in modules.items()}


def circles(arrows: Arrows) -> list[list[str]]:
    """Return the sets of modules that reach each other (Tarjan's strongly connected components)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        stack.append(module)
        for other in arrows[module]:
            if other not in number:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], number[other])
        if lowest[module] == number[module]:
            begin = stack.index(module)
            if len(stack) - begin > 1:
                found.append(stack[begin:])
            del stack[begin:]

    for module in arrows:
        if module not in number:
            visit(module)
    return found


def shared_class_names(modules: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield each class name that more than one module defines, with the modules."""
    where = defaultdict(set)
    for module, tree in modules.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                where[node.name].add(module)
    for name, found in sorted(where.items()):
        if len(found) > 1:
            yield f"{name}: {', '.join(sorted(found))}"


def complex_functions(modules: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield each function whose complexity, as radon counts it, is above ``MOST_COMPLEX``.

    Radon counts the terms that ``and`` and ``or`` join, and comprehensions; ruff's C901, that of mccabe, does not.
    """
    for module, tree in modules.items():
        if module in GENERATED:
            continue
        visitor = ComplexityVisitor.from_ast(tree)
        measured = [*visitor.functions, *(one for group in visitor.classes for one in group.methods)]
        for function in _with_closures(measured):
            if function.complexity > MOST_COMPLEX:
                name = ".".join(filter(None, (module, function.classname, function.name)))
                yield f"{name}: {function.complexity}"


def _with_closures(functions: Iterable[Measured]) -> Iterator[Measured]:
    for function in functions:
        yield function
        yield from _with_closures(function.closures)


def incomplete_docstrings(modules: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield each public function with a required docstring section missing.

    ``Args`` is required from two parameters on, ``Raises`` where the function raises. A command needs neither: its
    docstring is its ``--help``, and the options and arguments describe its parameters.
    """
    for module, tree in modules.items():
        for name, function in _functions(tree):
            if any(part.startswith("_") for part in (*module.split("."), *name.split("."))):
                continue
            text = ast.get_docstring(function) or ""
            missing = [section for section in _owed(function) if f"{section}:\n" not in text]
            if missing:
                yield f"{module}.{name}: {', '.join(missing)}"


def _owed(function: Function) -> Iterator[str]:
    decorators = [ast.unparse(decorator).partition("(")[0] for decorator in function.decorator_list]
    # The docstring of a command is its help text, and each of its options has a help text of its own.
    if any(name.endswith(("overload", "setter", ".command", ".group")) for name in decorators):
        return
    given = function.args
    names = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs) if a.arg not in ("self", "cls")]
    if len(names) >= 2:
        yield "Args"
    if any(isinstance(node, ast.Raise) and node.exc is not None for node in _own(function)):
        yield "Raises"


def _own(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of the functions inside of it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Yield the functions of a module and the methods of its classes, with their names."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.If | ast.Try):
            yield from _functions(node, prefix)


def _imported(tree: ast.Module, modules: Mapping[str, ast.Module]) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules and not node.level:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in modules else str(node.module)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
