"""Recognition of conditions and laboratory tests: every row of our lists by machine, the words of real lists by example."""

import csv

import pytest

from cards.library import ROOT
from cards.model import Library
from cds.recognise import concepts
from cds.recognise.coded import Coded, Coding

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"


def current(library: Library, text: str) -> frozenset[str]:
    """Which conditions does this text say the patient has now?"""
    meaning = concepts.condition(library.terminology, Coded(text=text))
    return frozenset() if meaning.historical else meaning.concepts


def by_code(library: Library, code: str, system: str = ICD) -> frozenset[str]:
    return concepts.condition(library.terminology, Coded(codings=(Coding(system=system, code=code),))).concepts


def lab(library: Library, text: str = "", code: str = "") -> set[str]:
    codings = (Coding(system=LOINC, code=code),) if code else ()
    return set(concepts.laboratory(library.terminology, Coded(codings=codings, text=text)))


def rows(folder: str) -> list[tuple[str, dict[str, str]]]:
    found = []
    for path in sorted((ROOT / "codelists" / folder).glob("*.csv")):
        with path.open(encoding="utf-8") as handle:
            found += [(path.stem, row) for row in csv.DictReader(handle)]
    return found


SAID: dict[str, list[str]] = {
    "ckd-stage-3": [
        "CKD 3",
        "CKD 3a",
        "CKD3b",
        "CKD stage 3",
        "CKD stage IIIb",
        "CKD G3a",
        "CKD (chronic kidney disease) stage 3, GFR 30-59 ml/min",
        "Chronic kidney disease, stage 3 (moderate)",
        "Chronic kidney disease, stage 3a",
        "Chronic kidney disease stage III",
        "Stage 3a chronic kidney disease",
        "Stage 3b chronic kidney disease (CKD)",
        "Chronic renal insufficiency, stage 3",
        "Hypertensive kidney disease with CKD stage III",
        "Type 2 diabetes mellitus with stage 3b chronic kidney disease",
    ],
    "ckd-stage-4-5": [
        "CKD 4",
        "CKD-4",
        "CKD stage IV",
        "CKD Stage 5",
        "CKD stage V",
        "CKD G4A3",
        "CKD stage 3-4",
        "Chronic kidney disease, stage 4 (severe)",
        "Chronic kidney disease (CKD), stage IV (severe)",
        "chronic kidney disease stage 5",
        "Stage 4 chronic kidney disease",
        "Stage 5 chronic kidney disease not on chronic dialysis",
        "stage IV CKD",
        "Chronic renal failure, stage 4",
        "Kidney disease, chronic, stage IV (severe, EGFR 15-29 ml/min)",
        "Advanced CKD",
    ],
    "dialysis": [
        "ESRD",
        "ESRD on hemodialysis",
        "ESRD (end stage renal disease) on dialysis",
        "End stage renal disease",
        "End-stage kidney disease",
        "on haemodialysis three times a week",
        "Dependence on renal dialysis",
        "Peritoneal dialysis status",
        "ESKD on PD (peritoneal dialysis)",
        "Hemodialysis patient",
    ],
    "chronic-liver-disease": [
        "Chronic liver disease",
        "NAFLD (nonalcoholic fatty liver disease)",
        "MASLD",
        "Fatty liver",
        "Hepatic steatosis",
        "NASH",
        "Metabolic dysfunction-associated steatotic liver disease (MASLD)",
        "Alcoholic liver disease",
        "Haemochromatosis",
        "Hereditary hemochromatosis",
        "Wilson's disease",
        "Alpha-1-antitrypsin deficiency",
        "Primary sclerosing cholangitis",
        "Portal hypertension",
        "Hepatitis C",
        "Hepatitis C virus infection without hepatic coma",
        "Liver disease, unspecified",
    ],
    "cirrhosis": [
        "Cirrhosis",
        "Cirrhosis of liver without ascites",
        "Alcoholic cirrhosis of liver",
        "Liver cirrhosis secondary to NASH",
        "Compensated cirrhosis, Child-Pugh A",
        "cirrhotic",
    ],
    "chronic-hepatitis": ["Chronic hepatitis C", "chronic viral hepatitis B without delta-agent"],
    "hepatic-failure": ["Decompensated cirrhosis", "End stage liver disease", "Cirrhosis with hepatic encephalopathy"],
    "acute-hepatitis": ["Acute hepatitis C", "Alcoholic hepatitis"],
    "pregnancy": [
        "Pregnant",
        "Pregnancy",
        "Currently pregnant",
        "Pregnant state, incidental",
        "Pregnancy, first trimester",
        "IUP at 20 weeks",
        "20 weeks gestation of pregnancy",
        "Twin pregnancy",
        "High-risk pregnancy in second trimester",
        "Supervision of normal first pregnancy",
        "Encounter for supervision of high risk pregnancy, antepartum",
        "Prenatal care",
        "Hyperemesis gravidarum",
        "Gestational diabetes mellitus (GDM) in third trimester",
        "Pre-eclampsia",
        "Pregnancy test positive",
        "Positive pregnancy test",
        "Unplanned pregnancy",
        "Pregnancy with history of miscarriage",
        "pregnant, previous c-section",
        "Hypertension in pregnancy",
        "schwanger",
        "Threatened miscarriage",
        "35 weeks pregnant",
    ],
    "pregnancy-not-current": [
        "Not pregnant",
        "Patient is not pregnant",
        "Not currently pregnant",
        "Pregnancy test negative",
        "Negative pregnancy test",
        "Denies pregnancy",
        "No longer pregnant",
        "Postpartum",
        "Postpartum care and examination",
        "6 weeks post partum",
        "Normal vaginal delivery",
        "Spontaneous abortion",
        "Miscarriage",
        "Ectopic pregnancy",
        "Molar pregnancy",
        "Termination of pregnancy",
        "Puerperal sepsis",
        "Pre-eclampsia, postpartum",
        "Missed abortion",
    ],
    "lactation": [
        "Breastfeeding",
        "Breast feeding status of mother",
        "Currently breastfeeding",
        "Lactating mother",
        "Nursing mother",
        "Lactation disorder",
        "Postpartum, breastfeeding",
        "Mother currently breastfeeding",
        "exclusively breast-feeding",
    ],
    "lactation-negative": [
        "Not breastfeeding",
        "Stopped breastfeeding",
        "No longer breastfeeding",
        "Not currently breastfeeding",
        "breastfeeding discontinued",
        "Weaned",
    ],
    "sickle-cell": [
        "Sickle cell disease",
        "Sickle-cell anaemia",
        "Sickle cell anemia with crisis",
        "HbSS disease",
        "Hb-SS disease without crisis",
        "Sickle-cell/Hb-C disease",
        "Sickle cell beta thalassemia",
        "Hemoglobin SC disease",
        "Vaso-occlusive crisis",
    ],
    "palliative-care": ["Palliative care", "Encounter for palliative care", "Hospice care patient", "Receiving hospice", "Comfort measures only"],
    "depression": [
        "Depression",
        "MDD",
        "Major depressive disorder, recurrent, moderate",
        "Major depressive disorder, single episode, unspecified",
        "Depressive disorder",
        "Anxiety and depression",
        "Persistent depressive disorder",
        "Dysthymia",
        "Postpartum depression",
        "Bipolar depression",
        "Adjustment disorder with depressed mood",
        "Severe episode of recurrent major depressive disorder, without psychotic features",
        "Seasonal affective disorder",
        "Mild depression, history of migraine",
    ],
    "suicidality": [
        "Suicidal ideation",
        "Passive suicidal ideations",
        "Suicidal thoughts",
        "Suicide attempt",
        "Suicide attempt, initial encounter",
        "Attempted suicide",
        "High risk for suicide",
        "Suicidal behaviour",
        "Intentional self-harm",
    ],
    "aud-active": [
        "Alcohol use disorder",
        "AUD, severe",
        "Alcohol use disorder, moderate, dependence",
        "Alcohol dependence",
        "Alcoholism",
        "EtOH abuse",
        "Alcohol withdrawal",
        "Chronic alcoholism",
        "Alcohol abuse, uncomplicated",
        "Harmful pattern of use of alcohol",
    ],
    "autoimmune-thyroid": [
        "Hashimoto's thyroiditis",
        "Hashimotos",
        "Hashimoto's disease",
        "Autoimmune thyroiditis",
        "Autoimmune hypothyroidism",
        "Graves disease",
        "Graves' disease",
        "Grave's disease",
        "Toxic diffuse goitre",
        "Chronic lymphocytic thyroiditis",
    ],
    "multiple-sclerosis": [
        "Multiple sclerosis",
        "MS (multiple sclerosis)",
        "RRMS",
        "Relapsing-remitting multiple sclerosis",
        "Relapsing remitting MS",
        "Secondary progressive multiple sclerosis",
        "PPMS",
    ],
    "me-cfs": [
        "ME/CFS",
        "CFS",
        "Chronic fatigue syndrome",
        "Myalgic encephalomyelitis/chronic fatigue syndrome",
        "Myalgic encephalomyelitis",
        "Post-viral fatigue syndrome",
        "Postviral fatigue syndrome",
        "SEID",
        "Chronic fatigue, unspecified",
    ],
    "post-covid": [
        "Long COVID",
        "Long-haul COVID",
        "COVID-19 long hauler",
        "Post-COVID-19 condition",
        "Post COVID-19 condition, unspecified",
        "PASC",
        "Post-acute sequelae of COVID-19 (PASC)",
        "Post-acute sequelae of SARS-CoV-2 infection",
        "Post-COVID syndrome",
    ],
    "mcas": ["MCAS", "Mast cell activation syndrome", "Mast cell activation syndrome, unspecified", "Idiopathic mast cell activation disorder"],
    "pots": [
        "POTS",
        "Postural orthostatic tachycardia syndrome",
        "POTS (postural orthostatic tachycardia syndrome)",
        "Postural tachycardia syndrome",
    ],
    "tachyarrhythmia": [
        "Atrial fibrillation",
        "A-fib",
        "Afib",
        "Paroxysmal atrial fibrillation (HCC)",
        "PAF",
        "Atrial flutter",
        "SVT",
        "PSVT (paroxysmal supraventricular tachycardia)",
        "Ventricular tachycardia",
        "NSVT",
        "WPW syndrome",
        "Inappropriate sinus tachycardia",
    ],
    "cancer": [
        "Breast cancer",
        "Malignant neoplasm of upper-outer quadrant of left female breast",
        "Lung cancer, metastatic to bone",
        "Prostate carcinoma",
        "Non-Hodgkin lymphoma",
        "Multiple myeloma",
        "Chronic lymphocytic leukaemia",
        "Metastatic melanoma",
        "Pancreatic adenocarcinoma",
        "Glioblastoma multiforme",
        "Squamous cell carcinoma of lung",
        "Colon cancer, stage 3",
        "Hepatocellular carcinoma",
    ],
    "lactose-intolerance": ["Lactose intolerance", "Lactose intolerant", "Intolerance to lactose", "Lactase deficiency", "Lactose malabsorption"],
    "fibromyalgia": ["Fibromyalgia", "Fibromyalgia syndrome", "Primary fibromyalgia"],
    "crps": ["CRPS", "Complex regional pain syndrome type I of right upper limb", "RSD", "Reflex sympathetic dystrophy", "Causalgia of lower limb"],
    "neuropathic-pain": [
        "Neuropathic pain",
        "Trigeminal neuralgia",
        "Post-herpetic neuralgia",
        "Peripheral neuropathy",
        "Small fibre neuropathy",
        "Small fiber neuropathy",
        "Polyneuropathy",
    ],
    "chronic-pain": ["Chronic pain", "Chronic pain syndrome", "Other chronic pain", "Chronic low back pain", "Chronic pelvic pain in female"],
    "diabetic-neuropathy": [
        "Diabetic neuropathy",
        "Diabetic peripheral neuropathy",
        "Type 2 diabetes mellitus with diabetic polyneuropathy",
        "Type 2 diabetes mellitus with diabetic neuropathy, unspecified",
        "Diabetes mellitus with neuropathy",
        "Neuropathy due to type 2 diabetes mellitus",
    ],
    "crohn": ["Crohn's disease", "Crohn disease", "Crohns", "Crohn’s disease of small intestine without complication", "Regional enteritis"],
    "ulcerative-colitis": ["Ulcerative colitis", "Ulcerative (chronic) pancolitis", "Ulcerative proctitis", "Left-sided ulcerative colitis"],
    "sjogren": ["Sjögren's syndrome", "Sjogren syndrome", "Sicca syndrome", "Sjogren's disease"],
    "lupus": ["Lupus", "SLE", "Systemic lupus erythematosus", "SLE (systemic lupus erythematosus)", "Lupus nephritis", "Discoid lupus"],
    "rheumatoid-arthritis": ["Rheumatoid arthritis", "Seropositive rheumatoid arthritis", "RA (rheumatoid arthritis)", "Seronegative RA"],
    "psoriasis": ["Psoriasis", "Plaque psoriasis", "Psoriatic arthritis"],
    "endometriosis": ["Endometriosis", "Endometriosis of pelvis", "Ovarian endometrioma"],
    "ehlers-danlos": ["Ehlers-Danlos syndrome", "hEDS", "Hypermobile Ehlers-Danlos syndrome", "Hypermobile EDS"],
    "migraine": ["Migraine", "Chronic migraine without aura", "Migraines", "Migraine with aura and without status migrainosus"],
    "lyme": ["Lyme disease", "Chronic Lyme disease", "Post-treatment Lyme disease syndrome", "Lyme borreliosis"],
    "hailey-hailey": ["Hailey-Hailey disease", "Familial benign pemphigus", "Benign familial pemphigus"],
    "pruritus": ["Pruritus", "Itching", "Uraemic pruritus", "Cholestatic pruritus", "Prurigo nodularis", "Itchy skin"],
    "autism": ["Autism", "Autism spectrum disorder", "Autistic disorder", "Asperger's syndrome"],
    "menopause-symptoms": ["Menopausal symptoms", "Hot flashes", "Hot flushes", "Vasomotor symptoms due to menopause", "Perimenopausal symptoms"],
    "insomnia": ["Insomnia", "Chronic insomnia", "Sleep disorder", "Nightmares", "Difficulty sleeping", "Night terrors", "Sleep disturbance"],
    "autoimmune-disease": [
        "Autoimmune disease",
        "Autoimmune disorder, unspecified",
        "Mixed connective tissue disease",
        "Scleroderma",
        "Myasthenia gravis",
        "Coeliac disease",
        "Celiac disease",
        "Ankylosing spondylitis",
        "Behçet's disease",
        "Vitiligo",
        "Alopecia areata",
        "Bullous pemphigoid",
        "Lichen planopilaris",
    ],
}
# none of the named concepts is said to be there now
NOT_SAID: dict[str, list[str]] = {
    "ckd-stage-3 ckd-stage-4-5 dialysis": [
        "CKD stage 2",
        "CKD stage 1",
        "CKD, stage II",
        "Chronic kidney disease, stage 2 (mild)",
        "CKD",
        "Chronic kidney disease, unspecified",
        "AKI",
        "Acute kidney injury",
        "Stage 4 breast cancer; CKD stage 2",
        "Pressure ulcer stage 3",
        "Family history of chronic kidney disease stage 4",
        "Not on dialysis",
        "Kidney stones",
        "Screening for CKD stage 3",
        "No ESRD",
        "Dialysis declined",
        "History of dialysis",
    ],
    "ckd-stage-3": ["CKD stage 3-4", "CKD stage 3 now ESRD on dialysis", "CKD stage 4"],
    "ckd-stage-4-5": ["CKD stage 3a", "CKD 3, BP stage 4"],
    "chronic-liver-disease cirrhosis chronic-hepatitis": [
        "Fatty liver ruled out",
        "No cirrhosis",
        "No evidence of chronic liver disease",
        "Hepatitis C screening",
        "Encounter for screening for hepatitis C",
        "Hepatitis C antibody test",
        "Family history of cirrhosis",
        "Hepatitis B vaccination",
        "Exposure to hepatitis C",
        "History of hepatitis C",
        "Hepatitis C, resolved",
        "Liver cyst",
        "Liver transplant status",
        "Decompensated cirrhosis",
        "Hepatic failure",
        "Acute fatty liver of pregnancy",
    ],
    "chronic-liver-disease": ["Acute hepatitis C", "Cirrhosis due to chronic liver disease", "Chronic hepatitis C"],
    "pregnancy": [
        "Not pregnant",
        "Wants to become pregnant",
        "Trying to get pregnant",
        "Desires pregnancy",
        "Planning pregnancy",
        "Pregnancy planning",
        "Pregnancy test",
        "Pregnancy test negative",
        "Negative pregnancy test",
        "Encounter for pregnancy test, result unknown",
        "Encounter for pregnancy test, result negative",
        "Possible pregnancy",
        "Pregnancy not yet confirmed",
        "History of pregnancy",
        "History of gestational diabetes",
        "Gestational diabetes history",
        "Hx of preeclampsia",
        "Previous pregnancy",
        "Postpartum",
        "Postpartum depression",
        "Postpartum preeclampsia",
        "Denies pregnancy",
        "No longer pregnant",
        "Pregnancy prevention",
        "Contraception: avoid pregnancy",
        "Infertility, unable to become pregnant",
        "Ectopic pregnancy",
        "Molar pregnancy",
        "Termination of pregnancy",
        "Recurrent pregnancy loss",
        "Pregnancy ruled out",
        "Wife pregnant",
        "False pregnancy",
        "Family history of preeclampsia",
        "Personal history of other complications of pregnancy",
        "Counselling for pregnancy",
        "Multigravida",
        "Prenatal vitamins",
        "Born at 34 weeks gestation",
        "Premature infant of 28 weeks gestation",
    ],
    "pregnancy-not-current": [
        "Pregnant",
        "Threatened abortion",
        "History of cesarean section, pregnant",
        "Recurrent miscarriage",
        "Previous cesarean section",
        "pregnancy, history of postpartum haemorrhage",
        "Cesarean section scheduled",
    ],
    "lactation": [
        "Not breastfeeding",
        "Stopped breastfeeding",
        "Plans on breastfeeding",
        "Breastfeeding education",
        "History of breastfeeding",
        "No longer breastfeeding",
        "Lactose intolerance",
        "Lactic acidosis",
        "Breast feeding counselling",
        "Galactorrhea",
    ],
    "sickle-cell": [
        "Sickle cell trait",
        "Sickle-cell trait",
        "Family history of sickle cell disease",
        "Sickle cell screening",
        "Screening for sickle cell disease",
        "Sickle cell carrier",
        "Sickle cell disease carrier",
        "Thalassemia minor",
    ],
    "palliative-care": ["Hospice declined", "Hospice volunteer", "Comfortable", "No palliative care needed"],
    "depression": [
        "Screening for depression",
        "Depression screening",
        "Depression screening negative",
        "No depression",
        "Denies depression",
        "Family history of depression",
        "History of depression",
        "ST depression",
        "ST segment depression",
        "Respiratory depression",
        "CNS depression",
        "Bone marrow depression",
        "Major depressive disorder, single episode, in full remission",
        "Major depressive disorder, recurrent, in remission",
        "Depression, resolved",
        "Depressed skull fracture",
        "Mother has depression",
    ],
    "suicidality": [
        "No suicidal ideation",
        "Denies suicidal ideation",
        "Denies suicidal or homicidal ideation",
        "History of suicide attempt",
        "Hx of suicidal ideation",
        "Personal history of suicidal behavior",
        "Suicide risk assessment",
        "Suicide risk screening",
        "Depression without suicidal ideation",
        "Family history of suicide attempt",
        "Homicidal ideation",
        "SI joint dysfunction",
        "Suicidal ideation denied",
    ],
    "aud-active": [
        "Alcohol use disorder, in remission",
        "Alcohol dependence, in remission",
        "History of alcohol abuse",
        "Family history of alcoholism",
        "Screening for alcoholism",
        "Alcohol use disorder identification test",
        "Social alcohol use",
        "Recovering alcoholic",
        "Alcoholic fatty liver",
        "No alcohol abuse",
        "Father with alcoholism",
        "Alcohol use disorder, sober",
    ],
    "autoimmune-thyroid": [
        "Hypothyroidism",
        "Thyroid nodule",
        "Family history of Graves disease",
        "Hashimoto's encephalopathy",
        "Subacute thyroiditis",
    ],
    "multiple-sclerosis": [
        "Family history of MS",
        "Family history of multiple sclerosis",
        "Mitral stenosis",
        "MS",
        "Morphine sulfate",
        "Multiple sclerosis ruled out",
        "Systemic sclerosis",
        "Amyotrophic lateral sclerosis",
        "Tuberous sclerosis",
        "Rule out multiple sclerosis",
    ],
    "me-cfs": ["Fatigue", "Cancer-related fatigue", "CFS ruled out", "Chronic fatigue", "Adrenal fatigue"],
    "post-covid": ["COVID-19", "Post COVID vaccination", "History of COVID-19", "Family history of long COVID", "Post-COVID-19 test"],
    "mcas": ["Mastocytosis", "Mast cell leukaemia", "MCAS ruled out"],
    "pots": ["Orthostatic hypotension", "Pott's disease", "POTS ruled out"],
    "tachyarrhythmia": [
        "POTS",
        "Tachycardia",
        "Sinus tachycardia",
        "Family history of atrial fibrillation",
        "History of atrial fibrillation",
        "Bradycardia",
        "No atrial fibrillation",
        "Uterine fibrillation no",
    ],
    "cancer": [
        "Cancer screening",
        "Breast cancer screening",
        "Screening for colon cancer",
        "Encounter for screening for malignant neoplasm of colon",
        "Encounter for screening mammogram for malignant neoplasm of breast",
        "History of breast cancer",
        "Personal history of malignant neoplasm of prostate",
        "Hx of melanoma",
        "Family history of breast cancer",
        "FH: colon cancer",
        "Father: melanoma",
        "Sister - breast cancer",
        "Mother with breast cancer",
        "Maternal aunt: ovarian cancer",
        "At risk for breast cancer",
        "Breast cancer survivor",
        "Fear of cancer",
        "Breast cancer, in remission",
        "Lymphoma in remission",
        "Basal cell carcinoma",
        "Non-melanoma skin cancer",
        "Carcinoma in situ of cervix",
        "Benign neoplasm of colon",
        "Precancerous lesion",
        "Cancer ruled out",
        "Chronic non-cancer pain",
        "Cancer Center follow-up",
    ],
    "lactose-intolerance": ["No lactose intolerance", "Gluten intolerance", "Lactose-free diet"],
    "fibromyalgia": ["Fibroids", "Fibromyalgia ruled out", "Family history of fibromyalgia"],
    "neuropathic-pain": ["Diabetic peripheral neuropathy", "No neuropathic pain", "Optic neuropathy"],
    "chronic-pain": ["Pain", "Acute low back pain", "Chest pain"],
    "crohn": ["Family history of Crohn's disease", "Crohn's disease ruled out", "Colitis"],
    "lupus": ["Lupus anticoagulant", "Lupus vulgaris", "Drug-induced lupus", "Family history of lupus"],
    "rheumatoid-arthritis": ["Rheumatoid factor positive", "Osteoarthritis", "Psoriatic arthritis", "RA pressure"],
    "sjogren": ["Sjögren-Larsson syndrome"],
    "lyme": ["Lyme antibody test", "Lyme vaccine", "Exposure to Lyme disease"],
    "autoimmune-disease": ["Hailey-Hailey disease", "Familial benign pemphigus", "Family history of autoimmune disease", "Lupus vulgaris"],
    "pruritus": ["No itching", "Denies pruritus"],
    "autism": ["Autism screening", "ASD repair", "Family history of autism"],
    "menopause-symptoms": ["Postmenopausal", "Postmenopausal osteoporosis", "No hot flashes"],
    "insomnia": ["Obstructive sleep apnoea", "Denies insomnia", "No nightmares"],
    "migraine": ["Headache", "History of migraine", "No migraine"],
}
LABORATORY: dict[str, list[str]] = {
    "alt": [
        "ALT",
        "ALT (SGPT)",
        "SGPT",
        "Alanine aminotransferase",
        "Alanine Aminotransferase (ALT/SGPT)",
        "ALT [Enzymatic activity/volume] in Serum or Plasma",
        "ALAT (GPT)",
        "ALT, serum",
    ],
    "ast": ["AST", "AST (SGOT)", "SGOT", "Aspartate aminotransferase", "Aspartate transaminase, plasma", "ASAT (GOT)"],
    "bilirubin-total": ["Total bilirubin", "Bilirubin, Total", "T. bili", "TBILI", "Bilirubin.total [Mass/volume] in Serum or Plasma", "Bilirubin"],
    "egfr": [
        "eGFR",
        "GFR, Estimated",
        "eGFR (CKD-EPI 2021)",
        "Estimated GFR",
        "eGFR if non-African American",
        "Glomerular filtration rate/1.73 sq M.predicted",
        "EGFR",
    ],
    "tsh": [
        "TSH",
        "Thyroid stimulating hormone",
        "TSH, 3rd generation",
        "TSH with reflex to free T4",
        "Thyrotropin [Units/volume] in Serum or Plasma",
    ],
    "inr": ["INR", "INR in Platelet poor plasma by Coagulation assay", "POC INR", "International normalised ratio", "PT/INR"],
    "pregnancy-status": ["Pregnancy status", "Is the patient pregnant?", "Pregnancy status - Reported"],
    "pregnancy-test": ["Pregnancy test, urine", "Urine hCG", "hCG, qualitative", "POC pregnancy test", "UPT"],
    "delivery-date": ["Estimated date of delivery", "EDD", "Delivery date Estimated", "Estimated due date"],
    "gestational-age": ["Gestational age", "Gestational age in weeks", "Weeks of gestation", "EGA"],
    "breastfeeding-status": ["Breastfeeding status", "Breast feeding status", "Are you breastfeeding?"],
}
NO_LABORATORY = [
    "AST/ALT ratio",
    "ALT/AST",
    "Direct bilirubin",
    "Bilirubin, direct",
    "Bilirubin, conjugated",
    "Indirect bilirubin",
    "Bilirubin, urine",
    "Bilirubin [Presence] in Urine by Test strip",
    "Urine bilirubin",
    "Neonatal bilirubin",
    "Transcutaneous bilirubin",
    "Bilirubin, body fluid",
    "Pleural fluid bilirubin",
    "Urobilinogen",
    "ALT, body fluid",
    "CSF AST",
    "EGFR mutation analysis",
    "EGFR gene exon 19",
    "Epidermal growth factor receptor (EGFR)",
    "TSH receptor antibody",
    "Thyroid stimulating immunoglobulin",
    "TSH, newborn screen",
    "INR goal",
    "INR target range",
    "Prothrombin time",
    "Creatinine",
    "Creatinine clearance",
    "Free T4",
    "hCG, quantitative tumor marker",
    "Quantitative hCG pregnancy test",
    "Gestational age at birth",
    "Pregnancy intention in the next year - pregnancy status",
    "Alkaline phosphatase",
    "Salt intake",
    "Asthma control test",
    "Last delivery date estimated",
    "Infant breastfeeding status",
    "Platelets",
    "",
]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SAID.items() for text in texts])
def test_words_that_say_a_condition(name: str, text: str, library: Library) -> None:
    assert name in current(library, text)


