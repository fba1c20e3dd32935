"""JUnit XML, for GitLab, Jenkins and the like: a suite a document, a case a finding."""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree import ElementTree as ET

from kg.validate.report import Finding, ValidationReport
from kg.validate.reports.wording import local_name, readable, where, words_of

# What XML 1.0 (2.2) cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_DOCUMENT = "graph"


def write(report: ValidationReport) -> str:
    """Violations are failures; warnings and infos are cases that pass, with their message. Conforming is one case.

    What XML cannot hold of an article (control characters) is written as U+FFFD.
    """
    cases = sorted(report.findings, key=_suite)
    failures = len(report.at_least("violation"))
    root = ET.Element("testsuites", name="claimgraph", tests=str(len(cases) or 1), failures=str(failures), errors="0")
    for name, group in groupby(cases, key=_suite):
        root.append(_testsuite(name, list(group), report))
    if not cases:
        suite = ET.SubElement(root, "testsuite", name=_NO_DOCUMENT, tests="1", failures="0", errors="0", skipped="0")
        ET.SubElement(suite, "testcase", classname="shapes", name="conforms", time="0")
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(finding: Finding) -> str:
    return _NO_DOCUMENT if finding.place is None else finding.place.document


def _testsuite(name: str, findings: list[Finding], report: ValidationReport) -> ET.Element:
    failures = sum(finding.severity == "violation" for finding in findings)
    counts = {"tests": str(len(findings)), "failures": str(failures), "errors": "0", "skipped": "0"}
    suite = ET.Element("testsuite", {"name": _xml(name), **counts})
    for finding in findings:
        suite.append(_testcase(finding, report))
    return suite


def _testcase(finding: Finding, report: ValidationReport) -> ET.Element:
    place = "" if finding.place is None else f"{where(finding.place, report)}: "
    name = f"{place}{local_name(finding.component).removesuffix('ConstraintComponent')} on {readable(finding.focus)}"
    case = ET.Element("testcase", classname=_xml(local_name(finding.shape)), name=_xml(name), time="0")
    if finding.severity == "violation":
        about = ET.SubElement(case, "failure", type=_xml(local_name(finding.component)), message=_xml(finding.message))
    else:
        about = ET.SubElement(case, "system-out")
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
