"""JUnit XML for GitLab, Jenkins and similar services: a suite for each document, a case for each finding.

The format is that of Apache Ant's schema, the strictest in use: exactly its required attributes, in its order. Jenkins
accepts it too.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import groupby
from xml.etree import ElementTree as ET

from kg.validate.report import Finding, ValidationReport
from kg.validate.reports.wording import local_name, readable, where, words_of

# Characters that XML 1.0 (2.2) cannot contain, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_DOCUMENT = "graph"


def write(report: ValidationReport) -> str:
    """Return a suite for each document.

    Violations are failures; warnings and infos are passing cases in their suite's ``system-out``. A conforming graph is
    one passing case. Characters that XML cannot contain become U+FFFD.
    """
    root = ET.Element("testsuites")
    for name, group in groupby(sorted(report.findings, key=_suite), key=_suite):
        _add_suite(root, name, list(group), report)
    if not report.findings:
        _add_suite(root, _NO_DOCUMENT, [], report)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(finding: Finding) -> str:
    return _NO_DOCUMENT if finding.place is None else finding.place.document


def _add_suite(root: ET.Element, name: str, findings: list[Finding], report: ValidationReport) -> None:
    failures = sum(finding.severity == "violation" for finding in findings)
    counts = {"tests": str(len(findings) or 1), "failures": str(failures), "errors": "0", "time": "0"}
    # The host name is a constant, because reports do not reveal the machine.
    about = {"timestamp": _timestamp(report), "hostname": "localhost", "package": "claimgraph", "id": str(len(root))}
    suite = ET.SubElement(root, "testsuite", {"name": _xml(name) or _NO_DOCUMENT, **counts, **about})
    ET.SubElement(suite, "properties")
    for finding in findings:
        suite.append(_testcase(finding, report))
    if not findings:
        ET.SubElement(suite, "testcase", classname="shapes", name="conforms", time="0")
    told = (_details(finding, report) for finding in findings if finding.severity != "violation")
    ET.SubElement(suite, "system-out").text = _xml("\n\n".join(told))
    ET.SubElement(suite, "system-err")


def _timestamp(report: ValidationReport) -> str:
    """Return the time in UTC without a zone, as the schema demands; 1970 if the time is unknown."""
    made = report.made or datetime.fromtimestamp(0, UTC)
    return made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _testcase(finding: Finding, report: ValidationReport) -> ET.Element:
    place = "" if finding.place is None else f"{where(finding.place, report)}: "
    name = f"{place}{local_name(finding.component).removesuffix('ConstraintComponent')} on {readable(finding.focus)}"
    case = ET.Element("testcase", classname=_xml(local_name(finding.shape)), name=_xml(name), time="0")
    if finding.severity == "violation":
        about = ET.SubElement(case, "failure", type=_xml(local_name(finding.component)), message=_xml(finding.message))
        about.text = _xml(_details(finding, report))
    return case


def _details(finding: Finding, report: ValidationReport) -> str:
    lines = [f"{finding.severity}: {finding.message}", f"shape: {finding.shape}", f"on: {readable(finding.focus)}"]
    if finding.path is not None:
        lines.append(f"path: {finding.path}")
    if finding.value is not None:
        lines.append(f"value: {readable(finding.value)}")
    if finding.place is not None:
        lines += [f"at: {where(finding.place, report)}", f"words: {words_of(finding.place)}"]
    return "\n".join(lines)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
