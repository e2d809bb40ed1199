"""One thin file per verb: it parses, calls a use case of `api`, and hands the value to a view.

The module docstring is the verb's help: its first line is the summary in `platform --help`, and
indented lines are examples. `run(session, ...)` takes Typer annotations and returns the data of
`--json`, or `Outcome(data, exit)` for an exit code other than 0. A verb with verbs of its own has
`COMMANDS`, which maps each name to a function with a docstring, in place of `run`.

A command holds no rule and prints nothing: rules belong in `api/`, rendering in `views/`, questions
in `prompts/`. It imports its use case at the top, since `verbs.py` loads one command per call; the
import of a use case must therefore load neither boto3 nor the CDK.
"""
