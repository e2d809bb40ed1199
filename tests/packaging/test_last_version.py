"""The changelog describes the version, and the record of the last published one is current."""

import re
import tomllib

from tests.packaging.last_version import ROOT, last_version

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
VERSIONS = re.findall(r"^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$", CHANGELOG, re.MULTILINE)
"""Newest first."""


def test_the_changelog_describes_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert VERSIONS[0] == project["version"]


def test_the_page_on_upgrading_describes_every_minor_version() -> None:
    page = (ROOT / "docs" / "upgrading.md").read_text()
    minor_versions = [version for version in VERSIONS if version.endswith(".0")]
    assert re.findall(r"^## (\d+\.\d+\.\d+)$", page, re.MULTILINE) == minor_versions


def test_the_record_names_the_last_version_before_the_next_change() -> None:
    """`Unreleased` is the section of the first change after a version."""
    if "\n## Unreleased\n" in CHANGELOG:
        assert last_version().version == VERSIONS[0], "CONTRIBUTING.md, 'Publish a version'"
