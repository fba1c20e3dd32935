"""``/validation``: the last report on the graph, with links to the words, and notes beside the words in articles.

The report comes from the file that ``kg validate`` or ``kg build`` has left beside the store. This module validates
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Flask, Response, render_template, request

from kg import vocab
from kg.engine.queryable import QueryableStore
from kg.errors import InputError
from kg.http.problems import Refusal
from kg.validate import report_cache
from kg.validate.report import SEVERITIES, Finding, ValidationReport
from kg.validate.reports import REPORTS
from kg.validate.reports.wording import local_name, offset_in_line, readable, words_of
from kg.views.article import Paragraph
from kg.views.query_files import records, terms
from kg.views.statement_card import path_of

FILE_NAME: Final = report_cache.FILE_NAME
PAGE_LIMIT: Final = 200
"""Number of findings on one page."""
_FORMATS: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "sarif": "application/sarif+json",
}
_AROUND: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A finding for the page. ``href`` leads to its words; empty if the graph does not have them."""

    severity: str
    shape: str
    message: str
    focus: str
    path: str
    value: str
    document: str
    where: str
    before: str
    words: str
    after: str
    href: str


class Validation:
    """The views. ``path`` is the file of the report, if the store has a folder."""

    def __init__(self, store: QueryableStore, base: str, path: Path | None) -> None:
        self._store = store
        self._base = base
        self._path = path

    def page(self) -> str:
        """Return the page.

        ``?shape=``, ``?document=`` and ``?severity=`` are filters; ``?first=`` skips findings.
        """
        last = self._last()
        if last is None:
            return render_template("validation.html", last=None)
        chosen = {name: request.args.get(name, "") for name in ("shape", "document", "severity")}
        first = max(request.args.get("first", 0, type=int), 0)
        findings = [finding for finding in last.report.findings if _is_chosen(finding, chosen)]
        page = findings[first : first + PAGE_LIMIT]
        here = self._in_force(page)
        return render_template(
            "validation.html",
            last=last,
            is_older=last.revision != self._store.revision,
            revision=self._store.revision,
            made="" if last.report.made is None else f"{last.report.made:%Y-%m-%d %H:%M} UTC",
            counts=last.report.counts(),
            shapes=Counter(local_name(finding.shape) for finding in last.report.findings),
            documents=Counter(_document(finding) for finding in last.report.findings),
            severities=SEVERITIES,
            chosen=chosen,
            findings=[shown(finding, self._base, here) for finding in page],
            count=len(findings),
            first=first,
            following=first + PAGE_LIMIT if first + PAGE_LIMIT < len(findings) else None,
            formats=_FORMATS,
        )

    def data(self, name: str) -> Response:
        """Return the complete last report in another format.

        Raises:
            Refusal: There is no report, or the format is unknown.
        """
        last = self._last()
        if last is None or last.failure or name not in _FORMATS:
            known = ", ".join(_FORMATS)
            raise Refusal(HTTPStatus.NOT_FOUND, "no-report", f"There is no report in {name!r}. There may be: {known}.")
        return Response(REPORTS[name](last.report), content_type=_FORMATS[name])

    def beside(self, version: str, paragraph: Paragraph) -> list[Shown]:
        """Return the findings of the last report whose words begin in a paragraph of a version.

        Args:
            version: The IRI of the version.
            paragraph: The paragraph.
        """
        if not paragraph.runs:
            return []
        start, end = paragraph.runs[0].offset, paragraph.runs[-1].offset + len(paragraph.runs[-1].text)
        of_version = self._by_version().get(version, ())
        return [
            shown(finding, self._base, {version})
            for finding in of_version
            if finding.place is not None and start <= finding.place.start < max(end, start + 1)
        ]

    def _by_version(self) -> Mapping[str, Sequence[Finding]]:
        """Return the findings by version, if the report is on the served revision.

        An older report may refer to other words.
        """
        try:
            last = self._last()
        except Refusal:
            return {}  # an article is readable without its report; /validation shows the error
        if last is None or last.revision != self._store.revision:
            return {}
        return _sorted_by_version(last.report)

    def _last(self) -> report_cache.CachedReport | None:
        """Return the report in the file. Raises Refusal (503) if it cannot be read."""
        if self._path is None or not self._path.exists():
            return None
        try:
            return _read(self._path, self._path.stat().st_mtime_ns)
        except (InputError, OSError) as error:
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "report-unreadable", str(error)) from error

    def _in_force(self, findings: Iterable[Finding]) -> set[str]:
        """Return the versions of the findings that are in force."""
        versions = {finding.place.version for finding in findings if finding.place is not None}
        if not versions:
            return set()
        values = terms(sorted(versions))
        found = self._store.query(
            f"SELECT ?v {{ VALUES ?v {{ {values} }} ?v <{vocab.SCHEMA_SHA256}> ?h ; "
            f"<{vocab.STATUS}> <{vocab.MOD_CURRENT}> }}"
        )
        return {record["v"] for record in records(found)}


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> report_cache.CachedReport | None:
    return report_cache.read(path)


