"""What a Lambda may import besides its bundle: what AWS's runtime and layer hold, and no more.

The emulator runs functions in the server's own interpreter, where this whole project can be
imported: a bundle that lacks a file would work here and fail on AWS. Python reads a
`sitecustomize` from its path when it starts; ours narrows the path of Lambda workers, and lets
them find the one AWS host name that is none here.
"""

import re
import shutil
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

PROVIDED = ("boto3", "aws-lambda-powertools", "pydantic")
_HOOK = Path(__file__).with_name("lambda_hook.py")


def lay_lambda_path(folder: Path) -> None:
    """Fill `folder`, to be named by PYTHONPATH, with the hook and links to the packages."""
    shutil.rmtree(folder, ignore_errors=True)
    packages = folder / "packages"
    packages.mkdir(parents=True)
    shutil.copyfile(_HOOK, folder / "sitecustomize.py")
    for dist in _closure():
        for name in {file.parts[0] for file in dist.files or ()} - {"..", "__pycache__"}:
            target = packages / name
            if not target.exists():
                target.symlink_to(Path(str(dist.locate_file(name))))


def _closure() -> Iterator[Distribution]:
    waiting, seen = list(PROVIDED), set[str]()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # required on other Pythons only
        yield found
        for need in found.requires or ():
            if "extra ==" not in need and (match := re.match(r"[\w.-]+", need)):
                waiting.append(match[0])
