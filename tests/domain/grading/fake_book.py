"""A small hand-made code book with real codes and titles, its relations given by hand.

Rows are code, title and, where the title has a twin on another side, the group and the side.
A code that others extend is a header. No book of CPT, HCPCS or ICD-10-PCS is complete here.
"""

from collections.abc import Sequence

from app.domain.codes.code import Code, CodeSystem, Side

ICD_ROWS: tuple[tuple[str, ...], ...] = (
    ("D22", "Melanocytic nevi"),
    ("D22.1", "Melanocytic nevi of eyelid, including canthus"),
    ("D22.10", "Melanocytic nevi of unspecified eyelid, including canthus"),
    ("D22.11", "Melanocytic nevi of right eyelid, including canthus"),
    ("D22.111", "Melanocytic nevi of right upper eyelid, including canthus"),
    ("D22.5", "Melanocytic nevi of trunk"),
    ("D22.9", "Melanocytic nevi, unspecified"),
    ("D48", "Neoplasm of uncertain behavior of other and unspecified sites"),
    ("D48.5", "Neoplasm of uncertain behavior of skin"),
    ("E11", "Type 2 diabetes mellitus"),
    ("E11.2", "Type 2 diabetes mellitus with kidney complications"),
    ("E11.21", "Type 2 diabetes mellitus with diabetic nephropathy"),
    ("E11.22", "Type 2 diabetes mellitus with diabetic chronic kidney disease"),
    ("E11.29", "Type 2 diabetes mellitus with other diabetic kidney complication"),
    ("E11.3", "Type 2 diabetes mellitus with ophthalmic complications"),
    ("E11.31", "Type 2 diabetes mellitus with unspecified diabetic retinopathy"),
    ("E11.319", "Type 2 diabetes mellitus with unspecified diabetic retinopathy without macular edema"),
    ("E11.6", "Type 2 diabetes mellitus with other specified complications"),
    ("E11.65", "Type 2 diabetes mellitus with hyperglycemia"),
    ("E11.9", "Type 2 diabetes mellitus without complications"),
    ("H40", "Glaucoma"),
    ("H40.1", "Open-angle glaucoma"),
    ("H40.11", "Primary open-angle glaucoma"),
    ("H40.111", "Primary open-angle glaucoma, right eye"),
    ("H40.1110", "Primary open-angle glaucoma, right eye, stage unspecified"),
    ("H40.1111", "Primary open-angle glaucoma, right eye, mild stage", "glaucoma-mild", "right"),
    ("H40.1112", "Primary open-angle glaucoma, right eye, moderate stage"),
    ("H40.112", "Primary open-angle glaucoma, left eye"),
    ("H40.1121", "Primary open-angle glaucoma, left eye, mild stage", "glaucoma-mild", "left"),
    ("H66", "Suppurative and unspecified otitis media"),
    ("H66.9", "Otitis media, unspecified"),
    ("H66.90", "Otitis media, unspecified, unspecified ear"),
    ("H66.91", "Otitis media, unspecified, right ear", "otitis", "right"),
    ("H66.92", "Otitis media, unspecified, left ear", "otitis", "left"),
    ("H66.93", "Otitis media, unspecified, bilateral", "otitis", "bilateral"),
    ("I10", "Essential (primary) hypertension"),
    ("J45", "Asthma"),
    ("J45.4", "Moderate persistent asthma"),
    ("J45.40", "Moderate persistent asthma, uncomplicated"),
    ("J45.41", "Moderate persistent asthma with (acute) exacerbation"),
    ("J45.9", "Other and unspecified asthma"),
    ("J45.90", "Unspecified asthma"),
    ("J45.901", "Unspecified asthma with (acute) exacerbation"),
    ("J45.909", "Unspecified asthma, uncomplicated"),
    ("M17", "Osteoarthritis of knee"),
    ("M17.0", "Bilateral primary osteoarthritis of knee", "gonarthrosis", "bilateral"),
    ("M17.1", "Unilateral primary osteoarthritis of knee"),
    ("M17.10", "Unilateral primary osteoarthritis, unspecified knee"),
    ("M17.11", "Unilateral primary osteoarthritis, right knee", "gonarthrosis", "right"),
    ("M17.12", "Unilateral primary osteoarthritis, left knee", "gonarthrosis", "left"),
    ("M17.9", "Osteoarthritis of knee, unspecified"),
    ("M25", "Other joint disorder, not elsewhere classified"),
    ("M25.5", "Pain in joint"),
    ("M25.56", "Pain in knee"),
    ("M25.561", "Pain in right knee", "knee-pain", "right"),
    ("M25.562", "Pain in left knee", "knee-pain", "left"),
    ("M25.569", "Pain in unspecified knee"),
    ("N18", "Chronic kidney disease (CKD)"),
    ("N18.3", "Chronic kidney disease, stage 3 (moderate)"),
    ("N18.30", "Chronic kidney disease, stage 3 unspecified"),
    ("N18.31", "Chronic kidney disease, stage 3a"),
    ("N18.32", "Chronic kidney disease, stage 3b"),
    ("N18.4", "Chronic kidney disease, stage 4 (severe)"),
    ("N18.9", "Chronic kidney disease, unspecified"),
    ("Q20", "Congenital malformations of cardiac chambers and connections"),
    ("Q20.1", "Double outlet right ventricle"),
    ("Q20.2", "Double outlet left ventricle"),
    ("R73", "Elevated blood glucose level"),
    ("R73.9", "Hyperglycemia, unspecified"),
    ("S72", "Fracture of femur"),
    ("S72.0", "Fracture of head and neck of femur"),
    ("S72.00", "Fracture of unspecified part of neck of femur"),
    ("S72.001", "Fracture of unspecified part of neck of right femur"),
    ("S72.001A", "Fracture of unspecified part of neck of right femur, initial encounter", "femur-neck-A", "right"),
    ("S72.001D", "Fracture of unspecified part of neck of right femur, subsequent encounter", "femur-neck-D", "right"),
    ("S72.002", "Fracture of unspecified part of neck of left femur"),
    ("S72.002A", "Fracture of unspecified part of neck of left femur, initial encounter", "femur-neck-A", "left"),
    ("S72.002D", "Fracture of unspecified part of neck of left femur, subsequent encounter", "femur-neck-D", "left"),
    ("S72.009", "Fracture of unspecified part of neck of unspecified femur"),
    ("S72.009A", "Fracture of unspecified part of neck of unspecified femur, initial encounter"),
    ("S72.9", "Unspecified fracture of femur"),
    ("S72.91", "Unspecified fracture of right femur"),
    ("S72.91XA", "Unspecified fracture of right femur, initial encounter"),
    ("S72.91XD", "Unspecified fracture of right femur, subsequent encounter"),
    ("W19", "Unspecified fall"),
    ("W19.XXXA", "Unspecified fall, initial encounter"),
    ("W19.XXXD", "Unspecified fall, subsequent encounter"),
    ("Z79", "Long term (current) drug therapy"),
    ("Z79.4", "Long term (current) use of insulin"),
)
PROCEDURE_ROWS = (
    (CodeSystem.CPT, "17110", "Destroy benign skin lesions, up to 14"),
    (CodeSystem.CPT, "17000", "Destroy a premalignant skin lesion, first"),
    (CodeSystem.CPT, "29881", "Knee arthroscopy with removal of one meniscus"),
    (CodeSystem.CPT, "99213", "Office visit, established patient, low level"),
    (CodeSystem.CPT, "99214", "Office visit, established patient, moderate level"),
    (CodeSystem.HCPCS, "J1100", "Injection, dexamethasone sodium phosphate, 1 mg"),
)
OTHER_RELEASE = ("Z79.899",)
"""Codes that only another release has (invented for the tests)."""

