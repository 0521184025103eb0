"""The integration sheet of a client: what both sides type in, before the first call, as one page of Markdown.

Made from knowledge and configuration, so that templates, codes and domains on it are those that hold. May import jinja2; knows no HTTP
and no FHIR.
"""

from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cards.model import Library
from cds import evaluate
from cds.config.model import Profile, Settings
from cds.tenancy import Site

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701 - Markdown, from our own knowledge
)


def sheet(client: Profile, site: Site, settings: Settings) -> str:
    """The sheet for this client, with the addresses, templates and codes of this site."""
    library = site.library
    template = _TEMPLATES.get_template(f"{client.value}.md")
    return template.render(
        base=settings.public_base_url,
        tenant=site.tenant,
        services=[(service, evaluate.prefetch_of(service.hook, library)) for service in library.services],
        templates={key: asked for service in library.services for key, asked in evaluate.prefetch_of(service.hook, library).items()},
        keys=library.data,
        hosts=link_hosts(library, settings.public_base_url),
        reasons=override_reasons(library),
        system=library.override_system,
        topics=[(rule.topic, rule.title) for rule in library.rules.values()],
    )


def link_hosts(library: Library, base: str) -> list[str]:
    """Every host that a card may link to, our own first (REQUIREMENTS LINK-9)."""
    found = {urlsplit(source.link).hostname or "" for source in library.sources.values() if source.link and not source.is_guide}
    return [urlsplit(base).hostname or "", *sorted(found - {""})]


def override_reasons(library: Library) -> dict[str, str]:
    """Every override reason that a card may offer, code to words (REQUIREMENTS OVR-3)."""
    return {reason.code: reason.display for rule in library.rules.values() for reason in rule.override_reasons}
