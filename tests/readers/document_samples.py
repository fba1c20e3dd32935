"""An invented report as PDF, Word document, Markdown, e-mail, table and web archive."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Sequence
from typing import Final

from tests.readers.wire_samples import BODY, PARAGRAPHS, TITLE

_W: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
Run = tuple[str, float, float, float]
"""Words, x, y and size of the letters."""


def pdf(pages: Sequence[Sequence[Run]], *, info: str = "", catalog: str = "") -> bytes:
    """Return a PDF with these lines on its pages, in Helvetica."""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    kids = []
    for runs in pages:
        drawn = b"\n".join(_drawn(*run) for run in runs)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn))
        page = "/Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
        objects.append(f"<<{page}/Contents {len(objects)} 0 R>>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    objects.append(f"<<{info}>>".encode())
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(
        b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(objects), start)
    )
    return out.getvalue()


def _drawn(text: str, x: float, y: float, size: float) -> bytes:
    escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /F1 %g Tf %g %g Td (%s) Tj ET" % (size, x, y, escaped)


def docx(paragraphs: Sequence[tuple[str, str]], *, properties: str = "", extra: str = "") -> bytes:
    """Return a Word document with paragraphs of (style, words)."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{words.replace("&", "&amp;")}</w:t></w:r></w:p>'
        for style, words in paragraphs
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}{extra}</w:body></w:document>")
        archive.writestr("docProps/core.xml", f"<coreProperties>{properties}</coreProperties>")
        archive.writestr("word/styles.xml", f'<w:styles {_W}><w:lang w:val="en-GB"/></w:styles>')
    return out.getvalue()


def mail(*, number: int = 1, body: str = BODY, subtype: str = "plain") -> bytes:
    """Return a message with the report."""
    return (
        f"From: Agency <desk@agency.example>\nMessage-ID: <{number}@agency.example>\nSubject: Fwd: {TITLE}\n"
        f"Date: Mon, 2 Mar 2026 14:05:00 +0000\nMIME-Version: 1.0\nContent-Language: en\n"
        f'Content-Type: text/{subtype}; charset="utf-8"\n\n{body}\n\n-- \nThe desk\n'
    ).encode()


def warc(*bodies: bytes, media_type: str = "text/markdown") -> bytes:
    """Return a web archive with a response for each body."""
    out = b""
    for number, body in enumerate(bodies):
        http = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (
            media_type.encode(),
            len(body),
            body,
        )
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
            f"WARC-Date: 2026-03-02T15:00:00Z\r\nWARC-Target-URI: https://agency.example/{number}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        out += head.encode() + http + b"\r\n\r\n"
    return out


def gzipped_warc(*bodies: bytes) -> bytes:
    """Return the same with each record compressed by itself."""
    return b"".join(gzip.compress(warc(body), mtime=0) for body in bodies)


MARKDOWN: Final = (
    f'---\ntitle: "{TITLE}"\ndate: 2026-03-02\nauthors:\n  - Ann Lee\nlang: en\n---\n'
    f"# {TITLE}\n\n**{PARAGRAPHS[0]}**\n\n> {PARAGRAPHS[1]}\n\n{PARAGRAPHS[2].replace('million', '[million](https://a.b)')}\n"
).encode()
