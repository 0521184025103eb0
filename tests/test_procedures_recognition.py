"""Operations and procedures under sedation: the words of real bookings and orders, by example."""

import csv

import pytest

from cards.library import ROOT
from cards.model import Library
from cds.recognise.coded import Coded, Coding
from cds.recognise.procedures import Operation, operation

SNOMED = "http://snomed.info/sct"


def asked(library: Library, *texts: str) -> Operation | None:
    return operation(library.terminology, tuple(Coded(text=text) for text in texts))


OPERATIONS = """
dental surgery under GA; cholecystectomy; Laparoscopic cholecystectomy; LAP CHOLE; lap chole w/ IOC; gallbladder removal; appendectomy;
Laparoscopic appendicectomy; lap appy; Inguinal hernia repair; Repair of umbilical hernia; lap hernia repair bilateral; Total knee
arthroplasty; TOTAL KNEE REPLACEMENT, LEFT; TKA right; L TKA; R TKR; knee replacement; Total replacement of right knee joint; THR; THA L;
total hip; Hip replacement surgery; revision total hip arthroplasty; Revision of hip replacement; ACL reconstruction; Repair of rotator cuff
by suture; shoulder arthroscopy; arthroscopic meniscectomy; knee scope arthroscopy; Hysterectomy; TAH-BSO hysterectomy; Laparoscopic
supracervical hysterectomy; C-section; Repeat c section; repeat C-section for previous C-section; Cesarean section; caesarean delivery;
elective LSCS; ORIF left ankle; ORIF distal radius; Open reduction of fracture of femur with internal fixation; lumbar laminectomy L4-5;
microdiscectomy; spinal fusion; ACDF C5-6; TLIF L4-S1; Lumbar and lumbosacral fusion by posterior technique; CABG; CABG x3; coronary artery
bypass graft; aortic valve replacement; Thyroidectomy; total thyroidectomy with neck dissection; Mastectomy; double mastectomy; Lumpectomy;
Tonsillectomy; T&A tonsillectomy and adenoidectomy; septoplasty; septoplasty and turbinate reduction; gastric bypass; Roux-en-Y gastric
bypass; sleeve gastrectomy; bariatric surgery; weight loss surgery; kidney transplant; liver transplant; Transplant of kidney; Corneal
transplant; surgery; Surgery; SURGERY; operation; Operation; Surgical procedure; Surgical procedure (procedure); knee surgery; back surgery;
eye surgery under general; brain surgery; open heart surgery; robotic surgery; outpatient surgery; Day surgery; same day surgery; elective
surgery - left shoulder; surgery date 12/3; Surgery scheduled for 12/14; Cardiac surgery scheduled 12/1; Spine surgery L4-L5; OR booking; OR
case 0730; Main OR; Operating room; operating theatre; D&C; D&amp;C hysteroscopy; dilation and curettage; suction D&C; hysteroscopy;
hysteroscopic polypectomy; arthroscopy; Laparoscopy, diagnostic; exploratory laparotomy; craniotomy; VATS lobectomy; liposuction; tummy
tuck; abdominoplasty; breast augmentation; breast reduction; rhinoplasty; facelift; blepharoplasty; circumcision; TURP; TURBT; transurethral
resection of bladder tumor; radical prostatectomy; nephrectomy; ureteroscopy with laser; orchiopexy; hydrocele repair; tubal ligation;
bilateral salpingectomy; oophorectomy; myomectomy; vasectomy; bunionectomy; bunion surgery; carpal tunnel release; trigger finger release;
below knee amputation; skin graft to leg; wide local excision melanoma with sentinel node biopsy; axillary lymph node dissection; bowel
resection; hemicolectomy; Whipple; hemorrhoidectomy; anal fistulotomy; colostomy reversal; ileostomy takedown; Colostomy; creation of
tracheostomy; tracheostomy; parathyroidectomy; carotid endarterectomy; AAA repair aneurysm repair; EVAR; AV fistula creation; cochlear
implant; ear tubes; myringotomy with tubes; functional endoscopic sinus surgery; vitrectomy; trabeculectomy; scleral buckle; strabismus
surgery; removal of hardware left ankle; manipulation under anesthesia right knee; exam under anesthesia; arthrodesis of ankle;
cystorrhaphy; colporrhaphy; pyloromyotomy; osteotomy; decompression of median nerve; VP shunt revision; deep brain stimulator placement;
spinal cord stimulator implant; Cholezystektomie; Appendektomie; Hysterektomie; cholécystectomie; colecistectomía; cirugía; Kaiserschnitt;
surgery, pre-op labs done; Total knee arthroplasty - cardiac clearance obtained; prior authorization approved for knee replacement; surgery
cancelled 11/2, rescheduled 12/5; Surgical consent signed. Cholecystectomy; admit for surgery; minor surgery under general anaesthesia
hysterectomy; Lap chole with local anesthetic at port sites; history of reflux, Nissen fundoplication
"""
SEDATIONS = """
colonoscopy; Colonoscopy, screening; COLONOSCOPY W/ BIOPSY; screening colonoscopy; surveillance colonoscopy; follow-up colonoscopy;
diagnostic colonoscopy appointment; EGD; EGD/colonoscopy; EGD with dilation; gastroscopy; OGD; upper endoscopy; Upper GI endoscopy;
Esophagogastroduodenoscopy; Endoscopy; enteroscopy; bronchoscopy; EBUS bronchoscopy; ERCP; endoscopic ultrasound; EUS with FNA; TEE;
transesophageal echocardiogram; TEE/DCCV; cardioversion; cardiac catheterization; Cardiac cath; left heart cath; coronary angiogram; PCI;
coronary angioplasty and stent; stent placement; ureteral stent placement; angioplasty; TAVR; AF ablation; endometrial ablation;
radiofrequency ablation; varicose vein ablation; EP study; pacemaker implantation; ICD generator change; port placement; Mediport placement;
port-a-cath placement; IVC filter placement; embolization of fibroids; TIPS procedure; MRI under anaesthesia; MRI brain under anesthesia;
MRI with sedation; MRI brain w/ sedation; MRI sedation; CT under GA; cystoscopy under GA; Cystoscopy under general anesthesia; dental
restorations under general anesthesia; wisdom tooth extraction under general; wisdom teeth extraction with IV sedation; wisdom teeth
removal; tooth extraction with IV sedation; kidney biopsy under sedation; liver biopsy with moderate sedation; bone marrow biopsy with
sedation; flexible sigmoidoscopy with sedation; procedure under general anesthesia; Procedure under general anaesthetic; procedure with
conscious sedation; MAC sedation procedure; port removal; cataract surgery; cataract extraction with IOL; Phaco/IOL right; Surgery of
cataract of left eye; excision of mole, local and general anesthesia; lipoma removal, local with sedation; mole excision under local/MAC;
lithotripsy; ESWL; egg retrieval; ECT; electroconvulsive therapy; PEG tube placement; closed reduction of wrist fracture; capsule endoscopy
and EGD; spinal cord stimulator trial; hysterosalpingogram under general anesthesia; epidural steroid injection with IV sedation; skin
biopsy under general anesthesia; Koloskopie; Gastroskopie; coloscopie; colonoscopia; Gastroscopy - not local, general; biopsy, general
anesthesia; MRI - general anesthesia; Dental anesthesia
"""
NONE_OF_IT = """
excision of mole under local anaesthesia; Excision of mole; skin biopsy; punch biopsy; mole removal, local; mole removal; skin tag removal;
cyst removal in office; dental cleaning; dental filling; dental exam; root canal; dental implant; tooth extraction; tooth extraction under
local; trigger point injection; joint injection; knee injection; epidural steroid injection; phlebotomy; Therapeutic phlebotomy;
venipuncture; tracheostomy care; tracheostomy tube change; colostomy bag change; colostomy care; ileostomy supplies; ostomy nurse; attention
to tracheostomy; post-op follow up; Post-op visit; postoperative visit; POST OP CHECK; post-op week 2 knee replacement; postop wound check;
pre-op assessment; Pre-op clinic; preop consult; pre-operative evaluation for cholecystectomy; Pre-surgery evaluation; pre-anesthesia
evaluation; Anesthesia consult; Preoperative cardiovascular examination; pre-admission testing; surgical consultation; Surgery consult;
consult for knee replacement; consultation: gallbladder surgery; referral to surgery; Referral to general surgery; Referral for colonoscopy;
Ambulatory referral to Orthopedic Surgery; surgery clinic; general surgery new patient; General surgery; General Surgery; Surgery - General;
Surgery-general; Orthopedic surgery; Orthopaedic surgery department; Neurosurgery; Plastic surgery; Vascular surgery clinic; Cardiac surgery
service; Oral surgery; Department of Surgery clinic visit; General surgery, Dr. Smith; oral surgery consult; history of appendectomy; Hx of
cholecystectomy; s/p appendectomy; S/P CABG x3; status post hysterectomy; PSH: appendectomy; past surgical history: hysterectomy, C-section;
previous C-section; physiotherapy after knee replacement; physical therapy s/p TKA; PT eval total knee; pain after hysterectomy; knee
replacement follow-up; follow up after colonoscopy; Colonoscopy follow up; Follow-up, cholecystectomy; Cholecystectomy (follow-up); Hernia
repair - post op visit; wound check; suture removal; Removal of staples; drain removal; surgery cancelled; cancelled surgery; Colonoscopy -
CANCELLED; colonoscopy: cancelled; patient declined surgery; declines colonoscopy; surgery: none planned; surgery: none; Surgery: no; no
surgery planned; no surgery; surgery not indicated; non-surgical management; nonsurgical treatment; surgery ruled out; virtual colonoscopy;
CT colonography; capsule endoscopy; flexible sigmoidoscopy; flexible sigmoidoscopy without sedation; nasal endoscopy in clinic; nasal
endoscopy; EGD without sedation; unsedated transnasal EGD; colonoscopy, no sedation; screening mammogram; mammogram; eye exam; minor surgery
under local; minor surgery; LASIK; LASIK (topical); laser eye surgery; PRK photorefractive keratectomy; lab draw; labs before surgery;
annual physical; Annual wellness visit; office visit; new patient visit; telehealth visit; medication review; dermoscopy; dermatoscopy;
microscopy; urine microscopy; fluoroscopy; spectroscopy; MR spectroscopy; otoscopy; colposcopy; anoscopy; laryngoscopy flexible; cystoscopy;
Cystoscopy with local anesthesia; stroboscopy; Mikroskopie; carpal tunnel release under local; Carpal tunnel release (WALANT); trigger
finger release, local anesthesia only; vasectomy under local anesthesia; cataract surgery topical anesthesia; Phaco, topical only; hernia
repair under local anaesthetic; Mohs surgery; toenail surgery; nail avulsion; hair transplant; stem cell transplant; fecal microbiota
transplant; kidney transplant evaluation; transplant clinic; post-transplant labs; radioactive iodine ablation; hormone replacement therapy;
nicotine replacement; Nexplanon removal; IUD insertion; Insertion of intrauterine device; PICC line; blood transfusion; hemodialysis;
infusion; chemotherapy; physical therapy; MRI brain; CT abdomen; CT coronary angiography; fluorescein angiography; echocardiogram;
Transthoracic echocardiogram; stress test; ultrasound; bone density; sleep study; EKG; vaccination; flu shot; allergy testing; pulmonary
function test; counseling; discuss surgery; discussion of surgical options; considering knee replacement; candidate for bariatric surgery;
second opinion on spinal fusion; bariatric surgery seminar; joint replacement class; surgical clearance; pre-op clearance; FMLA forms for
surgery; colonoscopy results; surgery recovery check; appendectomy scar; port flush; pacemaker check; pacemaker interrogation; stent removal
in office; discharge meds d/c; d/c Foley; general check up; General examination of patient; general anxiety; General practice; pain clinic;
GP surgery; hours of operation 9-5; Episiotomy; vaginal delivery; amniocentesis; lumbar puncture; laceration repair; incision and drainage
under local; abscess drainage; IV iron; iron infusion; reaction to anesthesia; history of anesthesia complications; Local anesthesia
reaction; surgery center; GA 34 weeks; Atlanta, GA clinic; anatomy scan; tracheostomy in situ; spinal decompression therapy; YAG laser
capsulotomy of lens; laser trabeculoplasty; Laser iridotomy; gingivectomy; pulpotomy; follow up; Consultation; unknown; ---; 12345
"""


