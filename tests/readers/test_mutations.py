"""Files that were changed at random: each is read or refused by name, none ends the program.

``MUTATIONS=1000 pytest tests/readers/test_mutations.py`` changes each sample that often.
"""

from __future__ import annotations

import os
import random

import pytest

from kg.errors import InputError
from kg.readers import Article, Source, Withdrawal, formats
from tests.readers import document_samples as made
from tests.readers import wire_samples as wire

TIMES = int(os.environ.get("MUTATIONS", "12"))
SAMPLES = {
    "nitf": (wire.nitf(docdata='<date.release norm="20260302"/>'), "a.xml"),
    "newsml-g2": (wire.g2(wire.g2_item(), wire.g2_item(version=2, status="canceled")), "a.xml"),
    "newsml-1": (wire.newsml1(), "a.xml"),
    "ninjs-1": (wire.ninjs(1), "a.json"),
    "ninjs-3": (wire.ninjs(3), "a.json"),
    "iptc7901": (wire.iptc7901() * 2, "a.txt"),
    "pdf": (made.pdf([[("Words of a page", 72, 700, 12), ("and more of them", 72, 680, 10)]] * 2), "a.pdf"),
    "docx": (made.docx([("Title", "A"), ("", "Words & more")]), "a.docx"),
    "markdown": (made.MARKDOWN, "a.md"),
    "mail": (made.mail(), "a.eml"),
    "mbox": (b"From x\n" + made.mail() + b"\nFrom y\n" + made.mail(number=2), "a.mbox"),
    "csv": (b"id,text,title\n1,Words,T\n2,More,U\n", "a.csv"),
    "warc": (made.warc(made.MARKDOWN, made.MARKDOWN), "a.warc"),
    "warc-gz": (made.gzipped_warc(made.MARKDOWN, made.MARKDOWN), "a.warc.gz"),
}
_PIECES = (
    b"<",
    b">",
    b"&#0;",
    b"&x;",
    b'"',
    b"\0",
    b"\xff\xfe",
    b"]]>",
    b"{",
    b"[",
    b"9" * 30,
    b"-1",
    b"\n",
    b"\x01",
    b"</p>",
)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to six changes: flipped, removed, doubled, put in, cut off."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(out) or 1)
        length = chance.choice((1, 1, 4, 20, 200))
        kind = chance.randrange(6)
        if kind == 0 and out:
            out[at] = chance.randrange(256)
        elif kind == 1:
            del out[at : at + length]
        elif kind == 2:
            out[at:at] = out[at : at + length] * chance.choice((1, 3))
        elif kind == 3:
            out[at:at] = chance.choice(_PIECES)
        elif kind == 4:
            other = chance.randrange(len(out) or 1)
            out[at : at + length] = out[other : other + length]
        elif chance.random() < 0.2:
            del out[at:]
    return bytes(out)


@pytest.mark.parametrize("name", SAMPLES)
def test_changed_files_are_read_or_refused(name: str) -> None:
    """Whatever comes out is an article, a withdrawal or an error that names the file."""
    data, filename = SAMPLES[name]
    chance = random.Random(name)
    for number in range(TIMES):
        changed = mutated(data, chance)
        source = Source(name=filename, data=changed)
        try:
            for item in formats.format_of(source).read(source):
                assert isinstance(item, Article | Withdrawal | InputError), (number, item)
        except InputError as error:
            told = str(error)
            if filename not in told:
                pytest.fail(f"{number}: {told}")
