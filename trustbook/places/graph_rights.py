"""Which step of the permissions is missing, as far as a token tells: consent, a grant, or the right
to write.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from trustbook.errors import NoAccess

# Rights that count only together with a grant on the site or the file.
SELECTED = {
    "Sites.Selected",
    "Lists.SelectedOperations.Selected",
    "ListItems.SelectedOperations.Selected",
    "Files.SelectedOperations.Selected",
}
_WRITES = {
    "Sites.ReadWrite.All",
    "Files.ReadWrite.All",
    "Sites.Manage.All",
    "Sites.FullControl.All",
}


def claims_of(token: str) -> dict[str, Any]:
    """What a token says of itself; nothing for one that we cannot read. It proves nothing: Graph
    decides.
    """
    try:
        middle = token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (ValueError, IndexError):
        return {}
    return found if isinstance(found, dict) else {}


def rights_of(token: str) -> set[str]:
    """The rights that a token names: those of an app, or those of a person's app."""
    claims = claims_of(token)
    roles = claims.get("roles")
    names = roles if isinstance(roles, list) else str(claims.get("scp", "")).split()
    return {str(name) for name in names} - {"profile", "openid", "email", "User.Read"}


def rights_missing(token: str, status: int = 403) -> NoAccess:
    """Why we are not let in."""
    claims, rights = claims_of(token), rights_of(token)
    client = claims.get("appid") or claims.get("azp") or "?"
    if claims and not rights:
        return NoAccess("sharepoint.no_consent", client=client)
    if rights & SELECTED and not rights & _WRITES:
        return NoAccess("sharepoint.no_grant", client=client)
    if status == 401:
        return NoAccess("sharepoint.token_refused")
    return NoAccess("sharepoint.forbidden")