@lru_cache(maxsize=2)
def _sorted_by_version_of(findings: tuple[Finding, ...]) -> Mapping[str, Sequence[Finding]]:
    out: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.place is not None:
            out.setdefault(finding.place.version, []).append(finding)
    return out


def _sorted_by_version(report: ValidationReport) -> Mapping[str, Sequence[Finding]]:
    return _sorted_by_version_of(report.findings)


def _document(finding: Finding) -> str:
    return "" if finding.place is None else finding.place.document


def _is_chosen(finding: Finding, chosen: Mapping[str, str]) -> bool:
    return (
        chosen["shape"] in ("", local_name(finding.shape))
        and chosen["document"] in ("", _document(finding))
        and chosen["severity"] in ("", finding.severity)
    )


def shown(finding: Finding, base: str, in_force: set[str]) -> Shown:
    """Return a finding for the page, linked if its version is in force.

    Args:
        finding: The finding.
        base: The base of our own IRIs.
        in_force: The IRIs of the versions in force.
    """
    place = finding.place
    before, words, after = ("", "", "") if place is None else _quoted(finding)
    href = ""
    if place is not None and place.version in in_force:
        span = f"#char={place.start},{place.end}" if place.end > place.start else ""
        href = path_of(place.version, base) + span
    return Shown(
        severity=finding.severity,
        shape=local_name(finding.shape),
        message=finding.message or local_name(finding.component),
        focus=readable(finding.focus),
        path=finding.path or "",
        value="" if finding.value is None else readable(finding.value),
        document=_document(finding),
        where="" if place is None else f"line {place.line}, column {place.column}",
        before=before,
        words=words,
        after=after,
        href=href,
    )


def _quoted(finding: Finding) -> tuple[str, str, str]:
    """Return the words of a finding and their surroundings in the line."""
    place = finding.place
    assert place is not None
    left = offset_in_line(place)
    words = words_of(place)
    right = left + len(words)
    before, after = place.line_text[max(0, left - _AROUND) : left], place.line_text[right : right + _AROUND]
    more_before, more_after = "…" if left > _AROUND else "", "…" if right + _AROUND < len(place.line_text) else ""
    return more_before + before, words, after + more_after


def install(app: Flask, store: QueryableStore, base: str, path: Path | None) -> None:
    """Serve the page and its data; templates of articles get ``findings_of``.

    Args:
        app: The app.
        store: The graph.
        base: The base of our own IRIs.
        path: The file of the report, if the store has a folder.
    """
    views = Validation(store, base, path)
    app.jinja_env.globals["findings_of"] = views.beside
    app.add_url_rule("/validation", "validation", views.page)
    app.add_url_rule("/validation.<name>", "validation_data", views.data)
