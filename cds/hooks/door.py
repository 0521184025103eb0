"""Who calls? The tenant that a token vouches for, or the open one; everybody else is refused before a body is read.

Refusals are alike and give no reason (REQUIREMENTS JWT-21): that goes to log and metric, without any part of the token.
"""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from flask import Request

from cds.config.model import Tenant, Trust
from cds.hooks import errors, metrics
from cds.tenancy import Site, Sites
from cds.trust import tokens
from cds.trust.issuers import Issuers
from cds.trust.reasons import Reason, Unavailable, Untrusted
from cds.trust.replays import Replays

_LOG = logging.getLogger("ldn_cds")
_SLASHES = re.compile("//+")


class Door:
    """Tells each call's tenant. `base_url` is our public address: what a token is meant for is never judged by the Host header."""

    def __init__(self, sites: Sites, base_url: str, keys: tokens.Keys, replays: Replays, now: Callable[[], datetime]) -> None:
        self._open = sites.open
        self._base_url, self._keys, self._replays, self._now = base_url, keys, replays, now
        self._sites, self._issuers = sites, Issuers(site.tenant for site in sites.all)

    def admit(self, request: Request) -> Site:
        """As whom may this request be answered? Raises Refused: 401 where nobody vouches for it, 503 where that cannot be found out now."""
        found: tuple[Tenant, Trust] | None = None
        try:
            draft = self._draft(request.headers.get("Authorization"))
            found = self._issuers.whose(draft) if draft else None
            if draft is None or found is None:  # no token, or one that says nothing to us
                return self._free(Reason.ISSUER if draft else Reason.NO_TOKEN)
            tenant, trust = found
            tokens.verify(draft, self._urls(request.path), trust, self._keys, self._replays, self._now())
            return self._sites.by_id[tenant.id]
        except Untrusted as error:
            self._refuse(error.reason, found, errors.unauthorized())
        except Unavailable as error:
            self._refuse(error.what, found, errors.unavailable())

    def _draft(self, authorization: str | None) -> tokens.Draft | None:
        """The token that came along; None if there is none, or the open tenant makes that no matter (REQUIREMENTS JWT-38)."""
        scheme, _, text = (authorization or "").strip(" ").partition(" ")
        if scheme.casefold() != "bearer" or not text.strip(" "):
            return None
        try:
            return tokens.read(text.strip(" "))
        except Untrusted as error:
            if self._open is not None and error.reason is Reason.MALFORMED:
                return None
            raise

    def _free(self, reason: Reason) -> Site:
        if self._open is None:
            raise Untrusted(reason)
        return self._open

    def _urls(self, path: str) -> set[str]:
        """The called address as it is registered, and as it was spelled: clients glue paths to bases with a slash too many."""
        return {self._base_url + path, self._base_url + _SLASHES.sub("/", path).rstrip("/")}

    def _refuse(self, reason: str, found: tuple[Tenant, Trust] | None, answer: errors.Refused) -> NoReturn:
        """Say no, and tell the operator why. The issuer is told only if it is one of the configuration."""
        known = {"tenant": found[0].id, "issuer": found[1].issuer} if found else {}
        metrics.refused(known.get("tenant", ""), reason)
        _LOG.warning("refused", extra={"reason": str(reason), "status": answer.status, **known})
        raise answer from None
