"""Which texts are taken for English."""

from __future__ import annotations

import pytest

from kg.extract.foreign import FEWEST_WORDS, foreign_language
from tests.extract.reading import SEED
from tests.gold.load import load_gold

GERMAN = (
    "Der Minister sagte am Montag, dass die Gespräche mit dem Nachbarn gescheitert seien und dass man nun nicht mehr "
    "weiter verhandeln werde. Die Regierung wies das zurück und nannte es eine Lüge, die niemand glauben solle. "
)
FRENCH = (
    "Le ministre a déclaré lundi que les pourparlers avec le pays voisin avaient échoué et que rien ne serait plus "
    "discuté avant l'été. Le gouvernement a rejeté cette accusation et a dit que ce n'était pas la vérité. "
)
POLISH = (
    "Minister powiedział w poniedziałek, że rozmowy z sąsiadem nie powiodły się i że do lata nie będzie żadnych nowych "
    "spotkań. Rząd odrzucił to oskarżenie i stwierdził, że to nie jest prawda, a on sam nie był na tym spotkaniu. "
)
RUSSIAN = (
    "Министр сказал в понедельник, что переговоры с соседом не удались и что до лета больше не будет никаких встреч. "
    "Правительство отвергло это обвинение и заявило, что это не так. "
)
JAPANESE = "外務大臣は月曜日、隣国との協議は失敗に終わったと述べた。政府はその主張を否定し、事実ではないと述べた。"
CHINESE = "外交部长星期一表示，与邻国的会谈已经失败。政府否认了这一指控，并表示这不是事实，也不会再进行任何谈判。"
GREEK = "Ο υπουργός δήλωσε τη Δευτέρα ότι οι συνομιλίες με τη γειτονική χώρα απέτυχαν και ότι δεν θα υπάρξουν άλλες."
BASQUE = (
    "Ministroak astelehenean esan zuen auzoko herrialdearekin izandako elkarrizketek porrot egin zutela eta udara arte "
    "ez dela bilera gehiagorik egongo. Gobernuak salaketa hori ukatu zuen, eta gezurra zela esan zuen prentsaurrekoan."
)
ENGLISH = (
    "The minister said on Monday that the talks with the neighbour had failed and that there would be no more of them. "
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GERMAN, "German"),
        (FRENCH, "French"),
        (POLISH, "Polish"),
        (RUSSIAN, "Russian"),
        (JAPANESE, "Japanese"),
        (CHINESE, "Chinese"),
        (GREEK, "Greek"),
        (BASQUE * 2, "a language that is not known here"),
    ],
)
def test_another_language_is_told_and_named(text: str, language: str) -> None:
    """By its small words or its script; a language of neither is told for having no English words."""
    if language == "a language that is not known here":
        assert foreign_language(text) is not None
    else:
        assert foreign_language(text) == language


@pytest.mark.parametrize("quoted", [GERMAN, POLISH, RUSSIAN, FRENCH])
def test_english_that_quotes_another_language_is_english(quoted: str) -> None:
    """As much of the other language as of English."""
    assert foreign_language(f"{ENGLISH * 2}He said: “{quoted}” {ENGLISH}") is None


@pytest.mark.parametrize(
    "text", ["", " ", "Kyiv", "Talks fail", "Minister Kowalska, Warszawa", "1 2 3 4 5", "Envoy visits Москва"]
)
def test_a_text_too_short_to_tell_is_read(text: str) -> None:
    """A headline of names may be of any language."""
    assert foreign_language(text) is None


def test_few_words_of_another_script_are_enough() -> None:
    """Nothing in Cyrillic letters alone is English, however short."""
    assert foreign_language(" ".join(RUSSIAN.split()[: FEWEST_WORDS // 2])) == "Russian"


def test_english_in_capitals_without_articles_or_as_a_list_is_english() -> None:
    """Agencies wrote so once."""
    assert foreign_language(ENGLISH.upper() * 3) is None
    assert foreign_language("Present at the talks were: " + "the envoy of Norvania; a judge from Maren; " * 20) is None


def test_every_article_of_ours_is_english() -> None:
    """The gold articles and the seed, whatever invented names are in them."""
    texts = {article.record.document.id: article.record.document.text for article in load_gold()}
    texts["seed"] = SEED.read_text("utf-8")
    assert len(texts) > 40
    assert {name: found for name, text in texts.items() if (found := foreign_language(text))} == {}
