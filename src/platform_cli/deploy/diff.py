"""Compare two templates and list the changes of a deploy. Calls no cloud."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from platform_cli.blueprint.stores import contents_of, is_retaining

Template = Mapping[str, Any]


class ChangeAction(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REPLACED = "replaced"
    MAYBE_REPLACED = "may be replaced"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource that a deploy would touch."""

    action: ChangeAction
    logical_id: str
    type: str
    properties: tuple[str, ...] = ()
    retained: bool = False

    @property
    def holds(self) -> str:
        """The kind of data in it, or an empty text.

        It depends on the type, since a removed store is no longer part of the blueprint.
        """
        return contents_of(self.type)

    @property
    def loses_data(self) -> bool:
        is_deleted = self.action in {
            ChangeAction.REPLACED,
            ChangeAction.MAYBE_REPLACED,
            ChangeAction.REMOVED,
        }
        return bool(self.holds) and is_deleted and not self.retained


def compare_templates(
    old: Template | None, new: Template, replacements: Mapping[str, str] | None = None
) -> list[ResourceChange]:
    """List the changed resources, sorted by action. Assets are compared by their hash.

    `replacements` maps the logical ids that the cloud would replace, as the CDK CLI prints them.
    """
    before = _resources(old or {})
    after = _resources(new)
    return [
        *(_change(ChangeAction.REMOVED, id_, before[id_]) for id_ in sorted(before.keys() - after)),
        *_changed_resources(before, after, replacements or {}),
        *(_change(ChangeAction.ADDED, id_, after[id_]) for id_ in sorted(after.keys() - before)),
    ]


def find_changed_types(old: Template | None, new: Template) -> dict[str, str]:
    """Map the logical ids whose resource type differs to their deployed type.

    CloudFormation cannot change the type of a resource, and may delete the resource instead.
    """
    before, after = _resources(old or {}), _resources(new)
    return {
        id_: str(before[id_]["Type"])
        for id_ in sorted(before.keys() & after)
        if before[id_]["Type"] != after[id_]["Type"]
    }


def _changed_resources(
    before: Template, after: Template, replacements: Mapping[str, str]
) -> Iterator[ResourceChange]:
    actions = {"replace": ChangeAction.REPLACED, "may be replaced": ChangeAction.MAYBE_REPLACED}
    for id_ in sorted(before.keys() & after):
        if properties := tuple(_differences(before[id_], after[id_])):
            action = actions.get(replacements.get(id_, ""), ChangeAction.CHANGED)
            yield _change(action, id_, before[id_], properties)


def _differences(before: Template, after: Template) -> Iterator[str]:
    """Yield the names of the properties and resource attributes that differ."""
    old, new = before.get("Properties", {}), after.get("Properties", {})
    yield from (key for key in sorted(old.keys() | new) if old.get(key) != new.get(key))
    attributes = (before.keys() | after.keys()) - {"Properties", "Metadata"}
    yield from (key for key in sorted(attributes) if before.get(key) != after.get(key))


def _change(
    action: ChangeAction, logical_id: str, resource: Template, properties: tuple[str, ...] = ()
) -> ResourceChange:
    policy = "DeletionPolicy" if action is ChangeAction.REMOVED else "UpdateReplacePolicy"
    retained = is_retaining(resource.get(policy))
    return ResourceChange(action, logical_id, str(resource["Type"]), properties, retained)


def _resources(template: Template) -> Template:
    """Return the resources except the CDK's own metadata."""
    resources = template.get("Resources", {})
    return {id_: item for id_, item in resources.items() if item["Type"] != "AWS::CDK::Metadata"}
