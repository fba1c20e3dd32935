"""Text of others in a report is never a command to the CI service that shows it."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import Literal, NamedNode

from kg.validate.report import Finding, ValidationReport
from kg.validate.reports import REPORTS
from kg.workflow import defused

HOSTILE = [
    "::error file=x::pwned",
    "fine\n::set-output name=x::y",
    "fine\r\n  ::stop-commands::t",
    "fine\r::add-mask::a",
    "\t::warning::x",
    "see ##[error]x and ##vso[task.setvariable variable=x]y",
    "##teamcity[buildStop]",
]
COMMAND = re.compile(r"(?:\A|[\r\n])[^\S\r\n]*::|##(?:\[|vso\[|teamcity\[)")


def report(message: str) -> ValidationReport:
    """One finding in which everything that others write is this text."""
    name = NamedNode("http://x.test/s")
    return ValidationReport(
        findings=(
            Finding(
                shape=f"http://x.test/#{message}",
                focus=Literal(message),
                path=message,
                value=Literal(message),
                message=message,
                severity="violation",
                component=name.value,
                place=None,
            ),
        ),
        triples=(),
    )


@pytest.mark.parametrize("message", HOSTILE)
@pytest.mark.parametrize("name", [name for name in REPORTS if name not in ("turtle", "jsonld", "csv")])
def test_no_line_of_a_report_is_a_command_of_others(name: str, message: str) -> None:
    """In any format; GitHub's own has our commands, one a finding, and no other."""
    text = REPORTS[name](report(message))
    if name == "github":
        ours, last = text.splitlines()
        assert ours.startswith("::error ")
        assert not COMMAND.search(ours[2:])
        assert last.startswith("claimgraph: ")
    else:
        assert not COMMAND.search(text)


@pytest.mark.parametrize("message", HOSTILE)
def test_programs_read_the_same_message(message: str) -> None:
    """XML, JSON and CSV hold it as it is; what is written to stdout as CSV has a backslash before the command."""
    (failure,) = ET.fromstring(REPORTS["junit"](report(message))).iter("failure")
    assert (failure.text or "").replace("\r", "\n").find(message.replace("\r\n", "\n").replace("\r", "\n")) > 0
    assert json.loads(REPORTS["json"](report(message)))["findings"][0]["message"] == message
    (row,) = csv.DictReader(io.StringIO(REPORTS["csv"](report(message)), newline=""))
    assert row["message"] == message
    assert not COMMAND.search(defused(REPORTS["csv"](report(message))))


@pytest.mark.parametrize("severity", ["violation", "warning", "info"])
@pytest.mark.parametrize("fail_on", ["violation", "warning", "info"])
@pytest.mark.parametrize("name", ["human", "markdown", "html", "json"])
def test_words_say_what_the_exit_code_says(name: str, severity: str, fail_on: str) -> None:
    """What is milder than --fail-on conforms, in words too."""
    found = report("x").findings[0]
    one = ValidationReport(
        findings=(
            Finding(
                shape=found.shape,
                focus=found.focus,
                path=None,
                value=None,
                message="x",
                severity=severity,
                component=found.component,
                place=None,
            ),
        ),
        triples=(),
        fail_on=fail_on,
    )
    ranks = ["violation", "warning", "info"]
    fails = ranks.index(severity) <= ranks.index(fail_on)
    text = REPORTS[name](one)
    says_no = '"conforms": false' in text if name == "json" else "does not conform" in text
    assert says_no == fails
