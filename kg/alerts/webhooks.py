"""Webhooks of standing queries: each item is posted at most once, signed, to hosts that are allowed.

How far each alert has come is in a file beside the store. It is written before an item is sent and after the answer.
An item is sent again only where it certainly did not arrive: no connection was made, or the receiver answered that it
did not take it. Where that is not known, after a kill or without an answer, the item is lost, and counted as such; it
is in the feed still. Requests are signed as https://www.standardwebhooks.com says.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import hmac
import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kg import wholefile
from kg.alerts.feeds import item_json
from kg.errors import InputError, StoreError, UnknownName, UsageError
from kg.fetch import address

if TYPE_CHECKING:
    from kg.alerts.register import Register
    from kg.alerts.standing import Alert, Item

FILE_NAME: Final = "claimgraph.webhooks.json"
MAX_ATTEMPTS: Final = 10
FIRST_WAIT: Final = 5.0
LONGEST_WAIT: Final = 3600.0
"""Seconds until a refused item is sent again: 5, 10, 20 ... at most an hour."""
SHORTEST_SECRET: Final = 16
_STANDARD: Final = "whsec_"
Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Posts a body with headers to an address and returns the status."""


class NotSent(Exception):
    """The item did not arrive, for sure. The message says why."""


class Unanswered(Exception):
    """Whether the item arrived is not known. The message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """The webhook of one alert.

    Attributes:
        url: Where items are posted.
        created: When the alert was made: another one of that name is another alert.
        done: The number of the last item that needs nothing more.
        sending: The number of the item that is being sent, 0 for none.
        attempts: How often the next item was refused.
        not_before: When it is sent again, in seconds of the clock.
        sent: How many items arrived.
        lost: How many may not have.
        trouble: What went wrong last.
    """

    url: str
    created: str
    done: int
    sending: int = 0
    attempts: int = 0
    not_before: float = 0.0
    sent: int = 0
    lost: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What sends. ``now`` is the clock: seconds since 1970."""

    secret: str
    hosts: frozenset[str]
    post: Post
    now: Callable[[], float]


class Webhooks:
    """The webhooks of the alerts of one store.

    Args:
        folder: The store's folder.
        register: Its alerts.
    """

    def __init__(self, folder: Path, register: Register) -> None:
        self._path = folder / FILE_NAME
        self._register = register

    def hooks(self) -> dict[str, Hook]:
        """Return every webhook by the name of its alert.

        Raises:
            StoreError: The file is damaged.
        """
        try:
            return {name: Hook(**one) for name, one in sorted(json.loads(self._path.read_text("utf-8")).items())}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError) as error:
            raise StoreError(f"{self._path}: is damaged ({error}); remove it, and name the webhooks again") from error

    def add(self, name: str, url: str, hosts: frozenset[str]) -> Hook:
        """Have the items of an alert posted, from the next one on.

        Args:
            name: The alert.
            url: Where to.
            hosts: Which hosts are allowed.

        Raises:
            UnknownName: There is no such alert.
            UsageError: The host is not allowed.
            InputError: It is no address.
        """
        alert = self._register.get(name)
        demand_allowed(url, hosts)
        hook = Hook(url=url, created=alert.created, done=alert.count)
        with self._alone() as hooks:
            self._write({**hooks, name: hook})
        return hook

    def remove(self, name: str) -> None:
        """Post the items of an alert no more.

        Raises:
            UnknownName: It has no webhook.
        """
        with self._alone() as hooks:
            if hooks.pop(name, None) is None:
                raise UnknownName(f"the alert {name!r} has no webhook")
            self._write(hooks)

    def deliver(self, sending: Sending) -> float | None:
        """Send the items that wait and are due, each at most once.

        Args:
            sending: What sends.

        Returns:
            When the next item is due, in seconds of the clock; None where none waits.

        Raises:
            StoreError: What was sent cannot be written down; then nothing more is sent.
        """
        due: list[float] = []
        with self._alone() as hooks:
            alerts = self._register.alerts()
            for name in sorted(hooks):
                hook = self._after_a_kill(hooks, name)
                alert = alerts.get(name)
                if alert is None or alert.created != hook.created:
                    continue  # it was removed, or is another one by that name
                when = self._deliver(hooks, name, alert, sending)
                due += [] if when is None else [when]
        return min(due, default=None)

    def _deliver(self, hooks: dict[str, Hook], name: str, alert: Alert, sending: Sending) -> float | None:
        while (hook := hooks[name]).done < alert.count:
            first = alert.count - len(alert.items) + 1
            if hook.done + 1 < first:  # no longer kept for the feeds
                missed = first - 1 - hook.done
                self._put(hooks, name, replace(hook, done=first - 1, lost=hook.lost + missed, attempts=0))
                continue
            if hook.not_before > sending.now():
                return hook.not_before
            number = hook.done + 1
            hook = replace(hook, sending=number)
            self._put(hooks, name, hook)
            self._put(hooks, name, _after(hook, alert.items[number - first], sending))
        return None

    def _after_a_kill(self, hooks: dict[str, Hook], name: str) -> Hook:
        """Return the hook, past an item whose sending a kill cut off: it may have arrived."""
        hook = hooks[name]
        if hook.sending:
            trouble = "the process ended while an item was sent"
            self._put(hooks, name, _passed(hook, lost=hook.lost + 1, trouble=trouble))
        return hooks[name]

    def _put(self, hooks: dict[str, Hook], name: str, hook: Hook) -> None:
        hooks[name] = hook
        self._write(hooks)

    def _write(self, hooks: Mapping[str, Hook]) -> None:
        text = json.dumps({name: asdict(hook) for name, hook in hooks.items()}, ensure_ascii=False)
        try:
            wholefile.write(self._path, text.encode(), durable=True)
        except OSError as error:
            raise StoreError(f"{self._path}: cannot be written: {error.strerror or error}") from error

    @contextmanager
    def _alone(self) -> Iterator[dict[str, Hook]]:
        """Yield the webhooks while no other process sends or changes them."""
        if not self._path.parent.is_dir():
            raise StoreError(f"{self._path.parent}: there is no store in this folder")
        with self._path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.hooks()


