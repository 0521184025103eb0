"""Whose token does this say it is? The tenant to judge it as, from the configuration alone; nothing is believed yet."""

from collections.abc import Iterable

from cds.config.model import Tenant, Trust
from cds.trust.tokens import Draft


class Issuers:
    """The tenants that take tokens, by their issuer."""

    def __init__(self, tenants: Iterable[Tenant]) -> None:
        self._by_issuer: dict[str, list[tuple[Tenant, Trust]]] = {}
        for tenant in tenants:
            if tenant.trust is not None:
                self._by_issuer.setdefault(tenant.trust.issuer, []).append((tenant, tenant.trust))

    def whose(self, draft: Draft) -> tuple[Tenant, Trust] | None:
        """The tenant and whom it trusts; None for an issuer that no tenant trusts.

        Tenants of one issuer are told apart by the `tenant` claim; one without a list of them takes what is on no other's list.
        """
        found = self._by_issuer.get(draft.issuer or "", [])
        if len(found) < 2:
            return found[0] if found else None
        named = {claim: one for one in found for claim in one[1].tenants or (None,)}
        return named.get(draft.tenant) or named.get(None) or found[0]  # which refuses a tenant that is on nobody's list
