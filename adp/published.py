"""The figures that other systems publish of their data: which a test reproduces, and which want data to be landed.

`make conformance` ends docs/conformance.md with them. The systems are CodeAct, the Speculative Tool Actions and
ProactiveAgent; the figures of the Agent Data Protocol's converters are shares of equal text (adp/conformance.py).
"""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from adp.build import in_memory
from adp.config import Paths
from adp.warehouse import execute

HEADING = "## Published figures of other systems"
_GOLDENS = "tests/test_proactive_goldens.py"
_COUNTS = "tests/test_codeact_counts.py"


@dataclass(frozen=True)
class Figure:
    """One figure, or several of a kind."""

    system: str
    what: str
    value: str
    test: str | None = None
    """The test that holds it, on the published data."""
    wants: str | None = None
    """What it is to be reproduced from, where that is not at hand."""


FIGURES = (
    Figure(
        "Speculative Tool Actions",
        "types of action, by the published rules",
        "22 texts and calls",
        "tests/test_action_types.py::test_the_published_rules_give_a_text_what_they_gave",
    ),
    Figure(
        "ProactiveAgent",
        "proposals and silences of 8 models on the bench",
        "48 counts",
        f"{_GOLDENS}::test_proposals_and_silence_are_as_many_as_published",
    ),
    Figure(
        "ProactiveAgent",
        "precision, recall, accuracy, false alarm, F1, accept rate, events of 8 models, from the counts of judgements",
        "168 figures, to 1e-9",
        f"{_GOLDENS}::test_figures_are_the_published_ones",
    ),
    Figure(
        "ProactiveAgent",
        "rows of reward data, for training and for test",
        "1629 and 120",
        f"{_GOLDENS}::test_reward_rows_are_as_many_as_published",
    ),
    Figure(
        "ProactiveAgent",
        "rows of reward data with the rare categories repeated",
        "1751",
        f"{_GOLDENS}::test_rare_categories_are_repeated_as_often_as_published",
    ),
    Figure(
        "ProactiveAgent",
        "agreement of the annotators, for test and for training",
        "0.91667 and 0.76971",
        f"{_GOLDENS}::test_annotators_agree_as_published",
    ),
    Figure(
        "ProactiveAgent",
        "length of the bench: what its files hold, and what its page and results say",
        "233 and 227 turns",
        f"{_GOLDENS}::test_the_bench_is_as_long_as_its_files",
    ),
    Figure(
        "ProactiveAgent",
        "figures of the other 7 models",
        "147 figures",
        wants="their answers on the bench, by `adp load proactive-traces`, and the judgements",
    ),
    Figure(
        "ProactiveAgent",
        "F1 of the reward model",
        "0.918",
        wants="the answers of that model, by `adp load proactive-judgements`",
    ),
    Figure(
        "CodeAct",
        "packs of 4,096 and of 16,384 tokens",
        "19379 and 4833",
        wants="the 78,385 conversations of the mix and Llama 2's tokenizer, then `adp pack codeact --packing next-fit`",
    ),
)
# Whose figures wait for which dump; the check published_counts_are_met holds them as soon as it is landed whole.
_DUMPS = {
    "capybara": "its three sets, by `adp load general-chat`",
    "openorca": "the whole set, by `adp load general-chat`",
    "sharegpt": "the whole set, by `adp load general-chat`",
    "sharegpt_gpt4": "the whole set, by `adp load general-chat`",
}
_TASKS = "the whole source of the tasks"
_RUNS = "all runs of the first round and the second, by `adp load codeact-runs`"


def figures() -> list[Figure]:
    """All of them."""
    with tempfile.TemporaryDirectory() as scratch:
        empty = Paths(Path(scratch) / "adp.db", Path(scratch) / "data")
        with in_memory(empty, "standard.codeact_counts") as con:
            counts = execute(con, "from standard.codeact_counts select subject, figure, published order by all")
    return [
        *FIGURES,
        *(
            Figure(
                "CodeAct",
                f"{subject}: {figure}",
                f"{published:.2f}".removesuffix(".00"),
                wants=_DUMPS.get(subject) or (_TASKS if figure == "tasks" else _RUNS),
            )
            for subject, figure, published in counts
        ),
    ]


def to_markdown(found: Iterable[Figure]) -> str:
    """The last section of the page."""
    rows = [
        f"| {one.system} | {one.what} | {one.value} | {f'`{one.test}`' if one.test else f'wants {one.wants}'} |"
        for one in found
    ]
    return "\n".join(
        [
            HEADING,
            "",
            "What is reproduced names the test that holds it on the published data. What wants data that is not here,",
            "and is a count, is held by the check `published_counts_are_met` as soon as a dump is landed whole:",
            f"`{_COUNTS}` runs the rules on made-up dumps of the published sizes, where they give these numbers.",
            "",
            "| system | figure | published | reproduced by |",
            "| --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )
