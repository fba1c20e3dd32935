"""Templates of pages as papers make them, each a function from a story to a page: the words around it are in ``CHROME``."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable
from types import MappingProxyType

from tests.readers.html.articles import Story

Template = Callable[[Story], str]

CHROME = MappingProxyType(
    {
        "en": ("Read more", "Sign up for our morning newsletter and get the news in your inbox.", "Share this article", "Related stories", "We use cookies to improve your experience. By continuing you accept our policy.", "By", "Published", "Most read", "Photo", "Advertisement", "is our correspondent for the region and has covered it since 2011.", "All rights reserved."),
        "fr": ("Lire aussi", "Abonnez-vous à notre newsletter et recevez l'essentiel chaque matin.", "Partager", "Sur le même sujet", "Nous utilisons des cookies pour améliorer votre expérience sur ce site.", "Par", "Publié le", "Les plus lus", "Photo", "Publicité", "couvre la région depuis 2011 pour notre rédaction.", "Tous droits réservés."),
        "de": ("Lesen Sie auch", "Newsletter abonnieren und jeden Morgen das Wichtigste lesen.", "Teilen", "Mehr zum Thema", "Wir verwenden Cookies, um unser Angebot zu verbessern.", "Von", "Veröffentlicht am", "Meistgelesen", "Foto", "Anzeige", "berichtet seit 2011 aus der Region für uns.", "Alle Rechte vorbehalten."),
        "es": ("Lea también", "Suscríbete a nuestro boletín y recibe las noticias cada mañana.", "Compartir", "Noticias relacionadas", "Utilizamos cookies para mejorar su experiencia de navegación.", "Por", "Publicado el", "Lo más leído", "Foto", "Publicidad", "cubre la región desde 2011 para este diario.", "Todos los derechos reservados."),
    }
)  # fmt: skip
_TEASERS = MappingProxyType(
    {
        "en": ("Minister resigns over leaked letter", "Storm closes three harbours on the coast", "Bread prices rise for the fifth month"),
        "fr": ("Le ministre démissionne après la fuite d'une lettre", "La tempête ferme trois ports", "Le prix du pain augmente encore"),
        "de": ("Minister tritt nach Briefaffäre zurück", "Sturm schließt drei Häfen an der Küste", "Brotpreise steigen den fünften Monat"),
        "es": ("El ministro dimite por una carta filtrada", "La tormenta cierra tres puertos", "El precio del pan sube otra vez"),
    }
)  # fmt: skip
_MONTHS = MappingProxyType(
    {
        "en": [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        "fr": [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        "de": [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        "es": [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
    }
)
_CAPTION = MappingProxyType(
    {
        "en": "The bridge at the border on the morning of the opening, seen from the north bank. Photo: M. Lund/PNA",
        "fr": "Le pont de la frontière vu de la rive nord, au petit matin. Photo : M. Lund/PNA",
        "de": "Die Brücke an der Grenze, vom Nordufer aus gesehen. Foto: M. Lund/PNA",
        "es": "El puente de la frontera visto desde la orilla norte. Foto: M. Lund/PNA",
    }
)


def e(text: str) -> str:
    """Text as HTML."""
    return html.escape(text, quote=True)


def words(story: Story) -> tuple[str, ...]:
    """The words around an article in its language."""
    return CHROME[story.language]


def teasers(story: Story) -> tuple[str, ...]:
    """Headlines of other articles."""
    return _TEASERS[story.language]


def written_day(story: Story) -> str:
    """The day as readers see it."""
    year, month, day = story.day.split("-")
    name = _MONTHS[story.language][int(month) - 1]
    if story.language == "en":
        return f"{name} {int(day)}, {year}"
    return (
        f"{int(day)}. {name} {year}"
        if story.language == "de"
        else f"{int(day)} {'de ' if story.language == 'es' else ''}{name} {'de ' if story.language == 'es' else ''}{year}"
    )


def body(story: Story, tag: str = "p", cls: str = "", between: Iterable[tuple[int, str]] = ()) -> str:
    """The paragraphs, with pieces of the page put after some of them."""
    put = dict(between)
    out = []
    for number, paragraph in enumerate(story.paragraphs):
        mark = f' class="{cls}"' if cls else ""
        if paragraph.startswith("## "):
            out.append(f"<h2>{e(paragraph[3:])}</h2>")
        else:
            out.append(f"<{tag}{mark}>{e(paragraph)}</{tag}>")
        if number in put:
            out.append(put[number])
    return "\n".join(out)


def plain(story: Story) -> list[str]:
    """The paragraphs without marks of headings."""
    return [paragraph.removeprefix("## ") for paragraph in story.paragraphs]


def json_ld(story: Story, kind: str = "NewsArticle", *, text: bool = False, graph: bool = False) -> str:
    """What the page says of itself in JSON-LD."""
    article: dict[str, object] = {
        "@type": kind,
        "headline": story.title,
        "datePublished": f"{story.day}T08:30:00+01:00",
        "dateModified": "2025-06-30T10:00:00+01:00",
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": story.publisher},
    }
    if text:
        article["articleBody"] = "\n\n".join(plain(story))
    crumbs = {"@type": "BreadcrumbList", "itemListElement": [{"@type": "ListItem", "name": "World"}]}
    whole = (
        {"@context": "https://schema.org", "@graph": [crumbs, article]}
        if graph
        else {"@context": "https://schema.org", **article}
    )
    return f'<script type="application/ld+json">{json.dumps(whole, ensure_ascii=False)}</script>'


def og(story: Story, site: str | None = None) -> str:
    """What the page says of itself for social networks."""
    return (
        f'<meta property="og:title" content="{e(story.title)}">'
        f'<meta property="og:site_name" content="{e(site or story.publisher)}">'
        '<meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{story.day}T07:30:00Z">'
    )


def page(story: Story, head: str, inside: str, *, title: str | None = None, cls: str = "") -> str:
    """A whole page."""
    shown = title or f"{story.title} | {story.publisher}"
    nav = "".join(f'<li><a href="/{n}">{n}</a></li>' for n in ("World", "Politics", "Business", "Sport", "Opinion"))
    return (
        f'<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8"><title>{e(shown)}</title>{head}</head>'
        f'<body class="{cls}"><header class="site-header"><a href="/">{e(story.publisher)}</a><nav><ul>{nav}</ul></nav></header>'
        f"{inside}"
        f'<footer class="site-footer"><p>© 2025 {e(story.publisher)}. {words(story)[11]}</p><ul>{nav}</ul></footer></body></html>'
    )


def links(story: Story, cls: str, heading: str | None = None) -> str:
    """A box of links to other articles."""
    entries = "".join(f'<li><a href="/a/{n}">{e(t)}</a></li>' for n, t in enumerate(teasers(story)))
    return f'<div class="{cls}"><h3>{e(heading or words(story)[3])}</h3><ul>{entries}</ul></div>'


def read_more(story: Story, n: int = 0) -> str:
    """A line in the column that leads to another article."""
    return f'<p><strong>{words(story)[0]}:</strong> <a href="/a/{n}">{e(teasers(story)[n])}</a></p>'


def byline(story: Story) -> str:
    """Who wrote it, as readers see it."""
    return f"{words(story)[5]} {' / '.join(story.authors)}"


def figure(story: Story) -> str:
    """A picture with its caption."""
    return f'<figure><img src="b.jpg" alt=""><figcaption>{e(_CAPTION[story.language])}</figcaption></figure>'


def wordpress(story: Story) -> str:
    """A blog of the best known software, with sharing buttons and related posts below."""
    inside = (
        f'<main id="main"><article class="post-12 post type-post hentry"><header class="entry-header"><h1 class="entry-title">{e(story.title)}</h1>'
        f'<div class="entry-meta">{words(story)[6]} <time class="entry-date published" datetime="{story.day}T08:00:00+00:00">{written_day(story)}</time> {e(byline(story))}</div></header>'
        f'<div class="entry-content">{figure(story)}{body(story)}<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">{words(story)[2]}</h3></div>'
        f'{links(story, "jp-relatedposts")}</div><footer class="entry-footer"><span class="tags-links"><a>border</a></span></footer></article></main>'
        f'<aside class="widget-area sidebar">{links(story, "widget", words(story)[7])}</aside>'
    )
    return page(story, og(story), inside)


def wordpress_caption(story: Story) -> str:
    """The same with a picture's caption in a paragraph of the column and a teaser block between paragraphs."""
    caption = f'<div class="wp-caption aligncenter"><img src="b.jpg"><p class="wp-caption-text">{e(_CAPTION[story.language])}</p></div>'
    inside = f'<div class="site-content"><h1>{e(story.title)}</h1><div class="td-post-content">{body(story, between=[(0, caption), (2, read_more(story))])}</div></div>'
    return page(story, og(story) + json_ld(story, graph=True), inside)


