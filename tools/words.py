"""Check the words of docstrings, comments, messages, documents and templates.

``python tools/words.py`` is part of ``make lint``. The rules follow the Google developer documentation style: a verb
first, subjects that are nouns, one idea a sentence. The ceilings in ``tools/words.json`` may only fall:
``python tools/words.py --write`` writes lower ones. ``python tools/words.py PATH...`` lists the findings of some paths.
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
CEILINGS = Path(__file__).with_suffix(".json")
MAX_WORDS = 32
MAX_SUMMARY = 100

# A pattern, and the words that a reader understands at once. Patterns ignore case.
BANNED = {
    r"\bsomebody\b": "name the person: the speaker, the client, the user",
    r"\b(?:is|are|was|were) told\b|\btold (?:before|of|by)\b": "report, know, recognize",
    r"\b(?:is|are|was|were) asked(?: for)?\b|\basked (?:before|anew|again|of)\b": "query, request",
    r"\bstands? for\b|\bstands? in\b|\bwhere it stands\b": "is, means, occurs",
    r"\b(?:is|are) gone\b|\bgone (?:by|from)\b": "removed, disconnected, deleted",
    r"\bwhoever\b|\bwhatever\b|\bwhichever\b": "name the thing",
    r"\bof others\b": "third-party, external",
    r"\bof its own kind\b|\bof that kind\b": "name the kind",
    r"\bbrings? along\b": "contains, includes",
    r"\bdone with\b": "finished",
    r"\bas (?:it is|they are)(?=[.,;:)]|$)": "unchanged",
    r"\banew\b": "again",
    r"\btherein\b|\bthereof\b|\bhereby\b": "in it, of it, by this",
    r"\blooked? after\b": "handle, maintain",
    r"\bnothing but\b|\bnone but\b": "only",
    r"\bno more than\b": "at most",
    r"\bis not there\b|\bare not there\b": "is missing",
    r"\bin one go\b|\bat one go\b": "at once",
    r"\bhow it went\b": "the result",
    r"\bsay so\b|\bsays so\b": "report it",
}
# A first word that makes a summary of a function no statement of what the function does.
NOT_A_VERB = re.compile(
    r"(?:a|all|an|any|another|anything|both|each|either|every|everything|he|how|if|in|is|it|its|many|more|most|no|"
    r"nobody|none|not|nothing|of|on|one|only|other|others|our|same|some|such|that|the|their|them|there|these|"
    r"they|this|those|three|two|under|what|when|where|whether|which|who|whose|why|with)$",
    re.I,
)
NEGATIONS = re.compile(r"\b(?:no|not|never|nothing|none|nobody|neither|nor|cannot|without)\b", re.I)
MAX_NEGATIONS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A text to check, and its place."""

    path: Path
    line: int
    text: str
    summary_of_function: bool = False


def main(arguments: list[str]) -> int:
    """Print the number of findings of each room and list those above a ceiling. Return the exit status."""
    named = [Path(argument).resolve() for argument in arguments if not argument.startswith("--")]
    found = [(room(passage.path), line) for passage in passages(named or [ROOT]) for line in findings(passage)]
    if named:
        print("".join(f"{line}\n" for _, line in found), end="")
        return 0
    counts = Counter(name for name, _ in found)
    ceilings = json.loads(CEILINGS.read_text("utf-8")) if CEILINGS.exists() else {}
    too_many = {name for name, count in counts.items() if count > ceilings.get(name, 0)}
    for name, line in found:
        if name in too_many:
            print(line)
    print(f"findings of words: {len(found)} in {len(counts)} rooms; above the ceiling: {', '.join(too_many) or 'none'}")
    if "--write" in arguments:
        lower = {name: min(count, ceilings[name]) for name, count in sorted(counts.items()) if name in ceilings}
        CEILINGS.write_text(json.dumps(lower, indent=2) + "\n", "utf-8")
    return int(bool(too_many))


def room(path: Path) -> str:
    """Return the package or folder that a file belongs to."""
    parts = path.relative_to(ROOT).parts
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0] if len(parts) > 1 else "documents"


def passages(places: Iterable[Path]) -> Iterator[Passage]:
    """Yield the texts under some files or folders: of the package, of its templates, of documents."""
    for path in _files():
        if not any(path == place or place in path.parents for place in places):
            continue
        source = path.read_text("utf-8")
        if path.suffix == ".py":
            yield from of_python(path, source)
        elif path.suffix == ".html":
            yield from of_template(path, source)
        else:
            yield from of_markdown(path, source)


