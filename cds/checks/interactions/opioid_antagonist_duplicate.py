"""Is another antagonist that acts in the brain (samidorphan, nalmefene tablets) used together with naltrexone?"""

from cds.checks import pairs

CODE = "opioid-antagonist-duplicate"
check = pairs.simple(CODE, "central-antagonist", "together")
