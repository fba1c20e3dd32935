"""Clusters of articles: every one of the corpus is marked rightly, and a mistake is named with its line."""

from pathlib import Path

import pytest

from corpus.check_clusters import CLUSTERS, main
from kg import vocab
from kg.errors import InputError
from kg.evaluate.gold_clusters import read_cluster, read_clusters

GOOD = """### c99 w9 a test

@ a | Paper | 2031-01-01
Head

<1>[Kenya]g1 met [Uganda]g2</1>.

@ b | Other | 2031-01-02
Head

<1>They met</1>.
%%
link corroborates b1 a1
not denies b1 a1 : no
"""


@pytest.mark.parametrize("half", ["train", "dev"])
def test_every_cluster_is_marked_rightly(half: str) -> None:
    """Each half has clusters of four to six articles, tempting pairs, and every kind of link."""
    clusters = read_clusters(CLUSTERS / half)
    assert len(clusters) >= 6
    assert all(4 <= len(cluster.articles) <= 6 for cluster in clusters)
    assert all(cluster.forbidden for cluster in clusters)
    assert {link.kind for cluster in clusters for link in cluster.links} == vocab.LINK_TYPES


def test_who_wrote_what_measures_wrote_nothing_that_teaches() -> None:
    """Writers of the two halves are others."""
    writers = [{cluster.writer for cluster in read_clusters(CLUSTERS / half)} for half in ("train", "dev")]
    assert not writers[0] & writers[1]


def test_statements_and_mentions_stand_where_the_marks_were(tmp_path: Path) -> None:
    """Spans count in the text without marks."""
    path = tmp_path / "c99.txt"
    path.write_text(GOOD, "utf-8")
    cluster = read_cluster(path)
    article, span = cluster.statements()["a1"]
    assert span.of(article.document.text) == "Kenya met Uganda"
    assert [where.of(article.document.text) for where, _ in article.mentions] == ["Kenya", "Uganda"]
    assert article.document.publisher == "Paper"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("link corroborates b1 a1", "link corroborates b1 a7", "no statement 'a7'"),
        ("link corroborates b1 a1", "link likes b1 a1", "no kind of link 'likes'"),
        ("not denies", "not corroborates", "wanted and forbidden"),
        ("</1>.\n%%", ".\n%%", "never closed"),
        ("[Uganda]g2", "[Uganda]", "a mark that is none"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """What is wrong, in which file and line."""
    path = tmp_path / "c99.txt"
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=rf"c99.txt:\d+: .*{problem}"):
        read_cluster(path)


def test_the_command_counts_and_fails_where_a_cluster_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty folder is wrong, too."""
    (tmp_path / "c99.txt").write_text(GOOD, "utf-8")
    assert main([str(tmp_path)]) == 0
    assert "tempting pairs 1" in capsys.readouterr().out
    (tmp_path / "c98.txt").write_text("no heading", "utf-8")
    assert main([str(tmp_path)]) == 1
    assert "c98.txt:1" in capsys.readouterr().err
