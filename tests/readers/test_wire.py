"""Formats of agencies: NewsML-G2, NITF, NewsML 1.2, ninjs 1 to 3, IPTC 7901."""

from __future__ import annotations

import importlib
import json

import pytest

from kg.errors import InputError
from kg.readers import Article, Source, Withdrawal, formats
from kg.readers.article import Item
from kg.readers.versions import InForce
from tests.readers import wire_samples as wire

SAMPLES = {
    "nitf": (wire.nitf(), "a.xml"),
    "newsml-g2": (wire.g2(), "a.xml"),
    "newsml-1": (wire.newsml1(), "a.xml"),
    "ninjs-1": (wire.ninjs(1), "a.json"),
    "ninjs-2": (wire.ninjs(2), "a.json"),
    "ninjs-3": (wire.ninjs(3), "a.json"),
    "iptc7901": (wire.iptc7901(), "a.txt"),
}


def items(data: bytes, name: str = "a.xml") -> list[Item]:
    """Return what is read of a file of that name."""
    source = Source(name=name, data=data)
    return list(formats.format_of(source).read(source))


def article(data: bytes, name: str = "a.xml") -> Article:
    """Return the one article of a file."""
    (found,) = items(data, name)
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_report_is_read_in_every_format(name: str) -> None:
    """Headline, date, language, publisher, author; the body is the body and nothing else."""
    found = article(*SAMPLES[name])
    document = found.document
    assert document.text == wire.BODY
    assert document.title == wire.TITLE
    assert document.published == wire.DATE
    assert (document.publisher or "").lower() in ("agency", "agy")
    if name != "iptc7901":
        assert (document.id, document.language, document.authors) == (wire.ID, "en", ("Ann Lee",))
    assert not document.frame


def test_frame_that_stands_outside_of_the_text_is_kept_beside_it() -> None:
    """Byline, dateline, caption, sign-off and notice are cut, each with its kind."""
    cut = {one.kind: one.text for one in article(wire.nitf()).cut}
    assert cut["byline"] == "By Ann Lee, Staff Reporter"
    assert (cut["dateline"], cut["caption"], cut["credit"]) == ("KESTREL, March 2", "The harbour.", "al/bk")
    assert cut["boilerplate"] == "(© Agency)"


@pytest.mark.parametrize(
    "dateline",
    [
        "LONDON, May 16 (AFP) -",
        "GROSETO, Italy (AP) --",
        "Berlin (dpa) -",
        "SALEM, Ore.--(BUSINESS WIRE)--",
        "VIENNA --",
    ],
)
def test_dateline_within_the_first_paragraph_is_named_where_it_stands(dateline: str) -> None:
    """It stays in the text, with its span."""
    found = article(wire.nitf(body=f"<p>{dateline} The port was closed on Monday.</p><p>It opens again soon.</p>"))
    (context,) = found.document.frame
    assert (context.kind, context.span.of(found.document.text)) == ("dateline", dateline)


@pytest.mark.parametrize(
    "first",
    [
        "The Ferry Authority (FA) said on Monday that it was ready.",
        "Kestrel (population 4,000) was quiet.",
        "Ferries – the old ones – stay.",
        "On Monday the port was closed.",
    ],
)
def test_first_words_of_a_sentence_are_no_dateline(first: str) -> None:
    """Names with an abbreviation, and dashes inside of a sentence."""
    assert not article(wire.nitf(body=f"<p>{first}</p><p>More.</p>")).document.frame


def test_subheads_stay_in_the_text_as_headings() -> None:
    """They are named as context where they stand."""
    found = article(wire.nitf(body="<p>One was here.</p><hl2>The cost</hl2><p>Two was there.</p>"))
    assert found.document.text == "One was here.\n\nThe cost\n\nTwo was there."
    assert [one.kind for one in found.document.frame] == ["heading"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (wire.nitf(more='management-status="canceled"'), "a.xml"),
        (wire.nitf(docdata='<ed-msg info="MANDATORY KILL: the report is false"/>'), "a.xml"),
        (wire.g2(wire.g2_item(status="canceled")), "a.xml"),
        (wire.g2(wire.g2_item(meta="<edNote>Editors: KILL this story</edNote>", content="<inlineXML/>")), "a.xml"),
        (wire.newsml1(wire.newsml1_item(status="Canceled")), "a.xml"),
        (wire.newsml1(wire.newsml1_item(more='<Instruction FormalName="Kill"/>')), "a.xml"),
        (wire.ninjs(1, pubstatus="canceled"), "a.json"),
        (wire.ninjs(3, pubStatus="canceled"), "a.json"),
    ],
)
def test_kill_withdraws(data: bytes, name: str) -> None:
    """By status, signal, instruction or word to editors; it names the item that it takes back."""
    (found,) = items(data, name)
    assert isinstance(found, Withdrawal)
    assert found.id == wire.ID
    assert found.reason


