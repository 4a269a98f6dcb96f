"""What people read for the names the grader uses: reasons of the ledger and methods."""

from app.domain.grading.ledger import Reason

REASON_LABELS: dict[Reason, str] = {
    Reason.MISSED: "Missed code",
    Reason.UNSUPPORTED: "Surplus line",
    Reason.FORBIDDEN: "Not to be coded here",
    Reason.DUPLICATE: "Entered twice",
    Reason.INCOMPLETE_CODE: "Incomplete code",
    Reason.UNKNOWN_CODE: "Not in the code book",
    Reason.OUT_OF_DATE: "Not in force on that date",
    Reason.WRONG_LATERALITY: "Wrong side",
    Reason.UNDER_SPECIFIED: "Under-specified",
    Reason.OVER_SPECIFIED: "Over-specified",
    Reason.WRONG_SEVENTH_CHARACTER: "Wrong 7th character",
    Reason.WRONG_SUBCATEGORY: "Wrong subcategory",
    Reason.WRONG_DETAIL: "Wrong detail",
    Reason.WRONG_IN_CATEGORY: "Right category, wrong code",
    Reason.NEAR_MISS: "Near miss",
    Reason.EM_LEVEL_LOW: "E/M level too low",
    Reason.EM_LEVEL_HIGH: "E/M level too high",
    Reason.WRONG_ROOT_OPERATION: "Wrong root operation",
    Reason.WRONG_BODY_PART: "Wrong body part",
    Reason.WRONG_APPROACH: "Wrong approach",
    Reason.WRONG_DEVICE: "Wrong device",
    Reason.WRONG_QUALIFIER: "Wrong qualifier",
    Reason.WRONG_MODIFIERS: "Modifiers",
    Reason.WRONG_UNITS: "Units",
    Reason.WRONG_POINTERS: "Diagnosis pointers",
    Reason.WRONG_POA: "Present on admission",
    Reason.WRONG_POSITION: "Sequence",
}

METHOD_LABELS: dict[str, str] = {
    "code_over_code": "Code over code",
    "netted": "Netted (correct less surplus)",
    "correct_over_max": "Correct ÷ the larger of entered and keyed",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "clean_claim": "Clean claim",
}


def reason_label(reason: str) -> str:
    """Return the few words people read for a reason's name."""
    return REASON_LABELS[Reason(reason)]