def strings(block: str) -> list[str]:
    """The strings of a table; the semicolon of an entity belongs to its string."""
    parts = " ".join(block.split()).replace("&amp;", "&amp\0").split(";")
    return [part.replace("\0", ";").strip() for part in parts]


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert len(strings(OPERATIONS)) + len(strings(SEDATIONS)) > 200
    assert len(strings(NONE_OF_IT)) > 200


@pytest.mark.parametrize("text", strings(OPERATIONS))
def test_an_operation_by_its_name(text: str, library: Library) -> None:
    found = asked(library, text)
    assert found is not None
    assert found.kind == "operation"


@pytest.mark.parametrize("text", strings(SEDATIONS))
def test_a_procedure_under_sedation_or_anaesthesia(text: str, library: Library) -> None:
    found = asked(library, text)
    assert found is not None
    assert found.kind == "sedation"


@pytest.mark.parametrize("text", strings(NONE_OF_IT))
def test_no_operation(text: str, library: Library) -> None:
    assert asked(library, text) is None


BOOKINGS = [
    # the first text tells what it is, the next ones what it is about
    (("Consultation", "Total knee arthroplasty"), None),
    (("Office visit", "Hernia repair"), None),
    (("Follow-up", "Cholecystectomy"), None),
    (("Post-op visit", "Total hip arthroplasty"), None),
    (("Physical therapy", "ACL reconstruction"), None),
    (("New patient", "General surgery", "hernia"), None),
    (("General surgery", "Cholelithiasis", "New patient visit"), None),
    (("Surgery", "Follow-up"), None),
    (("Surgery", "Consultation"), None),
    (("Pre-op assessment", "Colonoscopy"), None),
    # what is ordered beside the operation does not undo it
    (("Laparoscopic cholecystectomy", "Cardiology consult"), "operation"),
    (("Total knee arthroplasty", "Physical therapy", "Osteoarthritis"), "operation"),
    (("Colonoscopy", "A follow up visit from a previous appointment"), "sedation"),
    (("Colonoscopy", "Follow-up"), "sedation"),
    (("Follow-up", "Colonoscopy"), "sedation"),
    (("General surgery", "Laparoscopic inguinal hernia repair"), "operation"),
    (("Routine", "General surgery", "surgery"), "operation"),
    (("Consultation", "Hernia repair under general anesthesia"), "operation"),
    # local only, and what wins over it
    (("Cataract surgery", "topical anesthesia"), None),
    (("Carpal tunnel release", "local only"), None),
    (("Excision of lipoma", "local anesthesia", "plus IV sedation"), "sedation"),
    (("Hernia repair", "local anesthesia and MAC sedation"), "operation"),
    (("Laparoscopic cholecystectomy", "local anesthetic at the ports"), "operation"),
    (("Colonoscopy", "no sedation"), None),
    (("Colonoscopy", "patient declines sedation"), None),
    (("MRI lumbar spine", "under general anesthesia"), "sedation"),
    (("Dental restoration", "General"), "sedation"),
    # surgery as a category
    (("Skin biopsy", "Surgical procedure"), None),
    (("Excision of lipoma", "Surgical procedure"), "operation"),
    (("Hysterectomy", "Cancelled"), None),
    (("Knee pain", "MRI knee"), None),
    ((), None),
    (("", "   "), None),
]


