"""The table of open assumptions in docs/aws.md is read completely."""

from pathlib import Path

import pytest

from benchmarks.aws_check.rows import INTRODUCTION, read_assumptions

PAGE = Path(__file__).parents[3] / "docs" / "aws.md"
COLUMNS = "| id | assumption | evidence | if it is wrong |\n|---|---|---|---|\n"
HEAD = f"{INTRODUCTION} (today):\n\n{COLUMNS}"


def test_every_row_of_the_page_is_read() -> None:
    page = PAGE.read_text()
    table = page.split(INTRODUCTION)[1].split("|---|---|---|---|\n")[1].split("\n\n")[0]
    rows = read_assumptions(page)
    assert len(rows) == len(table.strip().splitlines())
    assert all(row.text for row in rows)


def test_the_table_ends_at_the_first_line_of_text() -> None:
    (row,) = read_assumptions(HEAD + "| `a-1` | a | b | c |\n\nText\n\n| x | y | z |\n")
    assert (row.id, row.text, row.evidence, row.if_wrong) == ("a-1", "a", "b", "c")


@pytest.mark.parametrize(
    "page",
    [
        "",
        HEAD,
        HEAD + "| `a` | b |\n",
        HEAD + "| no id | a | b | c |\n",
        HEAD + "| `twice` | a | b | c |\n| `twice` | d | e | f |\n",
    ],
)
def test_a_page_without_a_whole_table_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match=r"table|columns|id"):
        read_assumptions(page)