def _files() -> Iterator[Path]:
    yield from sorted(ROOT.glob("kg/**/*.py"))
    yield from sorted(ROOT.glob("tools/*.py"))
    yield from sorted(ROOT.glob("kg/pages/templates/**/*.html"))
    yield from sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def of_python(path: Path, source: str) -> Iterator[Passage]:
    """Yield the docstrings, comments, messages of errors and help texts of a module.

    Args:
        path: The module's file, for the place of a finding.
        source: The module's source.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        yield from _docstrings(path, node)
        yield from _messages(path, node)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not re.match(r"#!|#\s*(?:noqa|type:)", token.string):
            yield Passage(path=path, line=token.start[0], text=token.string.lstrip("# "))


def _docstrings(path: Path, node: ast.AST) -> Iterator[Passage]:
    body = getattr(node, "body", None)
    for child in body if isinstance(body, list) else ():
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant) and isinstance(child.value.value, str):
            function = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
            yield Passage(
                path=path,
                line=child.lineno,
                text=child.value.value,
                summary_of_function=function is not None and child is function.body[0] and not _is_property(function),
            )


def _is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in function.decorator_list)


def _messages(path: Path, node: ast.AST) -> Iterator[Passage]:
    """Yield the texts of raised errors and of ``help=``, values in braces left out."""
    texts: list[ast.expr] = []
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        texts = node.exc.args
    elif isinstance(node, ast.keyword) and node.arg in ("help", "short_help", "epilog"):
        texts = [node.value]
    for text in texts:
        parts = [text] if isinstance(text, ast.Constant) else text.values if isinstance(text, ast.JoinedStr) else []
        words = [part.value if isinstance(part, ast.Constant) else "N" for part in parts]
        if all(isinstance(word, str) for word in words) and words:
            yield Passage(path=path, line=text.lineno, text="".join(map(str, words)))


def of_markdown(path: Path, source: str) -> Iterator[Passage]:
    """Yield the paragraphs, items and table cells of a document, without blocks of code.

    Args:
        path: The document's file, for the place of a finding.
        source: The document's text.
    """
    without_code = re.sub(r"^```.*?^```$", lambda block: "\n" * block[0].count("\n"), source, flags=re.M | re.S)
    line = 1
    for paragraph in re.split(r"(\n(?:\s*\n)+|\n(?=\s*(?:[-*|#]|\d+\.)\s?))", without_code):
        for cell in re.split(r"(?<!\\)\|", paragraph):
            yield Passage(path=path, line=line, text=cell)
        line += paragraph.count("\n")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._paragraph: list[str] = []

    def handle_data(self, data: str) -> None:
        self._paragraph.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("p", "li", "h1", "h2", "h3", "td", "th", "div", "label", "dt", "dd", "section", "nav"):
            self.end()

    def end(self) -> None:
        """End the paragraph that is being read."""
        self.found.append((self.getpos()[0], "".join(self._paragraph)))
        self._paragraph = []


def of_template(path: Path, source: str) -> Iterator[Passage]:
    """Yield the texts between the tags of a template, without its expressions.

    Args:
        path: The template's file, for the place of a finding.
        source: The template's source.
    """
    parser = _Text()
    parser.feed(re.sub(r"\{%.*?%\}|\{#.*?#\}", " ", re.sub(r"\{\{.*?\}\}", "N", source, flags=re.S), flags=re.S))
    parser.end()
    for line, text in parser.found:
        yield Passage(path=path, line=line, text=text)


def findings(passage: Passage) -> Iterator[str]:
    """Yield a line for each rule that a passage breaks, with its place."""
    place = f"{passage.path.relative_to(ROOT)}:{passage.line}"
    plain = re.sub(r"``[^`]*``|`[^`]*`", "N", passage.text)
    for pattern, instead in BANNED.items():
        for match in re.finditer(pattern, plain, re.I):
            yield f"{place}: “{match[0]}”: {instead}"
    for sentence in re.split(r"(?<=[.!?:;])\s+|\n\s*\n|\n(?=\s*[-*]|\s+\w+: |[\s│]*[├└])", plain):
        words = sentence.split()
        if len(words) > MAX_WORDS:
            yield f"{place}: a sentence of {len(words)} words: {' '.join(words[:8])} ..."
        if len(NEGATIONS.findall(sentence)) > MAX_NEGATIONS:
            yield f"{place}: a sentence of several negations: {' '.join(words[:8])} ..."
    if passage.summary_of_function:
        yield from _summary_findings(place, passage.text)


def _summary_findings(place: str, text: str) -> Iterator[str]:
    summary = text.strip().split("\n")[0]
    first = summary.split()[0].strip("`*,.:“”") if summary else ""
    if NOT_A_VERB.match(first):
        yield f"{place}: a verb first: {summary[:60]}"
    if len(summary) > MAX_SUMMARY:
        yield f"{place}: a summary of {len(summary)} characters: {summary[:60]} ..."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
