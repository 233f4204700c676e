"""What `make evaluate` counts."""

import pytest

from bench.evaluate import describe, labels_of, main, read, share, wilson
from moderation.screening import Label


@pytest.fixture
def texts(tmp_path):
    def write(*rows, columns="text,label"):
        path = tmp_path / "texts.csv"
        path.write_text("\n".join([columns, *rows]), "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("counted", "total", "low", "high"), [(8, 10, 0.490, 0.943), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0)]
)
def test_the_interval_is_wilsons(counted, total, low, high):
    assert wilson(counted, total) == pytest.approx((low, high), abs=0.001)


def test_nothing_counted_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)
    assert share(0, 0) == "none to count"


@pytest.mark.parametrize(
    ("written", "labels"),
    [("hateful", {Label.HOSTILITY}), ("stigma|spam", {Label.STIGMA, Label.SPAM}), ("non-hateful", set()), ("", set())],
)
def test_a_label_is_read_as_it_is_written(written, labels):
    assert labels_of(written) == labels


def test_recall_and_precision_count_hits_and_what_was_meant(texts):
    rows = read(texts("I want to die,risk_to_self", "I am in the garden,risk_to_self", "I want to kill myself,none"))
    lines = list(describe(rows))
    assert any("risk_to_self, low and above: recall 1/2 = 0.500" in line and "precision 1/2" in line for line in lines)
    assert lines[0].startswith("review load 2/3")


def test_a_file_without_labels_says_how_much_is_hit(texts):
    lines = list(describe(read(texts("I want to die", "Good morning", columns="text"))))
    assert any(line.startswith("risk_to_self, low and above: hit 1/2") for line in lines)


def test_no_text_is_printed(texts, capsys):
    assert main(str(texts("I want to die in Wagga,risk_to_self").parent)) == 0
    assert "Wagga" not in capsys.readouterr().out


def test_a_file_without_texts_and_a_folder_without_files_are_refused(texts, tmp_path):
    with pytest.raises(ValueError, match="no column named text"):
        read(texts("a", columns="words"))
    assert main(str(tmp_path / "empty")) == 1
