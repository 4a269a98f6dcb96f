"""Owns the exam sections an exercise can train, by slug; see the exam specs for how many questions each has."""

SECTIONS: dict[str, str] = {
    "10000-integumentary": "10000 series: integumentary",
    "20000-musculoskeletal": "20000 series: musculoskeletal",
    "30000-respiratory-cardiovascular": "30000 series: respiratory, cardiovascular, hemic, lymphatic, mediastinum",
    "40000-digestive": "40000 series: digestive",
    "50000-urinary-genital": "50000 series: urinary, genital, maternity, endocrine",
    "60000-nervous-eye-ear": "60000 series: nervous system, eye, ear",
    "evaluation-management": "Evaluation and management",
    "anesthesia": "Anesthesia",
    "radiology": "Radiology",
    "laboratory-pathology": "Laboratory and pathology",
    "medicine": "Medicine",
    "medical-terminology": "Medical terminology",
    "anatomy": "Anatomy",
    "icd-10-cm": "ICD-10-CM",
    "icd-10-pcs": "ICD-10-PCS",
    "hcpcs": "HCPCS Level II",
    "coding-guidelines": "Coding guidelines",
    "compliance": "Compliance and regulatory",
    "cases": "Cases",
}
"""Slug → title. ICD-10-PCS has no questions in a CPC-style exam; inpatient charts train it all the same."""
