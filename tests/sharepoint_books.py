"""The stand-in for Microsoft as the tests of SharePoint use it: started once a module, with a new
library for each test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.graph_server import GraphServer
from tests.graph_server.signin import CLIENT, TENANT
from trustbook.places.graph_client import GraphClient
from trustbook.places.graph_login import SharePointLogin, token_source
from trustbook.places.sharepoint import SharePointPlace
from trustbook.places.sharepoint_address import read_sharepoint_address


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphServer]:
    """A server that this process takes for Microsoft."""
    folder = tmp_path_factory.mktemp("library")
    with GraphServer(folder) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.variables().items():
            patch.setenv(name, value)
        yield server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No waiting, and a data folder of one's own."""
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    token_source.cache_clear()
    monkeypatch.setattr(GraphClient, "pause", lambda *_: None)


def login_of(server: GraphServer) -> SharePointLogin:
    """The app with its certificate."""
    return SharePointLogin(TENANT, CLIENT, str(server.certificate))


def place_on(server: GraphServer, name: str = "network.xlsx") -> SharePointPlace:
    """The place of a workbook in the library."""
    return SharePointPlace(read_sharepoint_address(server.address(name)), login_of(server))
