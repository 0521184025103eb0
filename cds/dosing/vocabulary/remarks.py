"""Verbs, names, routes, remarks that say nothing of the dose, words that stop the reader, and signs. May import the kinds only."""

from decimal import Decimal

from cds.dosing.vocabulary.kinds import Kind, Table

_D = Decimal


def remarks(table: Table) -> None:
    """Phrases around the dose."""
    add, found = table.add, table.found
    add(Kind.VERB, None, "take", "give", "swallow", "dissolve", "place", "apply", "use", "inject", "instil", "instill", "drink", "administer", "inhale", "to be taken", "to take", "takes", "tk", "taking", "put", "insert",
        "taken", "should take", "patient to take", "you should take", "pt to take", "please take", "may take", "rub", "massage", "let", "chew", "continue", "start", "start with", "start at", "start on", "begin", "begin with", "begin at",
        "starting with", "starting at", "starting dose", "initial dose", "initially", "initiate", "beginning with", "beginning at", "start taking", "begin taking", "starting dose of", "initial", "t", "commence", "commence at", "commence on",
        "dose", "a dose of", "dose is", "dosage", "sig", "rx", "directions", "instructions", "have", "keep taking", "continue taking", "start low", "starting", "loading", "commencing", "increase to take", "dosing", "at a dose of", "dose of",
        "to start", "begin on", "initiate at", "initiate with", "starting on", "current dose", "usual dose", "maintenance sig", "the dose is", "stay on", "remain on", "stay at", "titration", "titration schedule", "schedule", "measure", "by taking",
        "self - administer", "to be given", "draw up", "adults", "adult dose", "usual adult dose", "titration dose", "to be swallowed", "to be dissolved", "are to be taken", "is to be taken", "only", "just", "to be applied", "self administer", "swish", "swish and swallow", "crush")  # fmt: skip
    found[("dose",)] = (Kind.VERB, None)
    found[("t",)] = (Kind.UNKNOWN, None)
    add(Kind.NAME, None, "naltrexone", "ldn", "low dose naltrexone", "low - dose naltrexone", "naltrexone hcl", "naltrexone hydrochloride", "hcl", "hydrochloride", "medication", "medicine", "low dose",
        "low - dose", "revia", "ulda", "ultra low dose", "ultra - low dose", "ultra low - dose", "vldn", "compounded", "compound", "drug", "this medication", "your medication", "ultra low - dose naltrexone", "l d n", "ldn low dose naltrexone",
        "naltrexone low dose", "naltrexone low - dose", "compounded naltrexone", "the medication", "low dose ldn", "ultra - low - dose", "very low dose", "micro dose", "microdose", "uldn", "ntx", "nal", "naltrexon", "mini dose")  # fmt: skip
    for route, phrases in {
        "oral": ("by mouth", "po", "p o", "orally", "oral", "per os", "by oral route", "oral route", "via oral route", "via mouth", "through mouth", "orl", "by the oral route", "via the oral route", "in mouth", "os", "per oral", "per mouth", "by mth", "bymouth", "p o by mouth", "peroral", "by mouth orally"),
        "sublingual": ("sl", "s l", "sublingually", "sublingual", "under the tongue", "under tongue", "beneath the tongue", "by sublingual route", "subling", "underneath the tongue", "under your tongue"),
        "buccal": ("buccal", "buccally", "in cheek", "in the cheek"),
        "topical": ("topically", "topical", "to skin", "to the skin", "to affected area", "to the affected area", "to affected areas", "to the affected areas", "transdermally", "transdermal", "on the skin", "to the inner forearm",
                    "to inner wrist", "to inner forearm", "to the inner wrist", "to clean dry skin", "to the wrist", "to wrist"),
        "nasal": ("intranasally", "intranasal", "in each nostril", "nasally", "nasal", "each nostril", "into nostril"),
        "rectal": ("rectally", "per rectum", "pr", "rectal"),
        "vaginal": ("vaginally", "per vagina", "vaginal", "pv"),
        "intramuscular": ("im", "intramuscularly", "intramuscular", "i m"),
        "subcutaneous": ("subcutaneously", "subcutaneous", "sc", "subcut", "under the skin", "sq", "sub q", "subq"),
        "ophthalmic": ("in each eye", "in both eyes", "to both eyes", "into each eye", "ou", "both eyes"),
    }.items():  # fmt: skip
        add(Kind.ROUTE, route, *phrases)
    add(Kind.NOISE, None, "route", "frequency", "rapid dissolve", "orally disintegrating", "in the mouth", "lactose - free", "compounded by", "pt takes", "patient takes", "daw", "on an empty stomach", "on empty stomach", "these tablets", "these capsules", "all", "and stay there", "and stay at that dose", "and hold there", "and stay on this dose", "on trial", "normal", "either", "do not drive if drowsy", "keep refrigerated", "refrigerate", "avoid alcohol", "avoid opioids and alcohol", "no alcohol", "do not chew the tablets", "do not chew the capsules", "may cause drowsiness", "distilled water", "*", "ac", "pc", "with food", "with a glass of water ( 250 ml )", "at the same time each night", "compounded , lactose - free", "with or without food", "with water", "with a glass of water", "with plenty of water", "with fluids", "on an empty stomach", "empty stomach", "without food", "after food", "before food", "with a snack", "with a light snack",
        "as directed", "as instructed", "as prescribed", "as ordered", "as advised", "as discussed", "use as directed", "take as directed", "as dir", "ud", "ut dict", "mdu", "per protocol", "as tolerated", "if tolerated", "if well tolerated", "as tolerated by patient", "when tolerated", "if tolerating", "if tolerating well", "if tolerating it", "if tolerating dose", "if it is tolerated", "if tolerating this dose",
        "approximately", "approx", "about", "around", "regularly", "consistently", "exactly", "swallow whole", "do not crush", "do not chew", "do not crush or chew", "shake well", "shake well before use", "shake well before using", "shake before use",
        "at the same time", "at the same time each day", "at the same time every day", "at same time each day", "at the same time each night", "at the same time every night", "same time each day", "at about the same time each night", "sugar free", "dye free", "immediate release", "ir", "immediate - release",
        "solution", "suspension", "liquid", "syrup", "oral solution", "oral suspension", "oral liquid", "cream", "gel", "lotion", "ointment", "powder", "drops solution", "in olive oil", "susp", "soln", "sublingual drops", "elixir", "troches sublingual",
        "of", "your", "please", "also", "well", "thank you", "thanks", "if needed for titration", "or as directed", "or as directed by prescriber", "as directed by physician", "as directed by prescriber", "as directed by your doctor", "as directed by provider", "by your doctor", "per prescriber",
        "slowly", "gradually", "unless otherwise directed", "depending on response", "long - term", "oral capsule", "oral tablet", "daily dose", "nightly dose", "with", "via", "until finished", "until gone", "until review", "until reviewed", "until next review", "until seen", "until further notice",
        "until next visit", "until follow up", "until follow - up", "until next appointment", "until next appt", "avoid opioids", "no opioids", "do not take with opioids", "do not use with opioids", "low", "slow", "and go slow", "go slow", "each dose", "per dose", "a time", "at a time", "at one time", "at once",
        "with meals", "with meal", "with a meal", "with milk", "after meals", "before meals", "with or after food", "with or just after food", "to be taken whole", "off label", "off - label", "ok", "generic", "brand", "dose", "maintenance therapy", "from compounding pharmacy", "as a single dose", "in a single dose", "single dose",
        "as one dose", "if possible", "preferably", "ideally", "usually", "total time", "oil", "in water", "in juice", "mix in water", "mixed in water", "mixed with water", "in a glass of water", "avoid taking", "with liquid", "with juice", "hold under the tongue", "and hold", "and swallow", "then swallow", "and let dissolve", "let dissolve", "to dissolve", "allow to dissolve",
        "per your doctor", "per md", "per provider", "as per protocol", "dyefree", "filler avicel", "in avicel", "with avicel", "with acidophilus", "may cause", "can cause", "no lactose", "lactose free", "gluten free", "vegetarian")  # fmt: skip
    del found[("dose",)]
    add(Kind.VERB, None, "dose")
    add(
        Kind.SUPPLY,
        None,
        "r -",
        "refill ( s )",
        "no refills",
        "no refill",
        "no repeats",
        "repeats",
        "rpt",
        "rpts",
        "repeats :",
        "bottle",
        "fill",
        "disp",
        "dispense",
        "qty",
        "quantity",
        "refill",
        "refills",
        "supply",
        "supplied",
        "mitte",
        "rf",
    )
    add(Kind.WEIGHT, None, "kg", "lb", "lbs", "pound", "kilogram", "kilo", "m2", "bsa")
    add(
        Kind.LIQUID,
        None,
        "water",
        "juice",
        "milk",
        "apple juice",
        "orange juice",
        "distilled water",
        "applesauce",
        "apple sauce",
        "fluid",
        "fluids",
        "sterile water",
        "purified water",
        "tap water",
        "warm water",
        "cold water",
        "cool water",
    )
    add(Kind.OUNCE, None, "oz", "ounce", "ounces", "fl oz", "fluid ounces", "cup", "cups", "glass", "glasses")
    add(
        Kind.DEVICE,
        None,
        "oral syringe",
        "dosing syringe",
        "measuring cup",
        "dosing cup",
        "medicine cup",
        "medicine dropper",
        "oral dispenser",
        "syringe provided",
        "dosing spoon",
        "measuring syringe",
        "oral dosing syringe",
    )
    add(
        Kind.USING,
        None,
        "using",
        "use with",
        "by using",
        "measured with",
        "measure with",
        "mixed with",
        "mix with",
        "mixed in",
        "mix in",
        "dissolved in",
        "diluted in",
        "diluted with",
    )
    add(
        Kind.MADE, None, "compound from", "compounded from", "made from", "prepared from", "to be compounded from", "made up from", "compounded using"
    )
    add(
        Kind.REMARK,
        None,
        "pharmacy",
        "pharmacist",
        "prescriber",
        "provider",
        "comment",
        "comments",
        "note",
        "notes",
        "note to pharmacy",
        "ordering provider",
    )
    add(Kind.BODY, None, "weight", "wt", "body weight", "patient weight", "bodyweight")
    add(Kind.CALL, None, "call", "phone", "tel", "telephone", "contact", "ph", "fax", "call us at", "call at", "please call")
    add(Kind.SUPPLY, None, "fill as", "filled as", "dispense as", "dispensed as")
    add(Kind.IF, None, "if", "when", "should", "in case of", "in the event of", "in case")
    add(Kind.MAY, None, "may", "can", "ok to", "okay to", "may be", "can be")
    add(Kind.INSTEAD, None, "instead of", "rather than")
    for lead in (
        "if there is no",
        "if no",
        "if insufficient",
        "if inadequate",
        "if there is insufficient",
        "if there is inadequate",
        "if without",
        "if limited",
    ):
        add(Kind.LACKING, None, *(f"{lead} {word}" for word in ("benefit", "improvement", "response", "effect", "relief", "change")))
    add(Kind.LACKING, None, "if not effective", "if not helpful", "if not improved", "if not improving", "if ineffective", "if symptoms persist")
    add(Kind.ANOTHER, None, "another", "one more", "another one")
    add(Kind.STOP, None, "hold", "stop", "double", "triple", "unless", "instead", "missed", "miss", "not", "without", "repeat", "rest", "break",
        "could", "extra", "additional", "more", "less", "fewer", "other than", "minus", "percent", "%", "times", "hours", "weekly", "until", "while", "once", "stat", "unit", "units", "iu", "discontinue", "pause", "resume", "restart", "only if", "but", "bolus", "doubling", "doubled", "halve", "halved", "halving", "half the", "increment", "increments")  # fmt: skip
    for phrase, kind, value in (
        ("times", Kind.TIMES_WORD, None),
        ("hours", Kind.TIME, _D(1) / 24),
        ("weekly", Kind.ADVERB, _D(7)),
        ("until", Kind.TO, None),
        ("once", Kind.TIMES, _D(1)),
    ):
        found[(phrase,)] = (kind, value)
    for sign, kind in (("(", Kind.OPEN), (")", Kind.CLOSE), ("[", Kind.OPEN), ("]", Kind.CLOSE), (",", Kind.SEPARATOR), (":", Kind.SEPARATOR), (";", Kind.SENTENCE), (".", Kind.SENTENCE),
                       ("\n", Kind.SENTENCE), ("-", Kind.DASH), ("/", Kind.SLASH), ("=", Kind.EQUALS), ("#", Kind.HASH), ("|", Kind.SENTENCE), ("~", Kind.NOISE), ("@", Kind.NOISE), ("!", Kind.SENTENCE)):  # fmt: skip
        add(kind, None, sign)