def drupal(story: Story) -> str:
    """A content management system that names every field."""
    inside = (
        f'<div class="region region-content"><h1 class="page-title">{e(story.title)}</h1><article class="node node--type-article">'
        f'<div class="field field--name-field-author">{e(byline(story))}</div><div class="field field--name-created">{written_day(story)}</div>'
        f'<div class="field field--name-body text-formatted">{body(story)}</div></article></div>{links(story, "region region-sidebar-second")}'
    )
    return page(story, '<meta name="Generator" content="Drupal 9">', inside, title=f"{story.title} | {story.publisher}")


def old_table(story: Story) -> str:
    """A layout of tables, with line breaks for paragraphs."""
    text = "<br><br>\n".join(f"<b>{e(p[3:])}</b>" if p.startswith("## ") else e(p) for p in story.paragraphs)
    return (
        f"<html><head><title>{e(story.publisher)} - {e(story.title)}</title><meta http-equiv='Content-Type' content='text/html; charset=utf-8'></head><body bgcolor=white>"
        f"<table width=760><tr><td colspan=2><a href='/'>{e(story.publisher)}</a> | <a href='/w'>World</a> | <a href='/s'>Sport</a></td></tr>"
        f"<tr><td width=140 valign=top><font size=1><a href=/1>{e(teasers(story)[0])}</a><br><a href=/2>{e(teasers(story)[1])}</a></font></td>"
        f"<td valign=top><h1><font size=5>{e(story.title)}</font></h1><font size=1>{written_day(story)}</font><br><br>{text}</td></tr>"
        f"<tr><td colspan=2 align=center><font size=1>Copyright {e(story.publisher)}. {words(story)[11]}</font></td></tr></table></body></html>"
    )


