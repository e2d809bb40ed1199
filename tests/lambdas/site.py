"""A client's site in the state that the builder's tests need."""

from tests.fakes.pipeline import World


def released(world: World, *names: str) -> str:
    """Return a site whose release contains these articles, and the release."""
    for name in names:
        world.ingest.apply_deliveries([world.edit(name, 1)])
    world.builder.reconcile()
    world.pass_time(60)
    world.finish_builds()
    assert world.site.state.live is not None
    return world.site.state.live


def changed(world: World, name: str, version: int) -> None:
    world.ingest.apply_deliveries([world.edit(name, version)])
    world.builder.reconcile()
