"""Every known failure has a mutant or an exemption, and every mutant matches the current code."""

import pytest

from tests.assurance.mutants.__main__ import MUTANTS, ROOT
from tests.assurance.mutants.exempt import EXEMPT
from tests.assurance.mutants.mutant import Mutant


def test_every_known_failure_has_a_mutant_or_an_exemption() -> None:
    covered = {mutant.failure for mutant in MUTANTS}
    assert covered | EXEMPT.keys() == set(range(1, 72))
    assert not covered & EXEMPT.keys()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.description)
def test_a_mutant_matches_the_code_and_names_existing_tests(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text()
    assert text.count(mutant.old) == 1
    compile(text.replace(mutant.old, mutant.new), mutant.file, "exec")
    for test in mutant.tests:
        assert (ROOT / test.partition("::")[0]).is_file()