def amp(story: Story) -> str:
    """A page for phones."""
    inside = (
        f'<amp-sidebar id="s" layout="nodisplay"><ul><li><a href="/">Home</a></li></ul></amp-sidebar><main><article class="amp-wp-article"><h1 class="amp-wp-title">{e(story.title)}</h1>'
        f'<div class="amp-wp-meta amp-wp-byline">{e(byline(story))}</div><div class="amp-wp-meta"><time datetime="{story.day}">{written_day(story)}</time></div>'
        f'<figure class="amp-wp-article-featured-image"><amp-img src="b.jpg"></amp-img><figcaption class="wp-caption-text">{e(_CAPTION[story.language])}</figcaption></figure>'
        f'<div class="amp-wp-article-content">{body(story, between=[(1, "<amp-ad type=x></amp-ad>")])}</div></article></main>'
        f'<amp-consent id="c"><p>{e(words(story)[4])}</p></amp-consent>'
    )
    return page(story, json_ld(story), inside)


def react(story: Story) -> str:
    """Generated names, each paragraph in a box of its own, the text in JSON-LD too."""
    boxes = []
    for n, paragraph in enumerate(story.paragraphs):
        if paragraph.startswith("## "):
            boxes.append(f'<div class="sc-1x2y3"><h2 class="css-9z">{e(paragraph[3:])}</h2></div>')
        else:
            boxes.append(
                f'<div data-component="text-block" class="ssrcss-7uxr49"><div class="ssrcss-1q0x1qg"><p class="ssrcss-1q{n}">{e(paragraph)}</p></div></div>'
            )
        if n == 1:
            boxes.append(
                f'<div data-component="links-block" class="ssrcss-11"><p class="ssrcss-1q9">{e(words(story)[3])}</p><ul><li><a href="/1">{e(teasers(story)[0])}</a></li><li><a href="/2">{e(teasers(story)[1])}</a></li></ul></div>'
            )
    inside = (
        f'<div id="root"><main><div class="ssrcss-0"><h1 id="main-heading">{e(story.title)}</h1><div data-component="byline-block">{e(byline(story))}</div>'
        f"{''.join(boxes)}</div><section><h2>{words(story)[7]}</h2><ol>{''.join(f'<li><a href=/x>{e(t)}</a></li>' for t in teasers(story))}</ol></section></main></div>"
    )
    return page(story, og(story) + json_ld(story, text=True), inside)


def client_side(story: Story) -> str:
    """Nothing on the page but what its JSON-LD has."""
    return page(story, og(story) + json_ld(story, text=True), '<div id="app"><div class="spinner">Loading</div></div>')


def cookie_banner(story: Story) -> str:
    """A long notice before the article."""
    notice = f'<div id="onetrust-consent-sdk" role="dialog"><h2>Cookies</h2><p>{e(words(story)[4])} {e(words(story)[4])}</p><p>{e(words(story)[4])}</p><button>OK</button></div>'
    inside = f'{notice}<div class="article-wrap"><h1>{e(story.title)}</h1><p class="meta-date">{written_day(story)}</p><section class="article-text">{body(story)}</section></div>'
    return page(story, og(story), inside)