@pytest.mark.parametrize(("names", "text"), [(names, text) for names, texts in NOT_SAID.items() for text in texts])
def test_words_that_do_not_say_it(names: str, text: str, library: Library) -> None:
    assert not current(library, text) & set(names.split())


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in LABORATORY.items() for text in texts])
def test_words_that_name_a_laboratory_test(name: str, text: str, library: Library) -> None:
    assert lab(library, text) == {name}


@pytest.mark.parametrize("text", NO_LABORATORY)
def test_words_that_name_another_test(text: str, library: Library) -> None:
    assert lab(library, text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Type 2 diabetes mellitus without complications",
        "Essential (primary) hypertension",
        "Hyperlipidemia, unspecified",
        "GERD without esophagitis",
        "Obesity, BMI 32",
        "Asthma, mild intermittent",
        "Hypothyroidism, unspecified",
        "Osteoarthritis of knee",
        "Seasonal allergies",
        "Vitamin D deficiency",
        "Iron deficiency anaemia",
        "Nicotine dependence, cigarettes",
        "Benign prostatic hyperplasia",
        "Urinary tract infection",
        "Kidney stone",
        "Irritable bowel syndrome",
        "Generalized anxiety disorder",
        "COPD",
        "Coronary artery disease",
        "Heart failure",
        "Bipolar disorder, manic",
        "Gout",
        "Mitral stenosis",
        "Osteopenia",
        "Cataract",
        "Sinus bradycardia",
        "Annual physical exam",
        "Routine health maintenance",
        "Encounter for immunization",
        "Contraception management",
        "Ovarian cyst",
        "Hepatitis A immune",
        "Gallstones",
        "Sprain of ankle",
    ],
)
def test_everyday_problems_are_none_of_ours(text: str, library: Library) -> None:
    assert current(library, text) == frozenset()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Breast cancer and depression", {"cancer", "depression"}),
        ("Pregnant, breastfeeding toddler", {"pregnancy", "lactation"}),
        ("ESRD on dialysis, depression in remission", {"dialysis"}),
        ("Fibromyalgia; family history of lupus", {"fibromyalgia"}),
        ("No suicidal ideation. Major depressive disorder", {"depression"}),
        ("FH: breast cancer; ME/CFS", {"me-cfs"}),
        ("Type 2 diabetes with CKD stage 4 and diabetic neuropathy", {"ckd-stage-4-5", "diabetic-neuropathy"}),
        ("Long COVID with POTS and MCAS", {"post-covid", "pots", "mcas"}),
        ("CKD stage 4 with history of breast cancer", {"ckd-stage-4-5"}),
        ("Crohn's disease without ulcerative colitis", {"crohn"}),
    ],
)
def test_a_text_that_says_several_things(text: str, names: set[str], library: Library) -> None:
    assert current(library, text) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("History of breast cancer", "cancer"),
        ("History of suicide attempt", "suicidality"),
        ("Alcohol use disorder, severe, in sustained remission", "aud-active"),
        ("Major depressive disorder, single episode, in full remission", "depression"),
        ("History of pregnancy", "pregnancy"),
    ],
)
def test_what_is_past_is_said_to_be_past(text: str, name: str, library: Library) -> None:
    meaning = concepts.condition(library.terminology, Coded(text=text))
    assert (meaning.concepts, meaning.historical) == ({name}, True)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("K72.1", {"hepatic-failure"}),
        ("K72.10", {"hepatic-failure"}),
        ("K70.40", {"hepatic-failure"}),
        ("K71.10", {"hepatic-failure", "acute-hepatitis"}),
        ("K76.82", {"hepatic-failure"}),
        ("K76.0", {"chronic-liver-disease"}),
        ("K74.60", {"cirrhosis"}),
        ("K70.30", {"cirrhosis"}),
        ("K75.81", {"chronic-hepatitis"}),
        ("K73.2", {"chronic-hepatitis"}),
        ("B18.2", {"chronic-hepatitis"}),
        ("N18.30", {"ckd-stage-3"}),
        ("N18.32", {"ckd-stage-3"}),
        ("N18.4", {"ckd-stage-4-5"}),
        ("N18.6", {"dialysis"}),
        ("Z99.2", {"dialysis"}),
        ("N18.2", set()),
        ("N18.9", set()),
        ("N17.9", set()),
        ("Z33.1", {"pregnancy"}),
        ("Z3A.34", {"pregnancy"}),
        ("Z34.03", {"pregnancy"}),
        ("O09.91", {"pregnancy"}),
        ("O24.410", {"pregnancy"}),
        ("O24.430", {"pregnancy-not-current"}),
        ("O10.02", {"pregnancy-not-current"}),
        ("O99.213", {"pregnancy"}),
        ("O99.215", {"pregnancy-not-current"}),
        ("O60.02", {"pregnancy"}),
        ("O60.14X0", {"pregnancy-not-current"}),
        ("O20.0", {"pregnancy"}),
        ("O03.9", {"pregnancy-not-current"}),
        ("O00.90", {"pregnancy-not-current"}),
        ("O07.4", {"pregnancy"}),
        ("O80", {"pregnancy-not-current"}),
        ("O90.89", {"pregnancy-not-current"}),
        ("O91.03", {"lactation"}),
        ("O92.5", {"lactation-negative"}),
        ("Z37.0", {"pregnancy-not-current"}),
        ("Z32.00", set()),
        ("Z32.01", {"pregnancy"}),
        ("Z32.02", {"pregnancy-not-current"}),
        ("Z87.59", set()),
        ("Z39.1", {"lactation"}),
        ("D57.1", {"sickle-cell"}),
        ("D57.3", set()),
        ("Z51.5", {"palliative-care"}),
        ("F32.1", {"depression"}),
        ("F32.A", {"depression"}),
        ("F32.5", set()),
        ("F33.41", {"depression"}),
        ("F33.42", set()),
        ("R45.851", {"suicidality"}),
        ("T14.91XA", {"suicidality"}),
        ("Z91.51", set()),
        ("F10.20", {"aud-active"}),
        ("F10.21", {"aud-remission"}),
        ("E06.3", {"autoimmune-thyroid"}),
        ("E05.00", {"autoimmune-thyroid"}),
        ("E05.20", set()),
        ("G35", {"multiple-sclerosis"}),
        ("G35.D", {"multiple-sclerosis"}),
        ("G35.C1", {"multiple-sclerosis"}),
        ("G93.32", {"me-cfs"}),
        ("U09.9", {"post-covid"}),
        ("D89.41", {"mcas"}),
        ("D47.02", set()),
        ("G90.A", {"pots"}),
        ("G90.9", set()),
        ("I48.0", {"tachyarrhythmia"}),
        ("I47.10", {"tachyarrhythmia"}),
        ("C50.911", {"cancer"}),
        ("C44.91", set()),
        ("C91.11", {"cancer-history"}),
        ("C91.10", {"cancer"}),
        ("Z85.3", {"cancer-history"}),
        ("E73.9", {"lactose-intolerance"}),
        ("G47.33", set()),
        ("G47.00", {"insomnia"}),
        ("E66.9", set()),
    ],
)
def test_icd_10_cm_codes(code: str, names: set[str], library: Library) -> None:
    assert by_code(library, code) == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("77386006", {"pregnancy"}),
        ("60001007", {"pregnancy-not-current"}),
        ("13763000", {"pregnancy"}),
        ("34801009", {"pregnancy-not-current"}),
        ("431857002", {"ckd-stage-4-5"}),
        ("700378005", {"ckd-stage-3"}),
        ("431855005", set()),
        ("716203000", {"hepatic-failure"}),
        ("72321000119107", {"pregnancy"}),
        ("127040003", {"sickle-cell"}),
        ("6471006", {"suicidality"}),
        ("34000006", {"crohn"}),
        ("49436004", {"tachyarrhythmia"}),
        ("371073003", {"pots"}),
    ],
)
def test_snomed_codes(code: str, names: set[str], library: Library) -> None:
    assert by_code(library, code, SNOMED) == names


