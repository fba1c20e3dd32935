"""Reading the competency questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError
from kg.views.competency_questions import asks_for, read_questions


def test_head_comments_are_question_and_description(tmp_path: Path) -> None:
    """The first comment asks, the next ones describe, the rest is the query with its own comments."""
    (tmp_path / "CQ1.rq").write_text("# Who?\n# In which words,\n# and when?\nASK {\n# inside\n}\n", "utf-8")
    (question,) = read_questions(tmp_path)
    assert (question.name, question.title, question.description) == ("CQ1", "Who?", "In which words, and when?")
    assert question.query == "ASK {\n# inside\n}\n"


def test_questions_come_in_natural_order(tmp_path: Path) -> None:
    """CQ10 comes after CQ9."""
    for name in ("CQ10", "CQ9", "CQ1"):
        (tmp_path / f"{name}.rq").write_text("# ?\nASK {}", "utf-8")
    assert [question.name for question in read_questions(tmp_path)] == ["CQ1", "CQ9", "CQ10"]


@pytest.mark.parametrize("text", ["ASK {}\n", "", "#\nASK {}\n"])
def test_file_without_a_question_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    """A query nobody asked cannot be listed."""
    (tmp_path / "CQ7.rq").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"CQ7\.rq.*first line"):
        read_questions(tmp_path)


def test_file_that_is_not_utf_8_is_an_error_that_names_it(tmp_path: Path) -> None:
    """Nothing is guessed."""
    (tmp_path / "CQ7.rq").write_bytes(b"# \xff\nASK {}\n")
    with pytest.raises(InputError, match=r"CQ7\.rq"):
        read_questions(tmp_path)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * { ?f a cg:ReportedFact }", "fact"),
        ("SELECT * { ?c a <https://w3id.org/claimgraph/ns#Claim> }", "claim"),
        ("SELECT * { GRAPH ?g { ?e cg:statedAgent ?a } }", "claim"),
        ("SELECT * { { ?s a cg:Claim } UNION { ?s a cg:ReportedFact } }", ""),
        ("SELECT * { ?s ?p ?o }", ""),
    ],
)
def test_kind_of_statement_asked_for_is_seen_in_the_query(query: str, kind: str) -> None:
    """Facts, claims, or neither alone."""
    assert asks_for(query) == kind