def test_kill_of_the_telegraph_names_the_message_before() -> None:
    """By its number, within the day."""
    original, kill = items(wire.iptc7901() + wire.iptc7901(number=9, title="KILL: agy0001 ferry"), "a.txt")
    assert isinstance(original, Article)
    assert isinstance(kill, Withdrawal)
    assert kill.id == original.document.id


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (wire.nitf(more='management-status="embargoed"', docdata='<date.release norm="29990101T000000Z"/>'), "a.xml"),
        (wire.g2(wire.g2_item(meta="<embargoed>2999-01-01T00:00:00Z</embargoed>")), "a.xml"),
        (wire.g2(wire.g2_item(status="withheld")), "a.xml"),
        (wire.g2(wire.g2_item(meta="<embargoed/>")), "a.xml"),
        (
            wire.newsml1(
                wire.newsml1_item(
                    status="Embargoed",
                    more='<StatusWillChange><FutureStatus FormalName="Usable"/>'
                    "<DateAndTime>29990101T000000Z</DateAndTime></StatusWillChange>",
                )
            ),
            "a.xml",
        ),
        (wire.ninjs(2, embargoed="2999-01-01T00:00:00Z"), "a.json"),
        (wire.iptc7901(rest="EMBARGOED UNTIL 2999-01-01"), "a.txt"),
        (wire.iptc7901(rest="EMBARGO"), "a.txt"),
    ],
)
def test_embargo_is_honoured(data: bytes, name: str) -> None:
    """What must not be used yet is refused by name."""
    (found,) = items(data, name)
    assert isinstance(found, InputError)
    assert "embargo" in str(found) or "not for publication" in str(found)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (wire.g2(wire.g2_item(meta="<embargoed>2020-01-01T00:00:00Z</embargoed>")), "a.xml"),
        (wire.ninjs(1, embargoed="2020-01-01T00:00:00Z"), "a.json"),
    ],
)
def test_embargo_that_is_over_hinders_nothing(data: bytes, name: str) -> None:
    """The article is read."""
    assert article(data, name).document.text == wire.BODY


def test_correction_is_a_newer_version_of_the_same_article() -> None:
    """The newest of a message holds, in whatever order they come; a kill takes back what is not newer."""
    first, second = wire.g2_item(), wire.g2_item(version=2)
    found = items(wire.g2(second, first))
    held = InForce()
    for one in found:
        held.add(one)
    assert [held.holds(one) for one in found] == [True, False]
    held.add(Withdrawal(id=wire.ID, reason="false", version="2"))
    assert not any(map(held.holds, found))


def test_same_version_twice_is_kept_twice() -> None:
    """Nothing tells which one is newer."""
    held = InForce()
    found = [*items(wire.ninjs(1), "a.json"), *items(wire.ninjs(2), "b.json")]
    for one in found:
        held.add(one)
    assert all(map(held.holds, found))


def test_message_has_any_number_of_items() -> None:
    """Texts are read, one that is embargoed is refused by name, pictures are passed over."""
    found = items(
        wire.g2(
            wire.g2_item(),
            wire.g2_item(guid="urn:x:picture", kind="picture"),
            wire.g2_item(guid="urn:x:later", meta="<embargoed>2999-01-01T00:00:00Z</embargoed>"),
            wire.g2_item(guid="urn:x:killed", status="canceled"),
        )
    )
    assert [type(one) for one in found] == [Article, InputError, Withdrawal]
    ids = [one.document.id for one in items(wire.newsml1(wire.newsml1_item(), wire.newsml1_item(item="b")))]  # type: ignore[union-attr]
    assert ids == [wire.ID, wire.ID.replace("ferry", "b")]


def test_picture_alone_is_refused_by_name() -> None:
    """It has no text."""
    for data, name in (
        (wire.g2(wire.g2_item(kind="picture")), "a.xml"),
        (wire.ninjs(1, type="picture", body_xhtml=""), "a.json"),
    ):
        with pytest.raises(InputError, match="picture"):
            items(data, name)


def test_nitf_within_g2_and_in_ninjs() -> None:
    """The body is that of the NITF; what the item says of itself wins."""
    inner = wire.nitf().decode().partition("?>")[2]
    assert article(wire.g2(wire.g2_item(content=f"<inlineXML>{inner}</inlineXML>"))).document.text == wire.BODY
    bodies = [{"role": "nitf", "contenttype": "text/vnd.IPTC.NITF", "value": wire.nitf().decode()}]
    assert article(wire.ninjs(2, bodies=bodies), "a.json").document.text == wire.BODY