def test_every_row_of_the_lists_means_its_concept(library: Library) -> None:
    outranked = {(name, weaker) for name, listed in library.terminology.outranks.items() for weaker in listed}
    listed = rows("conditions")
    assert len(listed) > 2500
    for name, row in listed:
        found = by_code(library, row["code"], row["system"])
        assert name in found or any((stronger, name) in outranked for stronger in found), (name, row)


def test_every_row_of_the_laboratory_lists_means_its_test(library: Library) -> None:
    listed = [(name, row) for name, row in rows("observations") if not name.startswith("uds-")]
    assert {name for name, _ in listed} == set(library.terminology.laboratory)
    for name, row in listed:
        coded = Coded(codings=(Coding(system=row["system"], code=row["code"]),))
        assert concepts.laboratory(library.terminology, coded) == {name}, row


def test_a_code_of_another_test_is_no_laboratory_test(library: Library) -> None:
    for code in ("1968-7", "5902-2", "3024-7", "45066-8", "21198-7", "24323-8"):
        assert lab(library, code=code) == set(), code


def test_enzymes_are_still_tests_by_code(library: Library) -> None:
    for code, name in (("1742-6", "alt"), ("1920-8", "ast")):
        found = concepts.test(library.terminology, Coded(codings=(Coding(system=LOINC, code=code),)))
        assert found.concepts == {name}


