"""Print the seconds of each folder of tests, as rows of the table in `tests/README.md`.

    make test WORKERS=0 ARGS="--junitxml=suite.xml"
    python -m benchmarks.suite suite.xml [MORE.xml ...]

A worker's seconds count as they are, so the sum of a run on two workers is about twice its
duration. Setups and teardowns of fixtures are included.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree


def seconds_by_folder(reports: Iterable[Path]) -> dict[str, tuple[int, float]]:
    """Return the number of tests and their seconds for each folder below `tests/`."""
    totals: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for folder, seconds in _read_test_cases(reports):
        tests, sum_of_seconds = totals[folder]
        totals[folder] = (tests + 1, sum_of_seconds + seconds)
    return dict(sorted(totals.items()))


def _read_test_cases(reports: Iterable[Path]) -> Iterator[tuple[str, float]]:
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own report
            # The class name starts with the module's: `tests.assurance.wire.test_storms.TestStorm`.
            names = case.attrib["classname"].split(".")
            module = next(index for index, name in enumerate(names) if name.startswith("test_"))
            yield "/".join(names[:module]), float(case.attrib["time"])


def main(reports: list[Path]) -> None:
    """Print the table."""
    totals = seconds_by_folder(reports)
    for folder, (tests, seconds) in totals.items():
        print(f"| `{folder}/` | {tests:,} | {seconds:,.0f} |")
    tests, seconds = (sum(column) for column in zip(*totals.values(), strict=True))
    print(f"| all | {tests:,} | {seconds:,.0f} |")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