def test_plain_and_escaped_text_in_g2() -> None:
    """``inlineData`` holds plain text, or HTML with its signs escaped."""
    plain = f'<inlineData contenttype="text/plain">{wire.BODY.replace("&", "&amp;")}</inlineData>'
    assert article(wire.g2(wire.g2_item(content=plain))).document.text == wire.BODY
    words = "&lt;p&gt;One &amp;amp; two.&lt;/p&gt;&lt;p&gt;Three.&lt;/p&gt;"
    escaped = f'<inlineData contenttype="text/html">{words}</inlineData>'
    assert article(wire.g2(wire.g2_item(content=escaped))).document.text == "One & two.\n\nThree."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings(encoding: str) -> None:
    """Characters come out as they were meant; a byte-order mark is no part of the text."""
    text = wire.nitf(body="<p>Le café fermé à Genève, dit-on.</p><p>Oui.</p>").decode()
    data = text.replace("UTF-8", encoding).replace("© ", "").encode(encoding)
    assert article(data).document.text.startswith("Le café fermé à Genève")


def test_wrong_declaration_is_seen_through() -> None:
    """Declared UTF-8, written in Windows-1252."""
    data = wire.nitf(body="<p>Le caf\xe9 \x97 ferm\xe9.</p><p>Oui.</p>").decode().replace("© ", "").encode("latin-1")
    assert article(data).document.text.startswith("Le café — fermé.")


def test_named_characters_are_understood_without_a_dtd() -> None:
    """The document type is passed over, and no file of it is read."""
    doctype = '<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.4//EN" "http://127.0.0.1:9/nitf.dtd">'
    found = article(wire.nitf(doctype=doctype, body="<p>Caf&eacute;&nbsp;bar &mdash; open.</p><p>Oui.</p>"))
    assert found.document.text.startswith("Café bar — open.")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE nitf [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE nitf [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE nitf [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    ],
)
def test_entities_are_refused(doctype: str) -> None:
    """Laughs by the billion, files of this machine, other hosts: none is read."""
    with pytest.raises(InputError, match="entities"):
        items(wire.nitf(doctype=doctype, body="<p>&b; &a;</p>"))


def test_deep_nesting_is_refused() -> None:
    """In XML and in HTML, without an end of the program."""
    with pytest.raises(InputError, match=r"depth|deep"):
        items(wire.nitf(body="<block>" * 100_000 + "</block>" * 100_000))
    items(wire.ninjs(1, body_xhtml="<div>" * 100_000 + "words"), "a.json")
    with pytest.raises(InputError):
        items(b'{"uri":"x","a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "a.json")


def test_each_file_says_which_format_it_is() -> None:
    """By what it holds, not by its ending alone; another XML is refused by name."""
    names = {key: formats.format_of(Source(name=name, data=data)).name for key, (data, name) in SAMPLES.items()}
    assert names == {key: key.partition("-")[0] if key.startswith("ninjs") else key for key in SAMPLES}
    with pytest.raises(InputError, match="is not"):
        formats.format_of(Source(name="a.xml", data=b"<invoice/>"))
    assert formats.format_of(Source(name="a.txt", data=b"Words")).name == "text"


def test_every_module_of_the_registry_is_there() -> None:
    """Each has ``read``."""
    for one in formats.FORMATS:
        assert callable(importlib.import_module(f"kg.readers.{one.module}").read)


def test_associated_texts_are_articles_of_their_own() -> None:
    """A composite item of ninjs holds others; pictures among them are none."""
    other = json.loads(wire.ninjs(1, uri="urn:x:side", headline="Beside it"))
    picture = {"uri": "urn:x:p", "type": "picture", "body_text": "A ship"}
    found = items(wire.ninjs(1, type="composite", associations={"a": other, "b": picture}), "a.json")
    assert [one.document.id for one in found if isinstance(one, Article)] == [wire.ID, "urn:x:side"]


def test_stories_of_one_news_item_are_articles_of_their_own() -> None:
    """In NewsML 1.2 components with headlines of their own; the first has the id of the item."""
    other = (
        wire.newsml1_item().partition("<NewsComponent>")[2].partition('<NewsComponent><Role FormalName="Picture"/>')[0]
    )
    other = (
        other.replace(wire.TITLE, "In French")
        .replace('"en"', '"fr"')
        .replace("<NewsComponent>", '<NewsComponent Duid="b">')
    )
    item = wire.newsml1_item().replace('<NewsComponent><Role FormalName="Picture"/>', other + "<NewsComponent>")
    found = [one.document for one in items(wire.newsml1(item)) if isinstance(one, Article)]
    assert [(one.id, one.title, one.language) for one in found] == [
        (wire.ID, wire.TITLE, "en"),
        (wire.ID + "#b", "In French", "fr"),
    ]
    assert [one.text for one in found] == [wire.BODY] * 2


@pytest.mark.parametrize(
    ("start", "title"),
    [
        ("Ferry to sail\r\nBy Ann Lee\r\n\r\n", "Ferry to sail"),
        ("Ferry to sail\r\nin two years\r\n\r\n", "Ferry to sail in two years"),
        ("\r\nFerry to sail\r\n", "Ferry to sail"),
        ("", "ferry"),
        ("\r\n", "ferry"),
    ],
)
def test_headline_of_the_telegraph(start: str, title: str) -> None:
    """It ends before a byline, a blank or an indented line; the keywords stand for one that is not there."""
    text = "   KESTREL, March 2 (Agency) - Ministers agreed to open a ferry link\r\nacross the strait.\r\n"
    text += "   It sails in June.\r\n"
    data = f"\x01agy0001 4 pol 55\r\nferry\r\n\x02{start}{text}al/bk 021405 GMT MAR 26\r\n\x03\x04".encode()
    document = article(data, "a.txt").document
    assert document.title == title
    assert document.text.startswith(
        "KESTREL, March 2 (Agency) - Ministers agreed to open a ferry link across the strait."
    )
    assert document.text.endswith("\n\nIt sails in June.")
    assert document.published == wire.DATE


def test_items_in_the_envelope_of_an_interface() -> None:
    """ninjs within lists and objects of others."""
    item = json.loads(wire.ninjs(1))
    assert article(json.dumps({"data": {"items": [{"item": item}]}}).encode(), "a.json").document.text == wire.BODY


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Eds: Adds quote from the minister.", "note"),
        ("(Corrects name of the ship in paragraph 3)", "note"),
        ("RECASTS with talks, UPDATES toll", "note"),
        ("By ANN LEE and Bo Kim, Kestrel Bureau", "byline"),
        ("Ministers Agree on Ferry Link", "headline"),
    ],
)
def test_lines_above_a_text_are_no_text(line: str, kind: str) -> None:
    """Each is cut with its kind."""
    found = article(wire.nitf(body=f"<p>{line}</p><p>The port is shut.</p><p>It is dark.</p>"))
    assert found.document.text == "The port is shut.\n\nIt is dark."
    assert kind in [one.kind for one in found.cut if one.text == line]


