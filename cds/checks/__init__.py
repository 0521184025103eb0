"""Judgement: one question a file, each a pure function of the scene, the picture, the policy and today.

No clock, no I/O, no FHIR types, no Flask, no marshmallow. Each returns exactly one finding; whether it becomes
a card is decided in `cds.evaluate`.
"""

from collections.abc import Callable, Mapping
from datetime import date

from cards.finding import Finding
from cards.model import Policy
from cds.checks.contraindications import (
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
from cds.checks.dose import (
    cream_supply,
    dose_above_usual,
    dose_error_suspected,
    dose_text_mismatch,
    dose_unreadable,
    dose_unusual,
    formulation_mismatch,
    not_once_daily,
    response_review_due,
    restart_after_gap,
    retry_with_titration,
    side_effects_before_step,
    start_dose_high,
    timing_advice,
    titration_plan,
    titration_step_due,
    titration_step_large,
    titration_too_fast,
    ultra_low_dose,
)
from cds.checks.information import indication_evidence, off_label_compounded
from cds.checks.interactions import (
    antidepressant,
    duplicate_naltrexone,
    hepatotoxic_combination,
    immunosuppressant,
    opioid_antagonist_duplicate,
    thioridazine,
    warfarin_inr,
)
from cds.checks.monitoring import lft_baseline, lft_due
from cds.checks.precautions import (
    alcohol_use,
    breastfeeding,
    cardiovascular_caution,
    depression_or_suicidality,
    excipient_sensitivity,
    foreseeable_opioid_need,
    kidney_disease,
    liver_disease,
    liver_enzymes_raised,
    mecfs_start_low,
    ms_initial_worsening,
    paediatric_age,
    polypharmacy,
    pregnancy,
    surgery_upcoming,
    thyroid_monitoring,
)
from cds.checks.scene import Scene
from cds.patient import Picture

Check = Callable[[Scene, Picture, Policy, date], Finding]

# one file a question: each names its finding in CODE
_ASKED = (
    acute_hepatitis_or_liver_failure,
    alcohol_use,
    antidepressant,
    breastfeeding,
    cardiovascular_caution,
    cream_supply,
    depression_or_suicidality,
    dose_above_usual,
    dose_error_suspected,
    dose_text_mismatch,
    dose_unreadable,
    dose_unusual,
    duplicate_naltrexone,
    excipient_sensitivity,
    foreseeable_opioid_need,
    formulation_mismatch,
    hepatotoxic_combination,
    immunosuppressant,
    indication_evidence,
    kidney_disease,
    lft_baseline,
    lft_due,
    liver_disease,
    liver_enzymes_raised,
    mecfs_start_low,
    ms_initial_worsening,
    naltrexone_allergy,
    not_once_daily,
    off_label_compounded,
    opioid_active,
    opioid_antagonist_duplicate,
    opioid_exposure_suspected,
    opioid_order_on_ldn,
    opioid_peripheral,
    opioid_recent,
    opioid_screen_positive,
    opioid_use_disorder,
    opioid_withdrawal,
    paediatric_age,
    polypharmacy,
    pregnancy,
    response_review_due,
    restart_after_gap,
    retry_with_titration,
    side_effects_before_step,
    start_dose_high,
    surgery_upcoming,
    thioridazine,
    thyroid_monitoring,
    timing_advice,
    titration_plan,
    titration_step_due,
    titration_step_large,
    titration_too_fast,
    ultra_low_dose,
    warfarin_inr,
)
CHECKS: Mapping[str, Check] = {module.CODE: module.check for module in _ASKED}
