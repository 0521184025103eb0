"""Is an antidepressant used together with naltrexone?"""

from cds.checks import pairs

CODE = "antidepressant"
check = pairs.simple(CODE, "antidepressant", "together")
