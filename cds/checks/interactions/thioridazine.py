"""Is thioridazine used together with naltrexone?"""

from cds.checks import pairs

CODE = "thioridazine"
check = pairs.simple(CODE, "thioridazine", "together")
