"""HTML report as a page of its own, without script and external resources."""

from __future__ import annotations

from html import escape

from kg.validate.report import Finding, ValidationReport
from kg.validate.reports.wording import counted, local_name, offset_in_line, readable, where

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
article { border-left: .3rem solid #b00020; padding: .1rem 1rem; margin: 1.5rem 0; background: #faf7f7; }
article.warning { border-color: #8a5a00; background: #faf9f5; }
article.info { border-color: #245a8a; background: #f6f8fa; }
blockquote { margin: .5rem 0; font-family: Georgia, serif; overflow-wrap: anywhere; }
mark { background: #ffe08a; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; font-size: .85rem; overflow-wrap: anywhere; }
dd { margin: 0; }
"""


def write(report: ValidationReport) -> str:
    """Return the verdict, the counts, and each finding with its line of the article and marked words."""
    verdict = "The graph conforms" if report.passes else "The graph does not conform"
    findings = "".join(_article(finding, report) for finding in report.findings)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{verdict}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{verdict}</h1>\n<p>{counted(report)}</p>\n{findings}</body>\n</html>\n"
    )


def _article(finding: Finding, report: ValidationReport) -> str:
    place = finding.place
    heading = readable(finding.focus) if place is None else where(place, report)
    details = [("shape", local_name(finding.shape)), ("constraint", local_name(finding.component))]
    details.append(("on", readable(finding.focus)))
    if finding.path is not None:
        details.append(("path", finding.path))
    if finding.value is not None:
        details.append(("value", readable(finding.value)))
    listed = "".join(f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in details)
    return (
        f'<article class="{finding.severity}">\n<h2>{finding.severity}: {_text(heading)}</h2>\n'
        f"<p>{_text(finding.message)}</p>\n{_quote(finding)}<dl>{listed}</dl>\n</article>\n"
    )


def _quote(finding: Finding) -> str:
    place = finding.place
    if place is None or not place.line_text.strip():
        return ""
    left = offset_in_line(place)
    right = left + place.end - place.start
    before, words, after = place.line_text[:left], place.line_text[left:right], place.line_text[right:]
    return f"<blockquote>{_text(before)}<mark>{_text(words)}</mark>{_text(after)}</blockquote>\n"


def _text(text: str) -> str:
    """Escape a text; control characters, which HTML forbids, become U+FFFD."""
    return "".join(c if c.isprintable() or c in "\t\n" else "\ufffd" for c in escape(text))
