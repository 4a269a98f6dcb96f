"""The tables of ICD-10-PCS: storing them, walking them by characters, leading to them by words."""