def _after(hook: Hook, item: Item, sending: Sending) -> Hook:
    """Send an item; return the hook with what became of it."""
    try:
        demand_allowed(hook.url, sending.hosts)
        status = sending.post(hook.url, *signed(item, sending.secret, int(sending.now())))
    except Unanswered as error:
        return _passed(hook, lost=hook.lost + 1, trouble=f"not known whether it arrived: {error}")
    except (NotSent, UsageError, InputError) as error:
        return _refused(hook, str(error), sending.now())
    if HTTPStatus(200) <= status < HTTPStatus(300):
        return _passed(hook, sent=hook.sent + 1, trouble="")
    return _refused(hook, f"the receiver answers with HTTP {status}", sending.now())


def _passed(hook: Hook, **changes: object) -> Hook:
    """Return the hook after its item needs nothing more."""
    return replace(hook, done=hook.sending, sending=0, attempts=0, not_before=0.0, **changes)  # type: ignore[arg-type]


def _refused(hook: Hook, why: str, now: float) -> Hook:
    if hook.attempts + 1 >= MAX_ATTEMPTS:
        return _passed(hook, lost=hook.lost + 1, trouble=f"given up after {MAX_ATTEMPTS} attempts: {why}")
    wait = min(LONGEST_WAIT, FIRST_WAIT * math.pow(2, hook.attempts))
    return replace(hook, sending=0, attempts=hook.attempts + 1, not_before=now + wait, trouble=why)


def demand_allowed(url: str, hosts: frozenset[str]) -> None:
    """Refuse an address whose host is not on the list.

    Args:
        url: An address of the web.
        hosts: ``host`` or ``host:port``, in lower case.

    Raises:
        InputError: It is no address.
        UsageError: The host is not allowed.
    """
    parts = address.checked_url(url)
    host = (parts.hostname or "").lower()
    written = f"[{host}]" if ":" in host else host
    if not hosts & {host, written, f"{written}:{address.port_of(parts)}"}:
        raise UsageError(f"{written}: items are posted only to hosts that the setting webhook_hosts names")


def signed(item: Item, secret: str, at: int) -> tuple[bytes, dict[str, str]]:
    """Return the body that is posted for an item, and the headers with its signature.

    Args:
        item: The item.
        secret: What the receiver knows, too: a word, or ``whsec_`` and Base64.
        at: The time of sending, in seconds since 1970.
    """
    body = json.dumps({"type": f"alert.{item.kind}", "data": item_json(item)}, ensure_ascii=False).encode()
    content = f"{item.id}.{at}.".encode() + body
    signature = base64.b64encode(hmac.new(key_of(secret), content, hashlib.sha256).digest()).decode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": item.id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{signature}",
    }
    return body, headers


def key_of(secret: str) -> bytes:
    """Return the key of a secret.

    Raises:
        UsageError: It is too short, or no Base64.
    """
    try:
        key = base64.b64decode(secret[len(_STANDARD) :], validate=True) if secret.startswith(_STANDARD) else b""
    except binascii.Error as error:
        raise UsageError(f"KG_WEBHOOK_SECRET: what follows {_STANDARD} is no Base64") from error
    key = key or secret.encode()
    if len(key) < SHORTEST_SECRET:
        raise UsageError(
            f"KG_WEBHOOK_SECRET: signing needs a secret of at least {SHORTEST_SECRET} characters that the receiver "
            "knows, too; make one with: openssl rand -hex 32"
        )
    return key
