"""Proofs and cases from outside reviews and bug reports, run through `tests.outside`."""

import pytest


def open_hole(finding: str) -> pytest.MarkDecorator:
    """Mark a test that fails until the vulnerability is fixed. `finding` begins with its number.

    Only a failed assertion counts: an error of the test itself fails the test. The change that
    fixes the vulnerability deletes the mark, because a strict expected failure must not pass.
    """
    return pytest.mark.xfail(reason=finding, strict=True, raises=AssertionError)
