"""What docs/conformance.md says of other systems' published figures is so."""

import ast

import pytest

from adp import published, root
from tests import test_conformance

pytestmark = pytest.mark.any_duckdb


@pytest.fixture(scope="module")
def figures() -> list[published.Figure]:
    """All figures, worked out once."""
    return published.figures()


def test_every_figure_has_a_test_or_says_what_it_wants(figures: list[published.Figure]) -> None:
    assert figures
    for figure in figures:
        assert (figure.test is None) != (figure.wants is None), figure.what
        if figure.test is not None:
            file, name = figure.test.split("::")
            functions = ast.parse((root() / file).read_text(encoding="utf-8")).body
            assert name in {function.name for function in functions if isinstance(function, ast.FunctionDef)}


def test_the_page_ends_in_the_figures(figures: list[published.Figure]) -> None:
    page = (root() / "docs" / "conformance.md").read_text(encoding="utf-8")
    section = published.to_markdown(figures)
    assert page.endswith(f"\n\n{section}"), "docs/conformance.md is not of this state: `make conformance`"
    assert not set(test_conformance.of_datasets(page)) & set(section.splitlines())
