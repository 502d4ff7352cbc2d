"""Our output against the reference's: enough is equal, and every difference is a deviation that is written down."""

import json
import re
from pathlib import Path

import pytest

from adp import published, root
from adp.conformance import (
    ABSENT,
    COMPARE,
    FAULTS,
    REFERENCE,
    RULES,
    UNEXPLAINED,
    Comparison,
    Difference,
    Report,
    compare,
    explanation,
    main,
    to_markdown,
)

FOLDER = root() / REFERENCE
PROGRAM = FOLDER.resolve().parent / COMPARE
# What is equal there depends on the browser that makes trees of their pages, and on whether there is one.
RENDERED = ("mind2web", "turkingbench")
with_reference = pytest.mark.skipif(
    not (FOLDER / "adp").is_dir() or not PROGRAM.is_file(), reason=f"no reference output at {REFERENCE}"
)


def deviations() -> set[str]:
    """The ids of docs/deviations.md."""
    rows = (root() / "docs" / "deviations.md").read_text(encoding="utf-8").splitlines()
    return {match[1] for row in rows if (match := re.match(r"\| ([a-z0-9-]+) \|", row))} - {"id"}


def test_every_rule_names_a_deviation_that_is_written_down() -> None:
    assert {rule.deviation for rule in RULES} | set(ABSENT.values()) | set(FAULTS) <= deviations()


def test_only_mended_faults_may_lower_a_share() -> None:
    fault, other = (
        Comparison("a", "std", 3, 3, 100, 90, 0, ((difference("[('agent', 'a')]", "[]", "std"), deviation),))
        for deviation in (FAULTS[0], "observation-label")
    )
    assert (fault.mended, other.mended) == (10, 0)
    assert Report((fault,)).low == {}
    assert Report((fault, other)).low == {"std": 180 / 190}
    assert f"| a | std | 10 | {FAULTS[0]} |  |" in to_markdown(Report((fault, other)))


def test_of_places_with_several_units_their_sum_counts_where_all_are_mended_faults() -> None:
    one, many = difference("a", "b", "std"), difference("[('agent', 'a'), ('user', 'b')]", "[('agent', 'c')]", "std")

    def mended(*deviations: str) -> int:
        places = tuple(zip((one, one, many, many), deviations, strict=True))
        return Comparison("a", "std", 3, 3, 100, 90, 0, places).mended

    fault, other = FAULTS[0], "observation-label"
    assert mended(fault, fault, fault, fault) == 10
    assert mended(fault, other, fault, fault) == 9
    assert mended(fault, fault, fault, other) == 2
    assert mended(other, other, other, other) == 0


@with_reference
@pytest.mark.timeout(900)
def test_enough_is_equal_and_nothing_is_unexplained(tmp_path: Path) -> None:
    report = compare(FOLDER, PROGRAM, tmp_path)
    assert [(d.dataset, d.kind, d.trajectory, d.unit) for d in report.unexplained] == []
    assert len(report.pooled) == 4
    assert report.taken_in == ("go-browse-wa", "openhands")
    assert report.low == {}
    page = (root() / "docs" / "conformance.md").read_text(encoding="utf-8")
    assert of_datasets(page) == of_datasets(to_markdown(report)), (
        "docs/conformance.md is not of this state: `make conformance`"
    )


def of_datasets(page: str) -> list[str]:
    """What the page says of each dataset whose text no browser makes."""
    _, each = page.split("## Each dataset\n")
    each, *_ = each.split(published.HEADING)
    rows = [line for line in each.splitlines() if line.startswith("| ")]
    return [row for row in rows if row.split("|")[1].strip() not in RENDERED]


def difference(reference: str, ours: str, kind: str = "sft_sweagent", dataset: str = "code_feedback") -> Difference:
    return Difference(dataset, kind, "1", 2, reference, ours)


def test_a_difference_is_explained_by_the_rule_that_fits() -> None:
    assert explanation(difference("OBSERVATION:\nGo on.", "Go on."), {}) == "observation-label"
    assert explanation(difference("Go on.", "Stop."), {}) == UNEXPLAINED
    assert explanation(difference("[('user', 'Go on.')]", "[]"), {"1": "truncated"}) == "truncated"
    assert explanation(difference("[('user', 'Go on.')]", "[]"), {}) == UNEXPLAINED


def event(**fields: str) -> str:
    """An event as it is shown where several are missing or more of ours: in a list."""
    return repr([("agent", json.dumps(fields))])


@pytest.mark.parametrize(
    ("reference", "ours", "deviation"),
    [
        (event(class_="message_action", content="See:\n```c++\nx"), event(class_="code_action"), "signs-in-languages"),
        (event(class_="message_action", content="1.\n   ```sh\nx"), event(class_="code_action"), "indented-blocks"),
        (event(class_="message_action", content="```\n1\n```"), event(class_="code_action"), "code-behind-plain-block"),
        (event(class_="message_action", content="```{r}\n1"), event(class_="code_action"), "info-of-fences"),
        (event(class_="code_action", content="x"), event(class_="message_action", content="x"), "plain-text-blocks"),
        (event(class_="code_action", language="python"), event(class_="message_action"), "empty-blocks"),
        ('# x", "language": "markdown"}', '# x\n```python', "nested-blocks"),
        ("See:\n```C#\nx\n```", "See:\n\n<function=execute_ipython_cell>", "signs-in-languages"),
    ],
)  # fmt: skip
def test_differences_of_fenced_code_are_told_apart(reference: str, ours: str, deviation: str) -> None:
    kind = "sft_openhands" if "<function=" in ours else "std"
    assert explanation(difference(reference, ours, kind), {}) == deviation


def test_page_lists_shares_and_each_difference_with_its_deviation() -> None:
    differing = difference("a", "b|c")
    report = Report((Comparison("code_feedback", "sft_sweagent", 3, 3, 10, 9, 2, ((differing, "observation-label"),)),))
    page = to_markdown(report)
    assert "| sft_sweagent | 10 | 9 | 0.9000 |" in page
    assert "| code_feedback | sft_sweagent | 3 | 3 | 10 | 9 | 0.9000 | 2 |" in page
    assert "| code_feedback | sft_sweagent | 1 | 2 | observation-label |" in page
    assert "Unexplained: none." in page


def test_without_a_reference_it_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--reference", str(tmp_path), "--out", str(tmp_path / "page.md")]) == 2
    assert "there are no raw records of any dataset in" in capsys.readouterr().err
    assert not (tmp_path / "page.md").exists()
