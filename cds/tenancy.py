"""Who may call as what: each tenant with the knowledge as its site has it.

Joins configuration and knowledge; knows no HTTP and no FHIR. The knowledge is loaded once; a tenant's own is the same with its numbers,
its medication sources and its local codes put over it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cards import site
from cards.model import Library
from cds.config.model import Settings, Tenant
from cds.config.read import SettingsFaults

_MEDICATIONS = "medications"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One tenant and what it is judged by."""

    tenant: Tenant
    library: Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """All tenants by their id. `open` is the one that callers without a token call as, if there is one."""

    by_id: Mapping[str, Site]
    open: Site | None

    @property
    def all(self) -> tuple[Site, ...]:
        """Every site, in the order of the configuration."""
        return tuple(self.by_id.values())


def sites(settings: Settings, library: Library) -> Sites:
    """Every tenant with its knowledge. Raises SettingsFaults with every fault of every site profile."""
    found: dict[str, Site] = {}
    faults: list[str] = []
    for tenant in settings.tenants:
        try:
            found[tenant.id] = Site(tenant=tenant, library=knowledge_of(tenant, library))
        except site.ProfileFaults as error:
            faults += [f"tenants.{tenant.id}.site_profile: {fault}" for fault in error.faults]
    if faults:
        raise SettingsFaults(tuple(faults))
    free = [found[tenant.id] for tenant in settings.open_tenants]
    return Sites(by_id=found, open=free[0] if free else None)


def knowledge_of(tenant: Tenant, library: Library) -> Library:
    """The knowledge as this tenant's site has it. Raises cards.site.ProfileFaults."""
    if tenant.site_profile is not None:
        library = site.apply(tenant.site_profile, library)
    sources = tenant.medication_sources
    if sources:
        # what this EHR cannot give is neither asked for nor missed
        data = {name: key for name, key in library.data.items() if key.need != _MEDICATIONS or key.resource in sources}
        library = replace(library, data=data) if len(data) != len(library.data) else library
    if tenant.local_codes:
        library = replace(library, terminology=replace(library.terminology, local=dict(tenant.local_codes)))
    return library
