"""A loopback Microsoft Graph, SharePoint and sign-in service for tests, driven by the real msal.

As documented: it does what the public pages of Microsoft Graph v1.0 and of the identity platform
say, and nothing here was recorded from a tenant. It keeps state over files in a folder, so that
"somebody saves" is a file that is written, and fails on demand.
``python -m tests.graph_server --port N`` starts it by itself.
"""

from __future__ import annotations

from .server import GraphServer

__all__ = ["GraphServer"]