def paywall(story: Story) -> str:
    """A box at the end that asks for a subscription; the whole text is in JSON-LD."""
    shown = Story(
        title=story.title,
        paragraphs=story.paragraphs[:2],
        day=story.day,
        publisher=story.publisher,
        language=story.language,
        authors=story.authors,
    )
    box = '<div class="paywall"><h3>Subscribe to continue reading</h3><p>Get unlimited access to all our articles for 1 euro a month, cancel at any time.</p><p>Already a subscriber? Log in</p></div>'
    return page(
        story,
        og(story) + json_ld(story, text=True),
        f"<article><h1>{e(story.title)}</h1><div class='content'>{body(shown)}</div>{box}</article>",
    )


def teasers_within(story: Story) -> str:
    """Boxes with picture, headline and a sentence of other articles between the paragraphs."""
    card = (
        f'<div class="c-box"><a href="/1"><img src="t.jpg"></a><a href="/1"><h4>{e(teasers(story)[0])}</h4></a>'
        f"<p>{e(teasers(story)[1])}, {e(teasers(story)[2].lower())}.</p></div>"
    )
    inside = f'<main class="l-main"><h1 class="headline">{e(story.title)}</h1><div class="story-body">{body(story, between=[(1, card), (3, read_more(story, 2))])}</div></main>'
    return page(story, json_ld(story), inside)


def newsletter_within(story: Story) -> str:
    """An appeal for a newsletter and an advertisement's label between the paragraphs."""
    appeal = f'<div class="inline-module"><h3>Newsletter</h3><p>{e(words(story)[1])}</p><form><input type="email"><button>OK</button></form></div>'
    inside = f'<main><article><h1>{e(story.title)}</h1><div class="body-copy">{body(story, between=[(0, f"<div><span>{words(story)[9]}</span></div>"), (2, appeal)])}</div></article></main>'
    return page(story, og(story), inside)


def appeal_paragraph(story: Story) -> str:
    """The same as paragraphs of the column, without any name."""
    inside = f"<main><h1>{e(story.title)}</h1><div>{body(story, between=[(1, f'<p>{e(words(story)[1])}</p>'), (4, read_more(story, 1))])}<p>{e(words(story)[2])}</p></div></main>"
    return page(story, og(story), inside)


def author_box(story: Story) -> str:
    """A box about the author below the article."""
    box = f'<div class="author-box"><img src="a.jpg"><h4>{e(story.authors[0])}</h4><p>{e(story.authors[0])} {e(words(story)[10])}</p></div>'
    inside = f'<article><h1>{e(story.title)}</h1><p class="byline">{e(byline(story))}</p><div class="article__content">{body(story)}</div>{box}</article>{links(story, "recommended-articles")}'
    return page(story, json_ld(story), inside)


def lead_apart(story: Story) -> str:
    """The first paragraph stands above the picture, outside of the column."""
    rest = Story(
        title=story.title,
        paragraphs=story.paragraphs[1:],
        day=story.day,
        publisher=story.publisher,
        language=story.language,
        authors=story.authors,
    )
    inside = (
        f'<div class="article"><div class="article__header"><h1>{e(story.title)}</h1><p class="article__lead">{e(story.paragraphs[0])}</p><div class="info"><a href="/c">World</a><time datetime="{story.day}">{written_day(story)}</time></div></div>'
        f'{figure(story)}<div class="article__body">{body(rest)}</div></div>'
    )
    return page(story, og(story), inside)


def lead_div(story: Story) -> str:
    """The first paragraph is a bold text in a box of its own; the page's data confirm it."""
    rest = Story(
        title=story.title,
        paragraphs=story.paragraphs[1:],
        day=story.day,
        publisher=story.publisher,
        language=story.language,
        authors=story.authors,
    )
    inside = f'<section class="g"><h1>{e(story.title)}</h1><div class="x1"><strong>{e(story.paragraphs[0])}</strong></div><div class="x2"><img src="b.jpg"></div><div class="x3">{body(rest)}</div></section>'
    return page(story, json_ld(story, text=True), inside)


def divs(story: Story) -> str:
    """Paragraphs that are boxes, in a box, in a box."""
    inside = f'<div class="w1"><div class="w2"><div class="t1">{e(story.title)}</div><div class="d1">{written_day(story)}</div><div class="w3">{body(story, tag="div")}</div></div><div class="w4">{links(story, "w5")}</div></div>'
    return page(story, og(story), inside)


