"""The catalogue of mutants is whole, and each still fits the code that it changes."""

import pytest

from tests.assurance.mutants.__main__ import MUTANTS, ROOT
from tests.assurance.mutants.exempt import EXEMPT
from tests.assurance.mutants.mutant import Mutant


def test_every_known_failure_has_a_mutant_or_a_reason() -> None:
    tried = {mutant.failure for mutant in MUTANTS}
    assert tried | EXEMPT.keys() == set(range(1, 69))
    assert not tried & EXEMPT.keys()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what)
def test_a_mutant_fits_the_code_and_its_tests_exist(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text()
    assert text.count(mutant.old) == 1
    compile(text.replace(mutant.old, mutant.new), mutant.file, "exec")
    for test in mutant.tests:
        assert (ROOT / test.partition("::")[0]).is_file()
