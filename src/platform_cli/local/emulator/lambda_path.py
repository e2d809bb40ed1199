"""The import path of Lambda functions: their bundle and the packages of the AWS runtime and layer.

The emulator runs functions in the server's own interpreter, which can import this whole project.
Without a restriction, a bundle with a missing file would work here and fail on AWS. Python runs
`sitecustomize` from its path at start-up; ours restricts the path of Lambda workers.
"""

import re
import shutil
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

PROVIDED = ("boto3", "aws-lambda-powertools", "pydantic")
_HOOK = Path(__file__).with_name("lambda_hook.py")


def create_lambda_path(folder: Path) -> None:
    """Fill the PYTHONPATH folder with the start-up hook and links to the provided packages."""
    shutil.rmtree(folder, ignore_errors=True)
    packages = folder / "packages"
    packages.mkdir(parents=True)
    shutil.copyfile(_HOOK, folder / "sitecustomize.py")
    for package in _find_packages():
        for name in {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}:
            target = packages / name
            if not target.exists():
                target.symlink_to(Path(str(package.locate_file(name))))


def _find_packages() -> Iterator[Distribution]:
    """Iterate over the provided packages and their installed dependencies."""
    pending, seen = list(PROVIDED), set[str]()
    while pending:
        name = re.sub(r"[-_.]+", "-", pending.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # a requirement of other Python versions
        yield package
        for requirement in package.requires or ():
            if "extra ==" not in requirement and (match := re.match(r"[\w.-]+", requirement)):
                pending.append(match[0])
