"""Files that are none, names and strings that no encoding has: refused by name, while the others are built."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Made
from tests.samples import sample

GOOD = "Talks\n\nThe minister of Sylvania met the president of Ruritania on Monday.\n"
SECONDS = 30


@pytest.fixture(autouse=True)
def by_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing heavy is loaded."""
    monkeypatch.setenv("KG_EXTRACTOR", "rules")


def good(folder: Path) -> Path:
    """A folder with an article in it that can be read."""
    folder.mkdir(exist_ok=True)
    (folder / "good.txt").write_text(GOOD)
    return folder


FIELDS = ("id", "title", "url", "publisher", "language", "licence", "published", "retrieved", "text")


@pytest.mark.parametrize("field", FIELDS)
def test_lone_surrogate_in_an_article_refuses_it_by_name(tmp_path: Path, kg_here: Made, field: str) -> None:
    """The other articles of the folder are built, and the field is named."""
    folder = good(tmp_path / "in")
    article = {"id": "bad", "text": GOOD, field: "half \ud800"}
    (folder / "bad.jsonl").write_text(json.dumps(article))
    code, _, err = kg_here("build", folder, "--store", "s")
    assert code == 3
    assert ": 1 document" in err
    assert "bad.jsonl:1" in err
    assert field in err
    assert "Traceback" not in err
    assert kg_here("validate", folder)[0] == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["entities"][0].update(name="half \ud800"),
        lambda record: record["entities"][0].update(aliases=["\udfff"]),
        lambda record: record["facts"][0].update(rule="\ud800"),
        lambda record: record["facts"][0]["events"][0].update(topic="\ud800"),
        lambda record: record["run"].update(extractor="\ud800"),
        lambda record: record["document"].update(title="\ud800"),
        lambda record: record["document"].update(id="\ud800"),
        lambda record: record.update({"\ud800": 1}),
    ],
)
def test_lone_surrogate_in_a_record_refuses_it_by_its_path(tmp_path: Path, kg_here: Made, change: object) -> None:
    """Whichever string it is in."""
    from kg import recordfile

    folder = good(tmp_path / "in")
    record = recordfile.to_json(sample())
    assert callable(change)
    change(record)
    (folder / "bad.jsonl").write_text(json.dumps(record))
    code, _, err = kg_here("build", folder, "--store", "s")
    assert code == 3
    assert ": 1 document" in err
    assert "lone surrogate" in err
    assert "$" in err


def test_one_bad_article_of_a_file_of_many_is_refused_and_the_others_are_built(tmp_path: Path, kg_here: Made) -> None:
    """Whatever is wrong with the object on its line: half a character, a field too many or too few, no object."""
    bad: list[dict[str, object]] = [
        {"publisher": "\ud800"},
        {"text": None},
        {"other": "x"},
        {"authors": ["\udc01"]},
        {"published": "soon"},
    ]
    lines = [json.dumps({"id": f"a{n}", "text": f"{GOOD} It was day {n}.", **more}) for n, more in enumerate(bad)]
    good_ones = [json.dumps({"id": f"g{n}", "text": f"{GOOD} It was night {n}."}) for n in range(2)]
    (tmp_path / "many.jsonl").write_text("\n".join([good_ones[0], *lines, "[1]", good_ones[1]]))
    code, _, err = kg_here("build", "many.jsonl", "--store", "s", "--extractor", "rules")
    assert code == 3
    assert ": 2 documents" in err
    assert [f"many.jsonl:{n}: " in err for n in range(1, 9)] == [False, *[True] * 6, False]


def test_file_whose_name_is_not_utf8_is_refused_by_name(tmp_path: Path, kg_here: Made) -> None:
    """Its name is written with escapes; the other is built, the report kept."""
    folder = good(tmp_path / "in")
    (Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt"))).write_text(GOOD + "x")
    code, _, err = kg_here("build", folder, "--store", "s")
    assert code == 3
    assert ": 1 document" in err
    assert "caf\\udce9.txt" in err
    assert "note" not in err.replace("kg: note: no base", "")


@pytest.mark.parametrize("command", [["build"], ["extract"], ["load"], ["validate"], ["evaluate"]])
@pytest.mark.parametrize("ending", [".txt", ".jsonl", ".nq", ".rdf"])
@pytest.mark.parametrize("kind", ["fifo", "/dev/zero"])
def test_special_file_is_refused_at_once(
    tmp_path: Path, kg_here: Made, command: list[str], ending: str, kind: str
) -> None:
    """Neither waited for nor read without end."""
    path = tmp_path / f"odd{ending}"
    if kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(kind)
    code, _, err = kg_here(*command, path)
    assert code == 3, err
    assert "odd" in err
    assert "should not have" not in err


def test_special_files_beside_articles_do_no_harm(tmp_path: Path, kg_here: Made) -> None:
    """In a folder, and as what is said of an article."""
    folder = good(tmp_path / "in")
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    assert kg_here("build", folder, "--store", "s")[0] in (0, 3)
    os.mkfifo(folder / "good.toml")
    assert kg_here("build", folder / "good.txt", "--store", "s")[0] in (0, 3)


def test_long_line_of_blanks_is_refused_without_reading_it(tmp_path: Path, kg_here: Made) -> None:
    """300 MB, sparse: the limit is named."""
    path = tmp_path / "blank.txt"
    with path.open("wb") as file:
        file.write(b"Talks\n\n")
        file.truncate(300 << 20)
    code, _, err = kg_here("extract", path)
    assert code == 3
    assert "8,323,072 bytes" in err


@pytest.mark.parametrize("opening", ["x = " + "[" * 2_000, "x = " + "{a=" * 2_000])
def test_toml_nested_deep_is_refused(tmp_path: Path, kg_here: Made, opening: str) -> None:
    """Beside an article, for a folder, and as the settings."""
    folder = good(tmp_path / "in")
    (folder / "good.toml").write_text(opening)
    assert kg_here("extract", folder)[0] == 3
    (tmp_path / "claimgraph.toml").write_text(opening)
    code, _, err = kg_here("config")
    assert code == 2
    assert err.count("\n") == 1


@pytest.mark.parametrize("file", ["/dev/zero", "missing", "."])
def test_query_from_what_has_no_end_is_refused(kg_here: Made, file: str) -> None:
    """A pipe is read, a device that never ends is not."""
    code, _, err = kg_here("query", "-f", file)
    assert code == 3
    assert "should not have" not in err
