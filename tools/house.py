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
    """Yield each function with more than ``MOST_COMPLEX`` branches; each and/or counts as a branch."""
    for module, tree in modules.items():
        for name, function in _functions(tree):
            complexity = 1 + sum(map(_branches, ast.walk(function)))
            if complexity > MOST_COMPLEX and module not in GENERATED:
                yield f"{module}.{name}: {complexity}"


def incomplete_docstrings(modules: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield each public function whose docstring lacks a section that it owes.

    ``Args`` is owed from two parameters on, ``Raises`` by each function that raises.
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


def _branches(node: ast.AST) -> int:
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    if isinstance(node, ast.Match):
        return len(node.cases)
    kinds = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.Assert)
    return int(isinstance(node, kinds))


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