@pytest.mark.parametrize(
    ("code", "system", "weeks"),
    [
        ("Z3A.08", ICD, 8),
        ("Z3A.34", ICD, 34),
        ("Z3A34", ICD, 34),
        ("Z3A.42", ICD, 42),
        ("Z3A.49", ICD, 43),
        ("Z3A.00", ICD, None),
        ("13763000", SNOMED, 34),
        ("36428009", SNOMED, 42),
        ("77386006", SNOMED, None),
    ],
)
def test_weeks_of_gestation_by_code(code: str, system: str, weeks: int | None, library: Library) -> None:
    assert concepts.weeks_of_gestation(library.terminology, Coded(codings=(Coding(system=system, code=code),))) == weeks


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("34 weeks gestation of pregnancy", 34),
        ("20 weeks pregnant", 20),
        ("Pregnancy at 36 weeks gestation", 36),
        ("Less than 8 weeks gestation of pregnancy", None),
        ("False labor before 37 completed weeks of gestation", None),
        ("Pregnancy, third trimester", None),
        ("6 weeks postpartum", None),
        ("Born at 34 weeks gestation", None),
    ],
)
def test_weeks_of_gestation_in_words(text: str, weeks: int | None, library: Library) -> None:
    assert concepts.weeks_of_gestation(library.terminology, Coded(text=text)) == weeks