@pytest.mark.parametrize(("texts", "kind"), BOOKINGS, ids=lambda value: " + ".join(value) if isinstance(value, tuple) else str(value))
def test_several_texts_of_one_booking(texts: tuple[str, ...], kind: str | None, library: Library) -> None:
    found = asked(library, *texts)
    assert (found.kind if found else None) == kind


def coded(code: str, text: str = "", display: str = "", system: str = SNOMED) -> Coded:
    return Coded(codings=(Coding(system=system, code=code, display=display),), text=text)


def test_every_code_of_the_list_counts_without_any_word(library: Library) -> None:
    with (ROOT / "codelists" / "procedures.csv").open(encoding="utf-8") as handle:
        listed = list(csv.DictReader(handle))
    assert len(listed) > 350
    for row in listed:
        found = operation(library.terminology, (coded(row["code"]),))
        assert found is not None, row
        assert found.kind == ("sedation" if row["kind"] == "sedation" else "operation"), row
        assert found.label, row


def test_names_and_codes_of_the_list_agree(library: Library) -> None:
    """A published name of a listed code has to be known by its words as well, but for a few that no word tells."""
    with (ROOT / "codelists" / "procedures.csv").open(encoding="utf-8") as handle:
        unknown = [row["display"] for row in csv.DictReader(handle) if asked(library, row["display"]) is None]
    assert len(unknown) < 5, unknown


