"""Every name that others may rely on, read from outside where possible.

The command line is read through its entry point, the configuration through its schema, and stack
outputs and the functions' environment through the golden templates. Only `FACES`, which are public
modules themselves, are imported by name.
"""

import contextlib
import gc
import importlib
import inspect
import io
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from unittest.mock import patch

from typer.core import TyperGroup

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "tests" / "infra" / "golden"
FACES = {"platform_core.provider": "__all__", "platform_cli.api": "__all__"}
"""Public modules, and whether `__all__` lists their names."""
VARIABLE = re.compile(r"\b_?PLATFORM_[A-Z][A-Z_]*\b")
PLAIN = (bool, int, float, str, Path)
PROSE = {"title", "description", "examples", "$comment", "markdownDescription"}


def call(*words: str) -> tuple[int, str]:
    """Run the command line in this process. Returns its exit code and its stdout."""
    (entry,) = entry_points(group="console_scripts", name="platform")
    out, thresholds = io.StringIO(), gc.get_threshold()
    with (
        patch("sys.argv", ["platform", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        try:
            entry.load()()
        except SystemExit as end:
            return int(end.code or 0), out.getvalue()
        finally:
            gc.set_threshold(*thresholds)
    raise AssertionError("the command line returned without an exit code")


# --- the command line ---------------------------------------------------------------------------


def verbs() -> dict[str, Any]:
    """Return every command and its parameters; placeholders and help texts are not public."""
    roots: list[Any] = []

    def keep(self: Any, *_: Any, **__: Any) -> int:
        roots.append(self)
        return 0

    with patch.object(TyperGroup, "main", keep):
        call("--help")
    return dict(sorted(_commands(roots[0], "platform")))


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, [_parameter(param) for param in command.params]
    if not isinstance(command, TyperGroup):
        return
    context = command.make_context("platform", [], resilient_parsing=True)
    for name in command.list_commands(context):
        inner = command.resolve_command(context, [name])[1]
        yield from _commands(inner, f"{path} {name}")


def _parameter(parameter: Any) -> dict[str, Any]:
    default = None if callable(parameter.default) else parameter.default
    positional = parameter.param_type_name == "argument"
    kind = parameter.type_descriptor.annotation
    choices = [each.value for each in kind] if _is_enum(kind) else []
    names = {
        "names": [] if positional else [*parameter.opts, *parameter.secondary_opts],
        "argument": positional,
        "type": "choice" if choices else kind.__name__ if kind in PLAIN else "text",
        "choices": choices,
        "default": default if isinstance(default, bool | int | None) else str(default),
        "required": parameter.required,
        "repeatable": parameter.multiple or parameter.nargs != 1,
        "flag": getattr(parameter, "is_flag", False),
        "hidden": getattr(parameter, "hidden", False),
        "variable": parameter.envvar,
        "least": parameter.min,
        "most": parameter.max,
    }
    return {key: value for key, value in names.items() if value not in (None, False, [])}


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def exit_codes() -> list[int]:
    """Return the exit codes that the page of commands documents."""
    page = (ROOT / "docs" / "commands.md").read_text()
    sentence = page.partition("Exit codes:")[2].partition(".")[0]
    return [int(code) for code in re.findall(r"\b\d+\b", sentence)]


# --- the rest -----------------------------------------------------------------------------------


def config_fields() -> Any:
    """Return the schema of a client's file, without its prose."""
    return _bare(json.loads(call("schema", "--json")[1])["data"]["schema"])


def _bare(schema: Any, *, names: bool = False) -> Any:
    """Remove descriptions. `names`: the keys are fields of the file, which may include
    `description`."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _bare(value, names=key in {"properties", "$defs"} and not names)
        for key, value in schema.items()
        if names or key not in PROSE
    }


def variables() -> list[str]:
    """Return the PLATFORM environment variables that the code mentions."""
    files = [file for folder in ("src", "lambdas") for file in (ROOT / folder).rglob("*.py")]
    return sorted({name for file in files for name in VARIABLE.findall(file.read_text())})


def contract_values() -> dict[str, Any]:
    """Return names and values that the functions, the infrastructure and the command line share."""
    module = importlib.import_module("platform_core.contract")
    return {
        name: value
        for name, value in sorted(vars(module).items())
        if name.isupper() and isinstance(value, str | int | float | dict)
    }


def stacks() -> dict[str, Any]:
    """Return the outputs of a stack, and the environment of its functions and builds."""
    outputs: set[str] = set()
    functions: dict[str, set[str]] = {}
    for file in TEMPLATES.glob("*.json"):
        template = json.loads(file.read_text())
        outputs |= set(template.get("Outputs", {}))
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            match resource["Type"]:
                case "AWS::Lambda::Function" if "Environment" in properties:
                    keys = functions.setdefault(properties["Handler"], set())
                    keys |= set(properties["Environment"]["Variables"])
                case "AWS::CodeBuild::Project":
                    keys = functions.setdefault("build", set())
                    keys |= {
                        one["Name"] for one in properties["Environment"]["EnvironmentVariables"]
                    }
    return {
        "outputs": sorted(outputs),
        "environment": {name: sorted(keys) for name, keys in sorted(functions.items())},
    }


def faces() -> dict[str, Any]:
    """Return the names of the public modules, with their fields and parameters."""
    found: dict[str, Any] = {}
    for name, listed in FACES.items():
        module = importlib.import_module(name)
        names = getattr(module, listed) if listed else _own_names(module)
        found[name] = {each: _described(getattr(module, each)) for each in sorted(names)}
    return found


def _own_names(module: Any) -> list[str]:
    """Return public names that the module defines, or imports `as` themselves."""
    source = inspect.getsource(module)
    again = set(re.findall(r"^from \S+ import (\w+) as \1$", source, re.MULTILINE))
    assigned = set(re.findall(r"^([A-Za-z]\w*)(?::[^=\n]+)? = ", source, re.MULTILINE))
    defined = set(re.findall(r"^(?:class|def) ([A-Za-z]\w*)", source, re.MULTILINE))
    return sorted(again | assigned | defined)


def _described(thing: Any) -> Any:
    if isinstance(thing, type) and issubclass(thing, Enum):
        return {member.name: member.value for member in thing}
    if isinstance(thing, type) and is_dataclass(thing):
        properties = [k for k, v in vars(thing).items() if isinstance(v, property)]
        required = {
            each.name: each.default is MISSING and each.default_factory is MISSING
            for each in fields(thing)
        }
        return {"fields": required, "properties": properties, "methods": _methods(thing)}
    if isinstance(thing, type):
        attributes = [name for name in getattr(thing, "__annotations__", {}) if name[0] != "_"]
        return {"attributes": attributes, "methods": _methods(thing)}
    if callable(thing) and not isinstance(thing, type) and hasattr(thing, "__code__"):
        return {"parameters": _parameters(thing)}
    return repr(thing) if isinstance(thing, str | int | float) else "a value"


def _methods(kind: type) -> dict[str, Any]:
    return {
        name: _parameters(member)
        for name, member in vars(kind).items()
        if inspect.isfunction(member) and (not name.startswith("_") or name == "__call__")
    }


def _parameters(function: Any) -> list[str]:
    return [
        each.name
        + (" (by name)" if each.kind is inspect.Parameter.KEYWORD_ONLY else "")
        + (" (optional)" if each.default is not inspect.Parameter.empty else "")
        for each in inspect.signature(function).parameters.values()
        if each.name != "self"
    ]


def package() -> Mapping[str, Any]:
    """Return the installed names: the package, its program and the group of its plugins."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        "name": project["name"],
        "scripts": sorted(project["scripts"]),
        "extras": sorted(project["optional-dependencies"]),
        "entry_point_groups": sorted(project["entry-points"]),
    }