@pytest.mark.parametrize(
    ("written", "ucum"),
    [
        ("mL/min/1.73m2", "mL/min/{1.73_m2}"),
        ("mL/min/1.73 m²", "mL/min/{1.73_m2}"),
        ("mL/min/1.73 sq m", "mL/min/{1.73_m2}"),
        ("ml/min/1.73", "mL/min/{1.73_m2}"),
        ("mL/min", "mL/min/{1.73_m2}"),
        ("mL/min/{1.73_m2}", "mL/min/{1.73_m2}"),
        ("mL/s/1.73m2", "mL/s/{1.73_m2}"),
        ("mg/dl", "mg/dL"),
        ("µmol/L", "umol/L"),
        ("umol/L", "umol/L"),
        ("mIU/L", "m[IU]/L"),
        ("uIU/mL", "m[IU]/L"),
        ("µkat/L", "ukat/L"),
        ("nkat/L", "nkat/L"),
        ("IU/L", "U/L"),
        ("[IU]/L", "U/L"),
        ("weeks", "wk"),
        ("Days", "d"),
    ],
)
def test_units_as_ehrs_write_them(written: str, ucum: str, library: Library) -> None:
    assert library.terminology.units[written] == ucum


def test_a_long_text_costs_no_minutes(library: Library) -> None:
    """Thousands of denials and clauses are read in linear time; before, this took minutes."""
    for text in ("opioid use disorder; no; " * 20_000, "no pregnancy test " * 20_000, "cancer, in " * 20_000):
        concepts.condition(library.terminology, Coded(text=text))
