"""A local site keeps its address, and says so while it is served at another one."""

import socket
from pathlib import Path

import pytest

from platform_cli.local.addresses import AddressBook, ListenerPair, describe_move
from tests.local.ground import reserve_ports

NAME = "acme/prod"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    reserve_ports(tmp_path, NAME, "bravo/prod")
    return tmp_path / "addresses.json"


def close(listeners: ListenerPair) -> None:
    for listener in listeners:
        listener.close()


def test_a_site_returns_to_its_own_address(file: Path) -> None:
    book = AddressBook.load(file)
    own = book.ports[NAME]
    with socket.create_server(("127.0.0.1", own.site)):
        close(book.open_listeners(NAME))
        book.save()
        moved = book.addresses_of(NAME)
    assert moved.moved_from == f"http://127.0.0.1:{own.site}" != moved.site_url
    assert str(own.site) in describe_move(moved.moved_from, moved.site_url)
    again = AddressBook.load(file)
    close(again.open_listeners(NAME))
    assert again.addresses_of(NAME) == own.to_addresses()
    assert again.addresses_of(NAME).moved_from == ""


def test_a_moved_site_takes_no_address_of_another(file: Path) -> None:
    book = AddressBook.load(file)
    with socket.create_server(("127.0.0.1", book.ports[NAME].site)):
        close(book.open_listeners(NAME))
    taken = {book.moved[NAME].site, book.moved[NAME].api}
    assert not taken & {book.ports["bravo/prod"].site, book.ports["bravo/prod"].api}
    listeners = book.open_listeners("carol/prod")
    assert not taken & {listener.getsockname()[1] for listener in listeners}
    close(listeners)
    book.forget(NAME)
    assert NAME not in {**book.ports, **book.moved}
