"""The entries of the store at the edge behind `preview_routes.json`."""

from typing import Final

from platform_core import contract

FAR: Final = 4_102_444_800
FOLDER: Final = "AROA:AWSCodeBuild-1"
_VALUES: Final = {"good": f"{FAR} {FOLDER}", "over": f"1000 {FOLDER}", "broken": f"{FAR} ../r0"}
STORE: Final = {
    contract.preview_entry(contract.hash_preview_token(token)): value
    for token, value in _VALUES.items()
}
