"""Is an immunosuppressant or biologic used together with naltrexone?"""

from cds.checks import pairs

CODE = "immunosuppressant"
check = pairs.simple(CODE, "immunosuppressant", "together")
