"""Telling tokens apart: what a pattern alone would find, but in linear time."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.sparql.federation.rewrite import LONGEST_TEXT, MOST_REQUESTS
from kg.sparql.federation.scanner import loads, services
from kg.tokenizer import TOKEN, tokens

STRING = r"""
      (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
               |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*') |
"""
WHOLE = re.compile(STRING + TOKEN.pattern, re.VERBOSE | re.DOTALL)
SECONDS = 2.0
"""Of a processor, for a text of the longest length: a hundredth of it is usual, and what is quadratic takes 20."""
HOSTILE = {
    "escaped marks": '\\"""\n',
    "escaped marks, single": "\\'''\n",
    "marks that are never closed": '"""\\',
    "escaped quotation marks": '\\"',
    "escaped line ends": '"\\\n',
    "both marks": "\"'",
    "less than": "<",
    "numbers of characters": "\\uAAAA",
    "numbers of characters in an IRI": "<\\uAAAA",
    "blanks": " \t",
    "comments": "#",
    "digits": "1.",
    "backslashes": "\\",
    "carets": "^",
    "names": "a:b\\-",
    "blocks": "SERVICE<x:>{}",
    "open blocks": "SERVICE<x:>{",
    "prefixes": "PREFIX a:<b>",
    "bases": "BASE<a/>",
    "loads": "LOAD<x:>;",
    "brackets": "(",
}


@given(st.text(alphabet=st.sampled_from("\"'\\\n<>ua1:?@#^!|{}() \r."), max_size=40))
def test_tokens_are_those_of_the_pattern(text: str) -> None:
    """Strings too, closed or not; and together they are the text."""
    found = list(tokens(text))
    assert found == [(match.lastgroup, match[0], match.start()) for match in WHOLE.finditer(text)]
    assert "".join(token for _, token, _ in found) == text


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("first", ["", "SERVICE <x:> {", "<", '"', "<\\u"])
def test_hostile_text_is_told_apart_in_linear_time(piece: str, first: str) -> None:
    """Of the longest length that is taken apart."""
    text = (first + piece * LONGEST_TEXT)[: LONGEST_TEXT - 8] + " SERVICE"
    begin = time.thread_time()
    for find in (services, loads):
        with suppress(QueryError):
            list(islice(find(text, "http://x.test/"), MOST_REQUESTS + 1))
    assert time.thread_time() - begin < SECONDS
