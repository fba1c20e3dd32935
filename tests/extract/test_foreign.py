"""Which texts are taken for English."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kg.extract.foreign import LANGUAGES, UNKNOWN, foreign_language, foreign_lines
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
        (BASQUE * 2, "Basque"),
    ],
)
def test_another_language_is_told_and_named(text: str, language: str) -> None:
    """In whatever letters."""
    assert foreign_language(text) == language


@cache
def short_texts() -> tuple[tuple[str, str], ...]:
    """Language and words of each."""
    lines = Path(__file__).with_name("short_texts.tsv").read_text("utf-8").splitlines()
    return tuple((code, words) for code, words in (line.split("\t") for line in lines if not line.startswith("#")))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Der Minister sagte gestern, dass die Gespräche mit dem Nachbarn gescheitert seien und nicht weitergingen.",
            "German",
        ),
        (
            "El ministro dijo el lunes que las conversaciones con el país vecino habían fracasado y no continuarían.",
            "Spanish",
        ),
        (
            "Le ministre a déclaré lundi que les pourparlers avec le pays voisin avaient échoué et que rien ne change.",
            "French",
        ),
    ],
)
def test_a_sentence_of_twenty_words_in_another_language_is_refused(text: str, language: str) -> None:
    """Each was stored as a fact once: fewer than 25 words were read whatever they were."""
    assert foreign_language(text) == language


def test_short_texts_in_other_languages_are_refused() -> None:
    """Of 95 headlines and sentences in 36 languages all but those with one word of their own beside three names."""
    foreign = [(code, words) for code, words in short_texts() if code != "en"]
    assert len(foreign) >= 60
    assert len({code for code, _ in foreign}) >= 8
    read = {words for _, words in foreign if foreign_language(words) is None}
    assert read == {"Scholz trifft Macron in Paris", "Meloni incontra Erdogan a Roma", "Lula recebe Macron em Brasília"}
    named = [foreign_language(words) in (LANGUAGES[code], UNKNOWN) for code, words in foreign if words not in read]
    assert sum(named) >= len(named) - 2


def test_short_english_texts_full_of_foreign_names_are_read() -> None:
    """Headlines, bylines, and sentences of three words about people from anywhere."""
    english = [words for code, words in short_texts() if code == "en"]
    assert len(english) >= 60
    assert {words: found for words in english if (found := foreign_language(words))} == {}


def test_lines_in_another_language_inside_of_an_english_text_are_found() -> None:
    """The original beside its translation; neither a line of names nor a quotation inside of an English sentence."""
    text = f"Talks fail\n\n{ENGLISH}\n{GERMAN}\r\n{ENGLISH}\nRecep Akdağ, Hakan Fidan, Sergei Lavrov, Wang Yi, Li\n"
    text += f'He said: "{FRENCH[:60]}" {ENGLISH}'
    assert [text[start:end] for start, end in foreign_lines(text)] == [GERMAN]


def test_foreign_lines_take_time_in_proportion_to_the_text() -> None:
    """A line of ten million blanks is no line."""
    assert list(foreign_lines(f"{ENGLISH}\n{' ' * 10_000_000}\n{ENGLISH}")) == []


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
    assert foreign_language(" ".join(RUSSIAN.split()[:4])) == "Russian"


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
