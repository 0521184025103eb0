"""How the knowledge is put before people: the words of groups and designs, card text as HTML, and the templates' environment.

Pages and the handbook share it; they differ in where a link leads. Knows no HTTP and no patient.
"""

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from cards import examples, ties
from cards.model import Disposition, Indicator, Library, Number, Rule, Source
from cards.render import with_numbers

GROUPS = {
    "contraindications": "Contraindications",
    "precautions": "Precautions",
    "interactions": "Interactions",
    "dose": "Dose",
    "monitoring": "Monitoring",
    "information": "Information",
    "service": "Service",
}
# a design, of one source and of many; strongest first
_DESIGN_WORDS = {
    "rct": ("Randomised trial", "Randomised trials"),
    "meta-analysis": ("Meta-analysis", "Meta-analyses"),
    "systematic-review": ("Systematic review", "Systematic reviews"),
    "cohort-prospective": ("Prospective cohort", "Prospective cohorts"),
    "cohort-retrospective": ("Retrospective cohort", "Retrospective cohorts"),
    "case-series": ("Case series", "Case series"),
    "case-report": ("Case report", "Case reports"),
    "mechanistic": ("Mechanism, laboratory or imaging", "Mechanism, laboratory and imaging"),
    "review": ("Narrative review", "Narrative reviews"),
    "drug-label": ("Product information", "Product information"),
    "guideline": ("Guideline", "Guidelines"),
    "reference-database": ("Reference database", "Reference databases"),
    "protocol": ("Trial protocol or registration", "Trial protocols and registrations"),
    "practice-guide": ("Practice guide", "Practice guides"),
    "patient-guide": ("Patient guide", "Patient guides"),
}
DESIGN = {design: one for design, (one, many) in _DESIGN_WORDS.items()}
DESIGNS = {design: many for design, (one, many) in _DESIGN_WORDS.items()}
DIRECTIONS = {"for": "for benefit", "against": "against benefit", "mixed": "mixed", "none": "no efficacy result"}
OUTCOMES = {
    Disposition.FINDING: ("Checked", "the service checks or decides something from it"),
    Disposition.TEXT: ("Said in a text", "a card or page says it, nothing is decided by it"),
    Disposition.EVIDENCE: ("Evidence", "a source covers it, corrected where need be"),
    Disposition.NOT_EXECUTED: ("Not executed", "left out on purpose, with the reason"),
}
PURPOSE = (
    "A CDS Hooks service. While a prescriber chooses or signs an order, the record system sends the draft and the patient's context; "
    "guidance cards come back, each linked to the evidence that it rests on."
)
LIMITS = (
    "It supports a prescriber and decides nothing: it diagnoses nobody, orders nothing, and an answer without cards is no clearance.",
    "It sees only what the record system sends. What could not be checked is said on a card; what is on no list (kratom, opioids from the "
    "street or from another pharmacy, a methadone clinic) has to be asked for.",
    "It is no medical device with regulatory clearance, and no clinical body has approved its content. A site that uses it has to review it "
    "first; numbers that no source gives are marked as service policy, with the reason.",
    "Low-dose naltrexone is off-label and compounded. That a use is named here is no recommendation of it.",
)
_UNITS = {"d": "day", "h": "hour", "wk": "week", "mo": "month", "a": "year"}  # UCUM's words for time, as people say them
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITALIC = re.compile(r"\*(.+?)\*")
_BLANK = re.compile(r"\{[a-z_]+\}")

Href = Callable[[str], str]


def markdown(text: str) -> Markup:
    """The few constructs of our own cards as HTML: bold, italic, lists, paragraphs. Everything is escaped first."""
    return Markup("\n").join(_block(block) for block in re.split(r"\n\s*\n", text.strip()))


def _block(block: str) -> Markup:
    parts = []
    for listed, lines in groupby(block.splitlines(), lambda line: line.startswith("- ")):
        if listed:
            parts.append(Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(_inline(line[2:])) for line in lines)))
        else:
            parts.append(Markup("<p>{}</p>").format(_inline(" ".join(lines))))
    return Markup("\n").join(parts)


def _inline(text: str) -> Markup:
    safe = str(escape(text))
    return Markup(_ITALIC.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", safe)))  # noqa: S704 - escaped the line before


def template_text(text: str, library: Library) -> Markup:
    """A card's text before any patient: the policy's numbers filled in, what the chart gives marked in braces."""
    return Markup(_BLANK.sub(r"<var>\g<0></var>", str(escape(with_numbers(text, library.policy)))))  # noqa: S704 - escaped first


def by_group(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """The findings by group, in the order of GROUPS, unknown groups last; within a group what harms soonest comes first."""
    found: dict[str, list[Rule]] = {group: [] for group in GROUPS}
    for rule in rules:
        found.setdefault(rule.group, []).append(rule)
    return {group: members for group, members in found.items() if members}


def by_design(sources: Iterable[Source]) -> dict[str, list[Source]]:
    """The sources by design, strongest first, the newest of each first."""
    found: dict[str, list[Source]] = {design: [] for design in DESIGNS}
    for source in sources:
        found.setdefault(source.type, []).append(source)
    return {design: sorted(members, key=lambda one: (-(one.year or 0), one.id)) for design, members in found.items() if members}


def severities(rule: Rule) -> list[Indicator]:
    """Which severities can this finding take? The gravest first."""
    return sorted({wording.indicator for wording in rule.variants.values()}, key=lambda one: one.rank)


def amount(number: Number) -> str:
    """A number with its unit as people write it: 10 days, 4.5 mg, 0.5."""
    value = f"{number.value.normalize():f}"
    if number.unit in _UNITS:
        return f"{value} {_UNITS[number.unit]}{'' if value == '1' else 's'}"
    return value if number.unit == "1" else f"{value} {number.unit}"


def spoken(code: str) -> str:
    """A code of lower-case words in plain words, where nothing better is known."""
    return code.replace("-", " ").capitalize()


def environment(library: Library, href: Href) -> Environment:
    """The templates, with what they may ask for. `href` says where a path of this service leads."""
    made = Environment(
        loader=PackageLoader("cds.hooks", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"markdown": markdown, "spoken": spoken, "amount": amount, "of": lambda names, table: [table[name] for name in names]}
    made.globals |= {
        "library": library,
        "href": href,
        "ties": ties,
        "said": lambda text: template_text(text, library),
        "example_card": lambda code: examples.card(code, library, ""),
        "by_group": by_group,
        "by_design": by_design,
        "severities": severities,
        "groups": GROUPS,
        "design": DESIGN,
        "designs": DESIGNS,
        "directions": DIRECTIONS,
        "outcomes": OUTCOMES,
        "purpose": PURPOSE,
        "limits": LIMITS,
    }
    return made
