"""Made-up articles in several languages: what the made-up pages show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article as its paper wrote it; in ``paragraphs`` a line that begins with ``## `` is a heading."""

    title: str
    paragraphs: tuple[str, ...]
    day: str
    publisher: str
    language: str
    authors: tuple[str, ...]


STORIES: tuple[Story, ...] = (
    Story(
        title="Ruritania opens border post as talks with Sylvania resume",
        paragraphs=(
            "STRELSAU, March 14 - Ruritania opened its northern border post on Thursday after eleven months, hours before "
            "talks with Sylvania were to resume in the capital.",
            "Foreign Minister Ada Krall said that the step was “a sign of good will and nothing more”. Her ministry had "
            "announced it only on Wednesday evening.",
            "Sylvania's delegation arrived by train shortly after noon. Its head, Milan Dorn, did not speak to reporters at "
            "the station.",
            "## A year of accusations",
            "Sylvania accuses its neighbour of having shelled a customs house last spring. Ruritania denies it and blames "
            "a gas explosion.",
            "“We shall talk about compensation first,” Dorn had told the weekly Nova before he left. “Everything else comes "
            "later.”",
            "Observers from the Lake Council counted 214 lorries that crossed the bridge by the evening. Two of them were "
            "turned back.",
            "The talks are to last until Saturday. No joint statement is planned.",
        ),
        day="2024-03-14",
        publisher="The Strelsau Courier",
        language="en",
        authors=("Jana Holub", "Peter Vane"),
    ),
    Story(
        title="Freedonia's parliament rejects fisheries treaty by two votes",
        paragraphs=(
            "Freedonia's parliament on Tuesday rejected a fisheries treaty with the Coastal Union by 61 votes to 59, a "
            "defeat for Prime Minister Rosa Teel that few in her party had expected.",
            "Three members of the governing bloc stayed away from the vote. One of them, Ivo Brandt, said by telephone that "
            "he had been ill.",
            "The treaty would have halved the quota for herring and opened two harbours to inspectors of the Union.",
            "“Our boats are not for sale,” opposition leader Karl Munk said after the count. Fishermen in the gallery sang.",
            "The Union's commissioner for the seas, Hélène Marchand, said she regretted the outcome. She did not say whether "
            "new talks were possible.",
            "Teel has called a meeting of her cabinet for Wednesday morning. A spokesman denied that she would resign.",
        ),
        day="2023-10-03",
        publisher="Harbour Times",
        language="en",
        authors=("Tom Ashby",),
    ),
    Story(
        title="Syldavie : le gouvernement rappelle son ambassadeur à Bordurie",
        paragraphs=(
            "La Syldavie a rappelé lundi son ambassadeur en Bordurie « pour consultations », a annoncé le ministère des "
            "Affaires étrangères dans un communiqué.",
            "Cette décision fait suite à l'arrestation de deux ingénieurs syldaves à la frontière, que la Bordurie accuse "
            "d'espionnage.",
            "« Ces accusations sont absurdes », a déclaré la ministre Irène Vallon devant le Parlement. Elle a demandé leur "
            "libération immédiate.",
            "La Bordurie n'a pas encore réagi. Selon un diplomate de la région, une médiation pourrait commencer dès mercredi.",
            "Les deux pays avaient signé en 2019 un accord sur le commerce du bois, suspendu depuis janvier.",
            "Une manifestation de soutien est prévue samedi dans la capitale, selon les organisateurs.",
        ),
        day="2024-05-06",
        publisher="Le Matin de Klow",
        language="fr",
        authors=("Claire Aubin",),
    ),
    Story(
        title="Grenzstreit um die Insel Lomm: Kabinett lehnt Schiedsspruch ab",
        paragraphs=(
            "Das Kabinett von Altland hat am Freitag den Schiedsspruch über die Insel Lomm einstimmig abgelehnt. Die "
            "Entscheidung fiel nach vierstündiger Beratung.",
            "Ministerpräsidentin Greta Olm nannte den Spruch „rechtlich nicht haltbar“. Sie kündigte eine Klage an, ohne "
            "einen Zeitpunkt zu nennen.",
            "Das Schiedsgericht hatte die Insel im Juni dem Nachbarstaat Neuland zugesprochen, der dort seit 1987 einen "
            "Leuchtturm betreibt.",
            "Neulands Außenminister Piet Saar forderte Altland auf, den Spruch binnen sechzig Tagen umzusetzen.",
            "Auf der Insel leben nach Angaben der Gemeinde 312 Menschen. Die Fähre verkehrte am Freitag wie gewohnt.",
            "Beobachter erwarten, dass der Streit nun vor dem Seegericht weitergeht.",
        ),
        day="2022-09-16",
        publisher="Altländer Rundschau",
        language="de",
        authors=("Hanna Voss",),
    ),
    Story(
        title="San Teodoro expulsa a tres diplomáticos de Nuevo Rico",
        paragraphs=(
            "El gobierno de San Teodoro expulsó el miércoles a tres diplomáticos de Nuevo Rico, a quienes acusa de haber "
            "financiado a un partido de la oposición.",
            "La canciller Marta Olmedo dijo que los tres tienen 72 horas para dejar el país. “No aceptamos injerencias de "
            "nadie”, afirmó.",
            "Nuevo Rico rechazó las acusaciones y anunció que responderá “de manera proporcional”, según un comunicado.",
            "Las relaciones entre ambos países son tensas desde el cierre del puerto común en febrero.",
            "El partido señalado, Unión Verde, negó haber recibido dinero y pidió que se publiquen las pruebas.",
            "La Organización del Golfo ofreció su mediación el mismo día.",
        ),
        day="2024-08-21",
        publisher="El Faro de Teodoro",
        language="es",
        authors=("Lucía Paredes", "Raúl Godoy"),
    ),
    Story(
        title="Borduria withdraws troops from the Zileheroum valley, monitors say",
        paragraphs=(
            "Borduria has withdrawn most of its troops from the Zileheroum valley, monitors of the Lake Council said on "
            "Sunday, two days before a deadline set in the truce.",
            "About 1,200 soldiers left in a convoy that stretched for nine kilometres, according to the monitors' report.",
            "Syldavia's defence minister, Oto Brink, called the step “late but welcome”. He said that some 80 soldiers were "
            "still on the eastern slope.",
            "A spokeswoman for the Bordurian army denied that. “Nobody is left there but shepherds,” she said.",
            "Villagers told a reporter that they had heard engines through the night. The school at Kropow is to open "
            "again on Tuesday.",
            "The truce was signed in November after three weeks of fighting in which at least 46 people died.",
            "Both sides have asked the Council to extend the mandate of its monitors by six months.",
        ),
        day="2025-01-12",
        publisher="Lake Monitor",
        language="en",
        authors=("Nils Orberg",),
    ),
)
"""Every template shows each of them."""