@pytest.mark.parametrize(
    "line",
    [
        "(Reporting by Ann Lee; Editing by Bo Kim)",
        "Ann Lee in Kestrel contributed to this report.",
        "bur-al/bk",
        "dpa al yyza bk",
        "(END)",
        "Copyright 2026 Agency. All rights reserved.",
        "* * *",
    ],
)
def test_lines_below_a_text_are_no_text(line: str) -> None:
    """Signatures, credits, ends and notices."""
    found = article(wire.nitf(body=f"<p>The port is shut.</p><p>It is dark.</p><p>{line}</p>"))
    assert found.document.text == "The port is shut.\n\nIt is dark."


def test_lines_of_a_plain_body_are_paragraphs_unless_they_are_wrapped() -> None:
    """Frame lines among them are known as such; lines broken at a column are put together."""
    body = (
        f"{wire.TITLE}\nBy Ann Lee\nKESTREL (Agency) - The port is shut, said Bo.\nIt is dark.\n(Copyright 2026 Agency)"
    )
    found = article(wire.ninjs(1, body_xhtml="", body_text=body), "a.json")
    assert found.document.text == "KESTREL (Agency) - The port is shut, said Bo.\n\nIt is dark."
    lines = (
        "The ferry will sail across the strait twice a day from the month\n"
        "of June, the two ministers said, and thrice on each Sunday, with\na stop."
    )
    found = article(wire.ninjs(1, body_xhtml="", body_text=lines), "a.json")
    assert found.document.text == lines.replace("\n", " ")


def test_signs_at_the_ends_of_telegraph_lines_are_no_text() -> None:
    """A sign of equality below a headline, one of less at the end of a paragraph."""
    text = "\r\nFerry to sail\r\n=\r\nKESTREL, March 2 (Agency) - The ferry\r\nsails. <\r\nIt is new. <\r\n"
    found = article(f"\x16\x16\x01agy0001 4 i 120\r\n\x02{text}\x03 021405 MAR 26\r\n\x04".encode(), "a.txt").document
    assert found.title == "Ferry to sail"
    assert found.text == "KESTREL, March 2 (Agency) - The ferry sails.\n\nIt is new."


def test_notice_alone_is_no_article() -> None:
    """Where a body has nothing else, there is no text."""
    (found,) = items(wire.nitf(body=""))
    assert isinstance(found, InputError)
    assert "no text" in str(found)


def test_characters_written_as_entities_in_a_headline() -> None:
    """They are what they stand for."""
    found = article(wire.ninjs(1, headline="Caf&eacute; &amp; <b>bar</b>"), "a.json")
    assert found.document.title == "Café & bar"
