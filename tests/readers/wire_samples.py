"""One invented report in every format of agencies, with what a reader must find in each."""

from __future__ import annotations

import json
from typing import Final

TITLE: Final = "Ministers agree on ferry link"
PARAGRAPHS: Final = (
    "Ministers of both countries agreed on Monday to open a ferry link across the strait within two years.",
    '"The first ship will sail in June," said the transport minister, Maria Oltean, after the talks.',
    "The cost was put at 40 million euros & is shared.",
)
BODY: Final = "\n\n".join(PARAGRAPHS)
DATE: Final = "2026-03-02T14:05:00+00:00"
ID: Final = "urn:newsml:agency.example:20260302:ferry"
_P: Final = [p.replace("&", "&amp;") for p in PARAGRAPHS]
_MARKED: Final = "".join(f"<p>{p}</p>" for p in _P)


def nitf(*, docdata: str = "", body: str = _MARKED, head: str = "", doctype: str = "", more: str = "") -> bytes:
    """Return the report in NITF."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>{doctype}
<nitf baselang="en"><head><title>Slug</title><docdata {more}><doc-id id-string="{ID}"/>
<date.issue norm="20260302T140500Z"/>{docdata}</docdata></head>
<body><body.head><hedline><hl1>{TITLE}</hl1></hedline><byline>By Ann Lee, <byttl>Staff Reporter</byttl></byline>
<distributor><org>Agency</org></distributor><dateline>KESTREL, March 2</dateline>{head}</body.head>
<body.content>{body}<p>(© Agency)</p><media media-type="image"><media-caption>The harbour.</media-caption></media>
</body.content><body.end><tagline>al/bk</tagline></body.end></body></nitf>""".encode()


def g2_item(
    *, guid: str = ID, version: int = 1, status: str = "usable", meta: str = "", content: str = "", kind: str = "text"
) -> str:
    """Return a news item of NewsML-G2."""
    content = (
        content or f'<inlineXML contenttype="application/xhtml+xml"><html><body>{_MARKED}</body></html></inlineXML>'
    )
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="{version}" xml:lang="en">
<itemMeta><itemClass qcode="ninat:{kind}"/><provider qcode="nprov:Agency"/><versionCreated>{DATE}</versionCreated>
<pubStatus qcode="stat:{status}"/>{meta}</itemMeta>
<contentMeta><by>By Ann Lee</by><dateline>KESTREL, March 2</dateline><language tag="en"/>
<headline>{TITLE}</headline><description role="drol:summary">A ferry.</description></contentMeta>
<contentSet>{content}</contentSet></newsItem>"""


def g2(*items: str) -> bytes:
    """Return a message of NewsML-G2."""
    sent = "<header><sent>2026-03-02T14:06:00Z</sent></header>"
    inside = "".join(items or (g2_item(),))
    message = (
        f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">{sent}<itemSet>{inside}</itemSet></newsMessage>'
    )
    return message.encode()


def newsml1_item(*, item: str = "ferry", revision: int = 1, status: str = "Usable", more: str = "") -> str:
    """Return a news item of NewsML 1.2."""
    return f"""<NewsItem><Identification><NewsIdentifier><ProviderId>agency.example</ProviderId>
<DateId>20260302</DateId><NewsItemId>{item}</NewsItemId>
<RevisionId PreviousRevision="0" Update="N">{revision}</RevisionId></NewsIdentifier>
</Identification><NewsManagement><FirstCreated>20260302T140500Z</FirstCreated>
<ThisRevisionCreated>20260302T140500+0000</ThisRevisionCreated><Status FormalName="{status}"/>{more}</NewsManagement>
<NewsComponent><NewsComponent><Role FormalName="Main"/><NewsLines><HeadLine>{TITLE}</HeadLine>
<ByLine>By Ann Lee</ByLine><DateLine>KESTREL, March 2 (Agency) -</DateLine><CopyrightLine>(c) Agency</CopyrightLine>
</NewsLines><AdministrativeMetadata><Provider><Party FormalName="Agency"/></Provider></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="en"/></DescriptiveMetadata><ContentItem><MediaType FormalName="Text"/>
<DataContent><nitf><body><body.content>{_MARKED}<p>al/bk</p></body.content></body></nitf></DataContent></ContentItem>
</NewsComponent><NewsComponent><Role FormalName="Picture"/><ContentItem Href="a.jpg"><MediaType FormalName="Photo"/>
</ContentItem></NewsComponent></NewsComponent></NewsItem>"""


def newsml1(*items: str) -> bytes:
    """Return a file of NewsML 1.2."""
    return f'<NewsML Version="1.2"><NewsEnvelope/>{"".join(items or (newsml1_item(),))}</NewsML>'.encode()


def ninjs(number: int = 1, **changed: object) -> bytes:
    """Return the report in ninjs 1, 2 or 3."""
    date = "versionCreated" if number == 3 else "versioncreated"
    item: dict[str, object] = {"uri": ID, "type": "text", date: DATE, "language": "en", "version": "1"}
    if number == 1:
        item |= {"headline": TITLE, "byline": "By Ann Lee", "body_xhtml": _MARKED, "provider": "Agency"}
    else:
        kind = "contentType" if number == 3 else "contenttype"
        item |= {
            "headlines": [{"role": "short", "value": "Ferry"}, {"role": "main", "value": TITLE}],
            "by": "By Ann Lee",
            "bodies": [
                {"role": "text", kind: "text/plain", "value": f"{TITLE}\n\n{BODY}"},
                {"role": "html", kind: "text/html", "value": f"<h1>{TITLE}</h1>{_MARKED}"},
            ],
            "infoSources" if number == 3 else "infosources": [{"role": "provider", "name": "Agency"}],
        }
    return json.dumps(item | changed).encode()


def iptc7901(*, number: int = 1, title: str = TITLE, rest: str = "", trailer: str = "021405 GMT MAR 26") -> bytes:
    """Return the report as a message of IPTC 7901, with lines of 69 characters."""
    text = "".join(f"    {_wrapped(p)}\r\n" for p in PARAGRAPHS)
    head = f"\x01agy{number:04} 4 pol 55 {rest}\r\nferry\r\n"
    return f"{head}\x02{title}\r\n\r\n{text}\r\n al/bk\r\n\x03\r\n{trailer}\r\n\x04".encode()


def _wrapped(text: str) -> str:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > 64:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\r\n".join([*lines, line])