@pytest.mark.parametrize(
    ("concept", "kind"),
    [
        (coded("73761001"), "sedation"),
        (coded("73761001", system="urn:oid:2.16.840.1.113883.6.96"), "sedation"),
        (coded("38102005", display="Cholecystectomy (procedure)"), "operation"),
        (coded("387713003"), "operation"),
        (coded("73761001", system="urn:oid:1.2.3"), None),
        (coded("73761001", text="Colonoscopy consult"), None),
        (coded("80146002", text="history of appendectomy"), None),
        (coded("45595009", text="cancelled surgery"), None),
        (coded("54885007", text="Cataract extraction, topical anesthesia"), None),
        (coded("999999", display="Colonoscopy"), "sedation"),
        (coded("999999"), None),
    ],
)
def test_codes_and_what_their_words_take_back(concept: Coded, kind: str | None, library: Library) -> None:
    found = operation(library.terminology, (concept,))
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize(
    ("texts", "label"),
    [
        (("LAPAROSCOPIC CHOLECYSTECTOMY",), "laparoscopic cholecystectomy"),
        (("Cholecystectomy (procedure)",), "Cholecystectomy"),
        (("D&C",), "D&C"),
        (("Gallstones", "Laparoscopic cholecystectomy"), "Laparoscopic cholecystectomy"),
        (("Excision of lipoma", "Surgical procedure"), "Excision of lipoma (Surgical procedure)"),
        (("[colonoscopy](http://evil.example) <b>now</b>",), "(colonoscopy)(http evil.example) b now /b"),
    ],
)
def test_the_label_is_safe_to_show(texts: tuple[str, ...], label: str, library: Library) -> None:
    found = asked(library, *texts)
    assert found is not None
    assert found.label == label


def test_a_name_tells_more_than_the_word_surgery(library: Library) -> None:
    found = asked(library, "Surgery", "Total knee arthroplasty")
    assert found is not None
    assert found.label == "Total knee arthroplasty"


def test_long_text_is_read_in_reasonable_time(library: Library) -> None:
    assert asked(library, "surgery not planned, " * 400) is None
    assert asked(library, "x " * 3000 + "colonoscopy") is not None
