"""How well a network reads marked texts: triggers, types, status, roles, acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from kg.extract.named_events import family
from training.events.network import EventNetwork
from training.events.samples import ADDRESSEE, AIM, SOURCE, TYPES, TextSample, TextWindow, collate, pieces_of

ROOM = 240


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """One event that a network found: its words, and the classes and roles of its surest word."""

    words: tuple[int, ...]
    type: int
    status: int
    roles: frozenset[tuple[int, int]]
    chance: float


@torch.no_grad()
def read(net: EventNetwork, one: TextSample, threshold: float) -> list[ReadEvent]:
    """Return the events of one text, in text order; neighbouring words of one type are one event."""
    out = []
    for piece in pieces_of(one, ROOM, None, 0.0):
        batch = collate([piece])
        words = net.words(batch.inputs)
        chance = torch.sigmoid(net.trigger(words)[0, :, 0])
        at = [i for i in range(piece.end - piece.begin) if chance[i] >= threshold]
        if not at:
            continue
        kinds = net.kinds(words[0, at]).argmax(-1).tolist()
        groups: list[list[int]] = []
        for n, i in enumerate(at):
            if groups and at[groups[-1][-1]] == i - 1 and kinds[groups[-1][-1]] == kinds[n]:
                groups[-1].append(n)
            else:
                groups.append([n])
        best = [max(group, key=lambda n: float(chance[at[n]])) for group in groups]
        trigger = torch.tensor([at[n] for n in best])
        kind = torch.tensor([kinds[n] for n in best])
        window = torch.zeros_like(trigger)
        roles = net.roles(words, batch.present, window, trigger, kind).argmax(-1)
        status = net.status(words[0, trigger]).argmax(-1)
        for k, group in enumerate(groups):
            role = frozenset((j + piece.begin, int(roles[k, j])) for j in torch.nonzero(roles[k])[:, 0].tolist())
            named = tuple(at[n] + piece.begin for n in group)
            out.append(ReadEvent(named, int(kind[k]), int(status[k]), role, float(chance[trigger[k]])))
    return out


def measure(
    net: EventNetwork, samples: Sequence[TextSample], threshold: float, seen: frozenset[str]
) -> dict[str, float]:
    """Return figures in per cent.

    Args:
        net: The network, in evaluation mode.
        samples: Texts with their gold.
        threshold: The chance from which a word is a trigger.
        seen: Trigger words, in lower case, that training texts have.
    """
    c: Counter[str] = Counter()
    for one in samples:
        got = read(net, one, threshold)
        c["found"] += len(got)
        c["gold"] += len(one.triggers)
        left = list(one.triggers)
        for event in got:
            match = next((t for t in left if set(t.words) & set(event.words)), None)
            new = one.text[one.words.starts[event.words[0]] : one.words.ends[event.words[0]]].lower() not in seen
            c["found new"] += new
            if match is None:
                continue
            left.remove(match)
            right = match.type == event.type
            c["trigger"] += 1
            c["type"] += right
            c["root"] += family(TYPES[match.type]) == family(TYPES[event.type])
            c["type new"] += right and new
            c["status"] += match.status == event.status
            _count_roles(c, dict(match.roles), dict(event.roles))
        c["gold new"] += sum(
            one.text[one.words.starts[t.words[0]] : one.words.ends[t.words[0]]].lower() not in seen
            for t in one.triggers
        )
        _count_acts(c, net, one)
    out = {"events": c["gold"], "status": _per(c["status"], c["trigger"]), "act": _per(c["act"], c["claims"])}
    out["polarity"], out["frame"] = _per(c["polarity"], c["claims"]), _per(c["frame"], c["claims"])
    for name, got_, gold in (("trigger", "found", "gold"), ("type", "found", "gold"), ("root", "found", "gold")):
        out |= _prf(name, c[name], c[got_], c[gold])
    out |= _prf("type new", c["type new"], c["found new"], c["gold new"])
    for name in ("addressees", "aims", "sources"):
        out |= _prf(name, c[name], c[f"{name} found"], c[f"{name} gold"])
    out |= _prf("actors", c["actors"], c["actors found"], c["actors gold"])
    return out


def _count_roles(c: Counter[str], gold: dict[int, int], got: dict[int, int]) -> None:
    """Spans of agents, targets and participants, right where the last word and the role are the gold's."""
    ends = [{(w, r) for w, r in x.items() if 0 < r < 4 and x.get(w + 1) != r} for x in (gold, got)]
    c["actors gold"] += len(ends[0])
    c["actors found"] += len(ends[1])
    c["actors"] += len(ends[0] & ends[1])


@torch.no_grad()
def _count_acts(c: Counter[str], net: EventNetwork, one: TextSample) -> None:
    for piece in pieces_of(one, ROOM, None, 0.0):
        batch = collate([TextWindow(one, piece.begin, piece.end)])
        if not len(batch.classes):
            continue
        words = net.words(batch.inputs)
        flat = words.reshape(-1, net.encoder.width)
        parts = net.acts(batch.cue @ flat, batch.content @ flat).split(net.acts.splits, -1)
        for name, i in (("act", 0), ("polarity", 1), ("frame", 3)):
            c[name] += int((parts[i].argmax(-1) == batch.classes[:, i]).sum())
        c["claims"] += len(batch.classes)
        claim = torch.full_like(batch.cue_word, len(TYPES))
        found = net.roles(words, batch.present, batch.cue_window, batch.cue_word, claim).argmax(-1)
        for name, number in (("addressees", ADDRESSEE), ("aims", AIM), ("sources", SOURCE)):
            ends = [_ends(row == number) for row in (found, batch.cue_roles)]
            c[f"{name} found"] += len(ends[0])
            c[f"{name} gold"] += len(ends[1])
            c[name] += len(ends[0] & ends[1])


def _ends(rows: torch.Tensor) -> set[tuple[int, int]]:
    """The last word of each run of true words, row by row."""
    following = torch.cat([rows[:, 1:], torch.zeros_like(rows[:, :1])], 1)
    return {(int(i), int(j)) for i, j in torch.nonzero(rows & ~following)}


def _per(part: int, whole: int) -> float:
    return round(100 * part / max(1, whole), 1)


def _prf(name: str, right: int, found: int, gold: int) -> dict[str, float]:
    return {
        f"{name} P": _per(right, found),
        f"{name} R": _per(right, gold),
        f"{name} F1": _per(2 * right, found + gold),
    }
