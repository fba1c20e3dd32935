"""Triple terms nested as deep as one likes."""

from __future__ import annotations


def nested(levels: int) -> bytes:
    """One statement with a triple term of that depth, as N-Triples, which is Turtle and TriG as well."""
    opening = b"<<( <http://x.test/s> <http://x.test/p> "
    return b"<http://x.test/s> <http://x.test/p> %b<http://x.test/o>%b .\n" % (opening * levels, b" )>>" * levels)


def nested_xml(levels: int) -> bytes:
    """The same as RDF/XML."""
    head = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="http://x.test/" rdf:version="1.2">'
    )
    opening = b'<rdf:Description rdf:about="http://x.test/s"><u:p rdf:parseType="Triple">'
    inner = b'<rdf:Description rdf:about="http://x.test/s"><u:p>x</u:p></rdf:Description>'
    return head + opening * levels + inner + b"</u:p></rdf:Description>" * levels + b"</rdf:RDF>"
