"""The words that begin and join clauses: then, for, after, up to, increase by. May import the kinds only."""

from cds.dosing.vocabulary.kinds import Kind, Table


def clauses(table: Table) -> None:
    """Phrases that give a dosage its shape."""
    add, found = table.add, table.found
    add(Kind.PER, None, "per", "in")
    add(Kind.A, None, "a", "an", "the", "a single", "single", "i", "whole")
    add(Kind.AND, None, "and", "&", "+", "plus", "et", "as well as", "along with", "and also")
    add(Kind.OR, None, "or")
    add(Kind.TO, None, "to", "until", "till", "until reaching", "until you reach", "until at", "to a maximum of", "to a max of", "to max", "to maximum", "to a target of",
        "to a target dose of", "to target dose of", "to goal of", "to a goal of", "to a maximum dose of", "to maximum dose of", "to a total of", "to a maintenance dose of",
        "until a dose of", "to a dose of", "target", "target dose", "to target of", "to target", "goal", "goal dose", "to maintenance dose of",
        "up to a target dose of", "up to a target of", "up to a goal of", "up to a dose of", "to reach", "until on", "until taking", "to max of", "to maximum of", "up to goal of", "up to goal dose of",
        "to the target dose of", "to goal dose of", "up to a total of", "until reach", "until dose of", "until you get to", "until it is", "to reach a dose of", "through", "thru",
        "until max dose of", "to max dose of", "to a max dose of", "up to max", "until target dose of", "until the dose is", "target of", "goal of", "to a goal dose of",
        "until you are taking", "until dose is", "to a final dose of", "to final dose of", "until the target dose of")  # fmt: skip
    add(
        Kind.UP_TO,
        None,
        "and up to",
        "and upto",
        "up to",
        "upto",
        "up to a maximum of",
        "up to a max of",
        "up to max of",
        "up to maximum of",
        "up to a maximum dose of",
    )
    add(Kind.MAX, None, "max", "maximum", "maximum of", "max of", "max dose", "maximum dose", "not to exceed", "no more than", "do not exceed", "not more than", "nte", "mdd",
        "maximum daily dose", "max daily dose", "maximum dose of", "max dose of", "maximum daily dose of", "max daily dose of", "to a daily maximum of", "daily max", "daily maximum", "don't exceed")  # fmt: skip
    add(
        Kind.BY,
        None,
        "by",
        "in steps of",
        "in increments of",
        "by increments of",
        "in",
        "by an additional",
        "by another",
        "an additional",
        "by a further",
    )
    del found[("in",)]
    add(Kind.PER, None, "per", "in", "in a", "in any", "in each", "within")
    add(Kind.FOR, None, "for", "for the first", "for a total of", "during the first", "for the next", "for the following", "over the next", "for another", "for a further", "for at least",
        "for the initial", "during", "for first", "for next", "for about", "over", "for a period of", "the first", "first", "initially for", "for up to")  # fmt: skip
    add(Kind.X, None, "x", "×")
    add(Kind.THEN, None, "then", "followed by", "and then", "thereafter", "after that", "afterwards", "subsequently", "next", "after which", "- >", "- - >", ">", "then continue",
        "then take", "then resume", "maintain", "and maintain", "then continue with", "and after that", "and thereafter", "following that", "then followed by", "then start", "thereafter take", "from then on", "and subsequently", "then go on to",
        "then move to", "then switch to", "then change to", "then continue at", "then continue on", "then stay on", "then stay at", "then remain on", "then maintain", "then maintain at",
        "continue with", "continue at", "change to", "switch to", "maintenance", "then maintenance", "then maintenance dose", "maintain at", "maintenance dose", "and continue at", "then on", "maintenance of", "continue on", "then back to")  # fmt: skip
    ups = ("increase", "before increasing", "increases", "increasing", "titrate", "titrate up", "go up", "raise", "increase dose", "increase the dose", "increase your dose", "raise the dose", "titrating up", "uptitrate",
        "titrate upward", "titrate upwards", "step up", "may increase", "can increase", "titrate dose", "titrate dose up", "titrate the dose", "titrate slowly", "adjust up", "escalate", "escalating",
        "increase slowly", "increase gradually", "titrating", "up - titrate", "uptitrating", "up titrate", "increased", "gradually increase", "slowly increase", "slowly titrate", "slowly titrate up", "add", "adding", "up",
        "increase nightly dose", "increase daily dose", "increase the daily dose", "increase the nightly dose", "inc", "incr")  # fmt: skip
    for word in ups:
        for lead in (
            "",
            "then ",
            "and ",
            "and then ",
            "may ",
            "can ",
            "please ",
            "if tolerated ",
            "then may ",
            "if well tolerated ",
            "and may ",
            "if tolerated may ",
        ):
            add(Kind.UP, None, f"{lead}{word}")
    downs = (
        "decrease",
        "reduce",
        "taper",
        "go down",
        "lower",
        "decreasing",
        "reducing",
        "reduced",
        "decreased",
        "tapering",
        "taper down",
        "step down",
        "decrease dose",
        "reduce dose",
        "reduce the dose",
        "decrease the dose",
        "wean",
        "drop down",
        "drop back",
    )
    for word in downs:
        for lead in ("", "then ", "and ", "and then "):
            add(Kind.DOWN, None, f"{lead}{word}")
    add(
        Kind.AFTER,
        None,
        "after",
        "after the first",
        "at",
        "from",
        "started",
        "started on",
        "start date :",
        "starting",
        "starting on",
        "starting from",
        "beginning",
        "beginning on",
        "following",
        "beginning with",
        "starting with week",
        "from the",
        "starting in",
    )
    del found[("starting", "with", "week")], found[("beginning", "with")]
    add(Kind.EACH, "", "apiece", "ea")
    add(Kind.EACH, "capsule", "each capsule", "per capsule", "per cap", "each cap")
    add(Kind.EACH, "tablet", "each tablet", "per tablet", "per tab", "each tab")
    add(
        Kind.CONTAINS,
        None,
        "contains",
        "containing",
        "is",
        "equals",
        "equal to",
        "equivalent to",
        "strength",
        "equal",
        "i e",
        "i e ,",
        "ie",
        "which is",
        "= to",
        "delivers",
        "as",
        "providing",
    )
    add(Kind.TOTAL, None, "total", "total dose", "total of", "total dose of", "for total dose of", "in total", "altogether", "for a total dose of", "to make", "to equal", "totalling", "totaling", "for total of",
        "to give", "dose total", "to make a total of", "a total of", "total daily dose", "for a total daily dose of", "total daily dose of", "total nightly dose", "to total", "to equal a total of", "to get")  # fmt: skip
    add(
        Kind.DIVIDED,
        None,
        "divided",
        "in divided doses",
        "divided doses",
        "in divided",
        "split",
        "divided into",
        "split into",
        "in equally divided doses",
        "in equal divided doses",
    )
    add(
        Kind.AS_NEEDED,
        None,
        "as needed",
        "prn",
        "p r n",
        "if needed",
        "when needed",
        "as required",
        "when required",
        "if required",
        "if necessary",
        "as necessary",
        "only if needed",
        "only when needed",
        "sos",
        "whenever needed",
        "only as needed",
    )
    add(
        Kind.ONWARD,
        None,
        "onward",
        "onwards",
        "and onward",
        "and onwards",
        "and on",
        "ongoing",
        "and beyond",
        "and thereafter",
        "and after",
        "on wards",
        "and later",
        "forward",
        "indefinitely",
        "long term",
    )
    add(Kind.ON, None, "on")
    add(Kind.OFF, None, "off")
