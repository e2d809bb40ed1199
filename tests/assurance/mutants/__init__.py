"""What would go wrong if our code were a little worse: each known failure, brought in on purpose.

A mutant is a small patch of one file that brings a failure of the catalogue back (the numbers are
those of the 68 failures in the design's references) and the tests that must turn red for it.
`python -m tests.assurance.mutants` applies them one by one to a copy of the project and prints the table.
"""
