"""One thin file per verb.

Its docstring is the verb's help (first line: what `platform --help` shows; indented lines:
examples). `run(session, ...)` takes Typer annotations, shows people their part through
`session.screen`, and returns the data that `--json` prints; `Outcome(data, exit)` where the exit
code is not 0. It raises a `PlatformError` for what a person can mend, and imports what is heavy
inside its functions. A verb with verbs of its own holds `COMMANDS` (name -> function with a
docstring) in place of `run`.
"""
