"""Judgement: one question a file, each a pure function of the scene, the picture, the policy and today.

No clock, no I/O, no FHIR types, no Flask, no marshmallow. Each returns exactly one finding; whether it becomes
a card is decided in `cds.evaluate`.
"""

from collections.abc import Callable, Mapping
from datetime import date

from cards.finding import Finding
from cards.model import Policy
from cds.checks import (
    acute_hepatitis_or_liver_failure,
    naltrexone_allergy,
    opioid_active,
    opioid_exposure_suspected,
    opioid_order_on_ldn,
    opioid_peripheral,
    opioid_recent,
    opioid_screen_positive,
    opioid_use_disorder,
    opioid_withdrawal,
)
from cds.checks.scene import Scene
from cds.patient import Picture

Check = Callable[[Scene, Picture, Policy, date], Finding]

CHECKS: Mapping[str, Check] = {
    opioid_active.CODE: opioid_active.check,
    opioid_order_on_ldn.CODE: opioid_order_on_ldn.check,
    opioid_recent.CODE: opioid_recent.check,
    opioid_exposure_suspected.CODE: opioid_exposure_suspected.check,
    opioid_withdrawal.CODE: opioid_withdrawal.check,
    opioid_use_disorder.CODE: opioid_use_disorder.check,
    opioid_screen_positive.CODE: opioid_screen_positive.check,
    opioid_peripheral.CODE: opioid_peripheral.check,
    naltrexone_allergy.CODE: naltrexone_allergy.check,
    acute_hepatitis_or_liver_failure.CODE: acute_hepatitis_or_liver_failure.check,
}
