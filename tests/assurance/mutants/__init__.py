"""Mutants: every known failure, brought back on purpose.

A mutant is a small patch of one file that brings one of the known failures back, and the tests
that must fail for it. `python -m tests.assurance.mutants` applies the mutants one by one to a copy
of the project and prints a table.
"""
