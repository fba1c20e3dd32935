"""Writes the ontology as web pages: ``python ontology/pages.py FOLDER`` (``build/ontology`` if not said).

``claimgraph.html`` is the core as pyLODE shows it, with each term under its own name, so that
``claimgraph.html#StatedEvent`` leads to it. The four schemes are tables of our own: pyLODE 3.2.2 leaves the concepts
of a scheme out.
"""

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from pylode import OntPub
from rdflib import OWL, RDF, SKOS, Graph, URIRef
from rdflib.namespace import DCTERMS

HERE = Path(__file__).parent
CORE = HERE / "claimgraph.ttl"
SCHEMES = tuple(sorted(HERE.glob("schemes/*.ttl")))
NAMESPACE = "https://w3id.org/claimgraph/ns#"

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<style>body {{ font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
td, th {{ text-align: left; vertical-align: top; padding: .25rem .5rem; border-top: 1px solid #ccc }}</style>
<h1>{title}</h1>
{body}
</html>
"""
ROW = '<tr id="{name}"><th>{label}<br><code>{name}</code></th><td>{text}<br><q>{example}</q></td><td>{codes}</td></tr>'


def core_page() -> str:
    """The core by pyLODE, which would otherwise name the fragments after the labels."""
    page = OntPub(str(CORE))
    terms = {str(term) for term in Graph().parse(CORE).subjects(RDF.type) if str(term).startswith(NAMESPACE)}
    page.fids.update({term: term.removeprefix(NAMESPACE) for term in terms})
    # pyLODE gives its own frame the name of one of our terms.
    return str(page.make_html()).replace('<div id="content">', '<div id="page">', 1)


def text(graph: Graph, node: URIRef, term: URIRef) -> str:
    """One text of a node, ready for a page."""
    return escape(str(graph.value(node, term, any=False)), quote=False).strip("“”")


def concept_row(graph: Graph, concept: URIRef) -> str:
    """One concept as a row of its table."""
    codes = sorted(f"{str(code.datatype).rpartition('#')[2]} {code}" for code in graph.objects(concept, SKOS.notation))
    return ROW.format(
        name=str(concept).rpartition("/")[2],
        label=text(graph, concept, SKOS.prefLabel),
        text=text(graph, concept, SKOS.definition),
        example=text(graph, concept, SKOS.example),
        codes="<br>".join(codes),
    )


def scheme_page(source: Path) -> str:
    """A scheme as tables, one for each widest concept and what stands below it."""
    graph = Graph().parse(source)
    scheme = graph.value(None, RDF.type, SKOS.ConceptScheme, any=False)
    tables = [f"<p>{text(graph, scheme, DCTERMS.description)}</p>"]
    for top in sorted(graph.objects(scheme, SKOS.hasTopConcept)):
        rows = [top, *sorted(graph.subjects(SKOS.broader, top))]
        tables.append("<table>\n" + "\n".join(concept_row(graph, concept) for concept in rows) + "\n</table>")
    return PAGE.format(title=text(graph, scheme, DCTERMS.title), body="\n".join(tables))


def index() -> str:
    """A page that leads to the others."""
    titles = {}
    for source in (CORE, *SCHEMES):
        graph = Graph().parse(source)
        titles[source.stem] = text(graph, graph.value(None, RDF.type, OWL.Ontology, any=False), DCTERMS.title)
    rows = "\n".join(f'<li><a href="{name}.html">{title}</a></li>' for name, title in titles.items())
    return PAGE.format(title="Ontology", body=f"<ul>\n{rows}\n</ul>")


def write(folder: Path) -> Iterator[Path]:
    """All pages, each as soon as it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"cg": core_page(), "index": index(), **{source.stem: scheme_page(source) for source in SCHEMES}}
    for name, page in pages.items():
        path = folder / f"{name}.html"
        path.write_text(page, encoding="utf-8")
        yield path


if __name__ == "__main__":
    for written in write(Path(sys.argv[1] if len(sys.argv) > 1 else "build/ontology")):
        print(written)
