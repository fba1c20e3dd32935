"""The figures as a table for people: per cent with one decimal, 95 % intervals, and by phenomenon."""

from __future__ import annotations

from collections.abc import Iterator

from kg.evaluate.counts import Counts
from kg.evaluate.fact_claim_leakage import MEASURES
from kg.evaluate.plover import ACTORS, MACRO, TYPES, macro_f1
from kg.evaluate.scores import RESAMPLES, Figures
from kg.evaluate.statements import PROPERTIES
from kg.wording import counted

F1_ROWS = (
    *("relation", "relation.strict", "relation.exact"),
    *("outermost.relation", "outermost.exact"),
    *("token.source", "token.cue", "token.content"),
    *("exact.source", "exact.cue", "exact.content"),
    *("iou50.source", "iou50.cue", "iou50.content"),
    *("events", "roles", "positions", "addressees", ACTORS),
)
SHARE_ROWS = (
    *("recall.indirect", "recall.mixed", "recall.direct", *MEASURES),
    *("nested", "speaker", "misattributed", *PROPERTIES, "false events"),
)
PHENOMENON_COLUMNS = ("relation", "nested", "speaker", "speech_act", "polarity", "frame", "laundered", "swallowed")


def table(figures: Figures, *, resamples: int = RESAMPLES) -> str:
    """Return every measure, one line each, ending in a line break.

    Args:
        figures: The figures.
        resamples: The number of samples for the intervals.
    """
    total = figures.total()
    intervals = figures.intervals(resamples)
    lines = [counted(len(figures.documents), "document") + _missing(figures), ""]
    lines.append(f"{'':18}{'P':>8}{'R':>8}{'F1':>8}   95 % interval      predicted     gold")
    for row in F1_ROWS:
        if row in total:
            lines.append(_rates(row, total[row], intervals[row]["f1"]))
    macro = macro_f1(total)
    if macro is not None:
        types = sum(measure.startswith(TYPES) and counts.gold > 0 for measure, counts in total.items())
        lines.append(f"{MACRO:18}{'':16}{100 * macro:8.1f}   {_bounds(intervals[MACRO]['f1'])}   mean of {types} types")
    lines += ["", f"{'':18}{'share':>8}   95 % interval             of"]
    for row in SHARE_ROWS:
        if row in total:
            lines.append(_shares(row, total[row], intervals[row]["recall"]))
    lines += [*_false_events(figures), *_phenomena(figures)]
    return "\n".join(lines) + "\n"


def _missing(figures: Figures) -> str:
    if not figures.missing:
        return ""
    return f", {len(figures.missing)} of them without an answer (scored as empty): {', '.join(figures.missing)}"


def _rates(name: str, counts: Counts, interval: tuple[float, float]) -> str:
    rates = "".join(f"{100 * rate:8.1f}" for rate in (counts.precision, counts.recall, counts.f1))
    return f"{name:18}{rates}   {_bounds(interval)}{counts.predicted:12.0f}{counts.gold:9.0f}"


def _shares(name: str, counts: Counts, interval: tuple[float, float]) -> str:
    if name == "false events":
        return f"{name:18}{counts.hit:8.0f}{'':21}{counts.gold:11.0f} asserted"
    return f"{name:18}{100 * counts.recall:8.1f}   {_bounds(interval)}{counts.gold:12.0f}"


def _bounds(interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{100 * low:5.1f} .. {100 * high:5.1f}  "


def _false_events(figures: Figures) -> Iterator[str]:
    if figures.false_events:
        yield from ("", "events asserted that the text does not assert:")
    for event in figures.false_events:
        yield f"  {event.document}: {event.type} ({event.reason}): {event.words}"


def _phenomena(figures: Figures) -> Iterator[str]:
    """Yield F1 of the relation and shares of the rest, over the documents of each phenomenon."""
    names = sorted(set().union(*figures.phenomena.values())) if figures.phenomena else []
    if names:
        yield from ("", f"{'by phenomenon':24}{'docs':>5}" + "".join(f"{column:>12}" for column in PHENOMENON_COLUMNS))
    for name in names:
        counts = figures.total(name)
        documents = sum(name in found for found in figures.phenomena.values())
        cells = (_cell(column, counts.get(column, Counts())) for column in PHENOMENON_COLUMNS)
        yield f"{name:24}{documents:5}" + "".join(f"{cell:>12}" for cell in cells)


def _cell(column: str, counts: Counts) -> str:
    if not counts.gold and not counts.predicted:
        return "-"
    return f"{100 * (counts.f1 if column == 'relation' else counts.recall):.1f}"
