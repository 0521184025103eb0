"""Who calls? The tenant that a token vouches for, or the open one; everybody else is refused before a body is read.

Refusals are alike and give no reason (REQUIREMENTS JWT-21): that goes to log and metric, without any part of the token.
"""

import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from flask import Request

from cds.hooks import errors, metrics
from cds.tenancy import Site, Sites
from cds.trust import tokens
from cds.trust.reasons import Reason, Unavailable, Untrusted
from cds.trust.replays import Replays

_LOG = logging.getLogger("ldn_cds")
_BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +(\S.*?) *", re.DOTALL)
_SLASHES = re.compile("//+")


class Door:
    """Tells each call's tenant. `base_url` is our public address: what a token is meant for is never judged by the Host header."""

    def __init__(self, sites: Sites, base_url: str, keys: tokens.Keys, replays: Replays, now: Callable[[], datetime]) -> None:
        self._open = sites.open
        self._base_url, self._keys, self._replays, self._now = base_url, keys, replays, now
        self._by_issuer: dict[str, list[Site]] = {}
        for site in sites.all:
            if site.tenant.trust is not None:
                self._by_issuer.setdefault(site.tenant.trust.issuer, []).append(site)

    def admit(self, request: Request) -> Site:
        """As whom may this request be answered? Raises Refused: 401 where nobody vouches for it, 503 where that cannot be found out now."""
        draft: tokens.Draft | None = None
        site: Site | None = None
        try:
            draft = self._draft(request.headers.get("Authorization"))
            if draft is not None:
                site = self._site(draft)
            if site is None:  # no token, or one that says nothing to us
                return self._free(Reason.NO_TOKEN if draft is None else Reason.ISSUER)
            assert draft is not None  # noqa: S101 - for the type checker: a site comes from a token
            assert site.tenant.trust is not None  # noqa: S101 - sites of tokens have it
            tokens.verify(draft, self._urls(request.path), site.tenant.trust, self._keys, self._replays, self._now())
            return site
        except Untrusted as error:
            self._refuse(error.reason, site, errors.unauthorized())
        except Unavailable as error:
            self._refuse(error.what, site, errors.unavailable())

    def _draft(self, authorization: str | None) -> tokens.Draft | None:
        """The token that came along; None if there is none, or the open tenant makes that no matter (REQUIREMENTS JWT-38)."""
        found = _BEARER.fullmatch(authorization or "")
        if found is None:
            return None
        try:
            return tokens.read(found[1])
        except Untrusted as error:
            if self._open is not None and error.reason is Reason.MALFORMED:
                return None
            raise

    def _site(self, draft: tokens.Draft) -> Site | None:
        """Whose token does this say it is? None for an issuer that no tenant trusts."""
        sites = self._by_issuer.get(draft.issuer or "", [])
        if len(sites) < 2:
            return sites[0] if sites else None
        named = {claim: site for site in sites if site.tenant.trust for claim in site.tenant.trust.tenants or (None,)}
        found = named.get(draft.tenant) or named.get(None)
        if found is None:
            raise Untrusted(Reason.TENANT)
        return found

    def _free(self, reason: Reason) -> Site:
        if self._open is None:
            raise Untrusted(reason)
        return self._open

    def _urls(self, path: str) -> set[str]:
        """The called address as it is registered, and as it was spelled: clients glue paths to bases with a slash too many."""
        return {self._base_url + path, self._base_url + _SLASHES.sub("/", path).rstrip("/")}

    def _refuse(self, reason: str, site: Site | None, answer: errors.Refused) -> NoReturn:
        """Say no, and tell the operator why. The issuer is told only if it is one of the configuration."""
        tenant = site.tenant.id if site else ""
        metrics.refused(tenant, reason)
        extra = {"reason": str(reason), "status": answer.status}
        if site is not None and site.tenant.trust is not None:
            extra |= {"tenant": tenant, "issuer": site.tenant.trust.issuer}
        _LOG.warning("refused", extra=extra)
        raise answer from None