_HEADERS = {code for code, *_ in ICD_ROWS for longer, *_ in ICD_ROWS if longer != code and longer.startswith(code)}
_TITLES = {code: title for code, title, *_ in ICD_ROWS}
_GROUPS = sorted({row[2] for row in ICD_ROWS if len(row) > 2})


class FakeBook:
    """A CodeLookup over the rows above; ``reads`` counts look-ups."""

    def __init__(self) -> None:
        self.reads = 0
        self._codes = {(CodeSystem.ICD10CM, row[0]): _icd(row) for row in ICD_ROWS}
        self._codes |= {(system, code): Code(system, code, title) for system, code, title in PROCEDURE_ROWS}

    def find(self, system: CodeSystem, code: str) -> Code | None:
        self.reads += 1
        return self._codes.get((system, code))

    def excludes1_between(self, code: str, others: Sequence[str]) -> str | None:
        """One note of the book: R73 is kept apart from diabetes."""
        diabetes = [other for other in others if other.startswith("E11")]
        return f"{code} and {diabetes[0]} exclude each other." if code.startswith("R73") and diabetes else None

    def is_in_other_release(self, system: CodeSystem, code: str) -> bool:
        return system is CodeSystem.ICD10CM and code in OTHER_RELEASE


def billable() -> list[str]:
    """List the billable ICD-10-CM codes of the book."""
    return [row[0] for row in ICD_ROWS if row[0] not in _HEADERS]


def _icd(row: tuple[str, ...]) -> Code:
    code, title = row[:2]
    ancestors = tuple(sorted((c for c in _TITLES if code != c and code.startswith(c)), key=len))
    says = [_says_unspecified(_TITLES[above]) for above in ancestors]
    below = None
    if ancestors and _says_unspecified(title):
        specific = [above for above, unspecified in zip(ancestors[1:], says[1:], strict=True) if not unspecified]
        below = specific[-1] if specific else ancestors[0]
    return Code(
        CodeSystem.ICD10CM,
        code,
        title,
        billable=code not in _HEADERS,
        ancestors=ancestors,
        side=Side(row[3]) if len(row) > 2 else None,
        side_group=_GROUPS.index(row[2]) if len(row) > 2 else None,
        unspecified_below=below,
        unspecified_count=title.lower().count("unspecified"),
    )


def _says_unspecified(title: str) -> bool:
    return "unspecified" in title.lower()
