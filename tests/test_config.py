"""Settings: defaults < file < environment < flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import config
from kg.errors import UsageError


def loaded(folder: Path, environ: dict[str, str] | None = None, **flags: str | int | None) -> config.Settings:
    """The settings as a command in ``folder`` would see them."""
    return config.load(flags=flags, environ=environ or {}, folder=folder)[0]


def test_later_origin_wins(tmp_path: Path) -> None:
    """Each layer overrides the one below it, and a flag that is not given does not count."""
    assert loaded(tmp_path).port == 8000
    (tmp_path / "claimgraph.toml").write_text("port = 1\nhost = 'a'\nstore = 's'\n")
    environ = {"KG_PORT": "2", "KG_HOST": "b"}
    settings = loaded(tmp_path, environ, port=3, base=None)
    assert (settings.port, settings.host, settings.store, settings.base) == (3, "b", "s", "")


def test_origin_of_each_setting_is_known(tmp_path: Path) -> None:
    """Every setting says where it was set."""
    (tmp_path / "claimgraph.toml").write_text("store = 's'\n")
    _, origins = config.load(flags={"port": 5}, environ={"KG_HOST": "h"}, folder=tmp_path)
    found = {o.name: o.origin for o in origins}
    assert found["port"] == "flag"
    assert found["host"] == "KG_HOST"
    assert found["store"].endswith("claimgraph.toml")
    assert found["base"] == "default"


@pytest.mark.parametrize(
    ("file", "environ", "problem"),
    [
        ("colour = 'red'", {}, "unknown setting 'colour'"),
        ("port = [", {}, "claimgraph.toml"),
        ("", {"KG_PORT": "many"}, "KG_PORT: port 'many' is not a number"),
        ("port = 70000", {}, "not between 0 and 65535"),
        ("gate = 1.5", {}, "not between 0 and 1"),
        ("", {"KG_GATE": "half"}, "KG_GATE: gate 'half' is not a number"),
        ("timeout = 0", {}, "timeout 0.0 is not a number above 0"),
        ("timeout = inf", {}, "timeout inf is not a number above 0"),
        ("", {"KG_QUERY_WORKERS": "-1"}, "query_workers -1 is not a number above 0"),
        ("", {"KG_MAX_ROWS": "many"}, "KG_MAX_ROWS: max_rows 'many' is not a number"),
        ("allow_host = 'http://a.test/'", {}, "allow_host 'http://a.test/' is not HOST or HOST:PORT"),
        ("", {"KG_ALLOW_HOST": "a.test, *:port"}, "'\\*:port' is not HOST or HOST:PORT"),
        ("writes = 'maybe'", {}, "neither 'checked' nor 'unchecked'"),
        ("image = 'paper'", {}, "none of auto, memory, disk"),
        ("base = 'https://x.example/no-slash'", {}, "ends in a slash"),
        ("base = 'relative/'", {}, "not an absolute IRI"),
        ("base = 'https://x.example/a b/'", {}, "not an absolute IRI"),
    ],
)
def test_wrong_setting_is_an_error(tmp_path: Path, file: str, environ: dict[str, str], problem: str) -> None:
    """What is wrong is named, with where it stands."""
    (tmp_path / "claimgraph.toml").write_text(file)
    with pytest.raises(UsageError, match=problem):
        loaded(tmp_path, environ)


def test_hosts_are_names_in_any_case_with_commas_or_spaces_between(tmp_path: Path) -> None:
    """Of all layers, with ports and addresses; none by default."""
    assert loaded(tmp_path).allowed_hosts == frozenset()
    (tmp_path / "claimgraph.toml").write_text("allow_host = 'A.test, b.test:3030 [::1]:80'\n")
    assert loaded(tmp_path).allowed_hosts == {"a.test", "b.test:3030", "[::1]:80"}
    assert loaded(tmp_path, {"KG_ALLOW_HOST": ""}).allowed_hosts == frozenset()
    assert loaded(tmp_path, {"KG_ALLOW_HOST": "x.test"}, allow_host="127.0.0.1").allowed_hosts == {"127.0.0.1"}