def breaks(story: Story) -> str:
    """One box with line breaks."""
    text = "<br/><br/>".join(e(p) for p in plain(story))
    inside = f'<div class="news"><h1>{e(story.title)}</h1><span class="date">{written_day(story)}</span><div class="news-text">{text}</div></div>'
    return page(story, og(story), inside)


def comments(story: Story) -> str:
    """Comments of readers below the article, longer than it."""
    said = "".join(
        f'<li class="comment"><div class="comment-author vcard">Reader {n}</div><div class="comment-body"><p>I do not believe a word of this, and I have lived at that border for {n + 20} years. They always say so before a vote.</p></div></li>'
        for n in range(12)
    )
    inside = f'<article><h1>{e(story.title)}</h1><div class="post-body">{body(story)}</div></article><section id="comments"><h2>12 comments</h2><ol>{said}</ol></section>'
    return page(story, og(story) + json_ld(story), inside)


def microdata(story: Story) -> str:
    """What is known is said by attributes of the elements."""
    inside = (
        f'<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{e(story.title)}</h1><meta itemprop="datePublished" content="{story.day}T06:00:00+02:00">'
        f'<span itemprop="author">{e(story.authors[0])}</span><span itemprop="publisher" itemscope><meta itemprop="name" content="{e(story.publisher)}"></span><div itemprop="articleBody">{body(story)}</div></div>'
    )
    return page(story, "", inside, title=f"{story.title} - {story.publisher}")


def broken_data(story: Story) -> str:
    """JSON-LD with raw line breaks and a comma too many, and a title that ends in the paper's name."""
    broken = (
        json_ld(story)
        .replace('"headline"', '\n"description": "first line\nsecond line",\n"headline"')
        .replace("}</script>", ",}</script>")
    )
    inside = f'<div class="detail"><h1>{e(story.title)}</h1><div class="detail__body-text">{body(story)}</div>{links(story, "lihatjg")}</div>'
    return page(story, broken, inside, title=f"{story.title} - {story.publisher}")


def list_of_points(story: Story) -> str:
    """Two of the paragraphs are points of a list, and a quotation stands apart as well."""
    points = f"<ul class='article-list'><li>{e(plain(story)[1])}</li><li>{e(plain(story)[2])}</li></ul>"
    rest = "".join(f"<p>{e(p)}</p>" for p in plain(story)[3:])
    quote = f"<blockquote class='pull-quote'>{e(plain(story)[1])}</blockquote>"
    inside = f"<article class='a'><h1>{e(story.title)}</h1><div class='a-body'><p>{e(plain(story)[0])}</p>{points}{quote}{rest}</div></article>"
    return page(story, og(story), inside)


def tabs(story: Story) -> str:
    """Everything twice: for screens and for phones."""
    once = f'<h1>{e(story.title)}</h1><div class="txt">{body(story)}</div>'
    return page(
        story,
        og(story),
        f'<div class="desktop-only"><div>{once}</div></div><div class="mobile-only"><div>{once}</div></div>',
    )


def gallery(story: Story) -> str:
    """Captions of a series of pictures within the column, without names that say so."""
    captions = "".join(
        f'<div class="i{n}"><img src="{n}.jpg"><span>{e(_CAPTION[story.language])}</span></div>' for n in range(3)
    )
    inside = f'<main><h1>{e(story.title)}</h1><div class="rte">{body(story, between=[(1, captions)])}</div></main>'
    return page(story, json_ld(story), inside)


def trending_rail(story: Story) -> str:
    """A long list of other articles with a sentence each beside the column."""
    rail = "".join(
        f'<div class="item"><h3><a href="/{n}">{e(t)}</a></h3><p>{e(t)} {e(words(story)[10])}</p></div>'
        for n, t in enumerate(teasers(story) * 3)
    )
    inside = f'<div class="row"><div class="col-8"><h1>{e(story.title)}</h1><small>{written_day(story)}</small>{body(story)}</div><div class="col-4"><h2>{words(story)[7]}</h2>{rail}</div></div>'
    return page(story, og(story), inside)


TEMPLATES: tuple[Template, ...] = (
    wordpress, wordpress_caption, drupal, old_table, amp, react, client_side, cookie_banner, paywall, teasers_within, newsletter_within,
    appeal_paragraph, author_box, lead_apart, lead_div, divs, breaks, comments, microdata, broken_data, list_of_points, tabs, gallery, trending_rail,
)  # fmt: skip
"""Each of them with each story is a page."""
