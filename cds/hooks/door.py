"""Who calls? The open tenant, until tokens are checked; everybody else is refused before a body is read.

Refusals are alike and give no reason (REQUIREMENTS JWT-21).
"""

from http import HTTPStatus

from flask import Request

from cds.hooks.errors import Issue, Refused
from cds.tenancy import Site, Sites


class Door:
    """Tells each call's tenant."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    def admit(self, request: Request) -> Site:
        """As whom may this request be answered? Raises Refused with 401 where nobody vouches for it."""
        if self._sites.open is not None:
            return self._sites.open
        raise Refused((Issue(where="", words="Authentication is required.", code="login"),), HTTPStatus.UNAUTHORIZED)
