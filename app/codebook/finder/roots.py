"""Owns the Greek and Latin parts that medical words are made of, and the plain words they stand for.

A word that no book has may still be read by its parts: broncholithiasis is a calculus of a bronchus.
"""

_STEMS: dict[str, tuple[str, ...]] = {
    "aden": ("gland",),
    "angi": ("vessel", "vascular"),
    "arteri": ("artery",),
    "arthr": ("joint",),
    "balan": ("penis", "glans"),
    "blephar": ("eyelid",),
    "bronch": ("bronchus",),
    "burs": ("bursa",),
    "cardi": ("heart", "cardiac"),
    "cephal": ("head",),
    "cerebr": ("brain", "cerebral"),
    "cervic": ("cervix", "neck"),
    "cheil": ("lip",),
    "cholangi": ("bile", "duct"),
    "cholecyst": ("gallbladder",),
    "choledoch": ("bile", "duct"),
    "chondr": ("cartilage",),
    "col": ("colon",),
    "colp": ("vagina",),
    "cost": ("rib",),
    "crani": ("skull",),
    "cyst": ("bladder",),
    "dacry": ("lacrimal",),
    "dermat": ("skin", "dermatitis"),
    "dipl": ("double",),
    "encephal": ("brain",),
    "enter": ("intestine",),
    "epididym": ("epididymis",),
    "esophag": ("esophagus",),
    "fasci": ("fascia",),
    "gastr": ("stomach",),
    "gingiv": ("gum",),
    "gloss": ("tongue",),
    "glyc": ("glucose", "sugar"),
    "hem": ("blood",),
    "hepat": ("liver",),
    "hidr": ("sweat",),
    "hyster": ("uterus",),
    "ile": ("ileum",),
    "kerat": ("cornea",),
    "labyrinth": ("labyrinth", "inner", "ear"),
    "laryng": ("larynx",),
    "leuk": ("white",),
    "lip": ("fat",),
    "lith": ("calculus",),
    "lymph": ("lymph",),
    "mast": ("breast", "mastoid"),
    "mening": ("meninges",),
    "metr": ("uterus",),
    "myel": ("spinal", "marrow"),
    "myring": ("tympanic",),
    "my": ("muscle",),
    "nas": ("nose", "nasal"),
    "nephr": ("kidney",),
    "neur": ("nerve",),
    "odont": ("tooth",),
    "omphal": ("umbilicus",),
    "onych": ("nail",),
    "oophor": ("ovary",),
    "ophthalm": ("eye",),
    "orch": ("testis",),
    "oste": ("bone",),
    "ot": ("ear",),
    "pancreat": ("pancreas",),
    "periton": ("peritoneum",),
    "pharyng": ("pharynx",),
    "phleb": ("vein",),
    "pleur": ("pleura",),
    "pneum": ("lung",),
    "proct": ("rectum",),
    "pulmon": ("lung",),
    "pyel": ("kidney", "pelvis"),
    "ren": ("kidney",),
    "retin": ("retina",),
    "rhin": ("nose",),
    "salping": ("tube", "fallopian"),
    "sial": ("salivary",),
    "spermat": ("sperm",),
    "splen": ("spleen",),
    "spondyl": ("vertebra", "spine"),
    "stomat": ("mouth",),
    "tendin": ("tendon",),
    "tars": ("tarsus",),
    "thorac": ("thorax", "chest"),
    "thromb": ("thrombosis",),
    "trache": ("trachea",),
    "typhl": ("cecum",),
    "ureter": ("ureter",),
    "urethr": ("urethra",),
    "vas": ("vessel",),
    "ven": ("vein",),
    "vesic": ("bladder",),
}
_ENDINGS: dict[str, tuple[str, ...]] = {
    "algia": ("pain",),
    "cele": ("hernia",),
    "dynia": ("pain",),
    "ectasis": ("dilatation",),
    "itis": ("inflammation",),
    "lith": ("calculus",),
    "lithiasis": ("calculus",),
    "malacia": ("softening",),
    "megaly": ("enlargement", "enlarged", "hypertrophy"),
    "oma": ("neoplasm", "benign"),
    "pathy": ("disease", "disorder"),
    "plegia": ("paralysis",),
    "ptosis": ("prolapse",),
    "rrhagia": ("hemorrhage",),
    "rrhea": ("discharge",),
    "rrhexis": ("rupture",),
    "sclerosis": ("sclerosis",),
    "stenosis": ("stenosis", "stricture"),
    "uria": ("urine",),
    "emia": ("blood",),
}
_SHORTEST = 7


def parts_of(word: str) -> tuple[str, ...]:
    """Return the plain words that the parts of a long word stand for; nothing for a word that has none."""
    if len(word) < _SHORTEST:
        return ()
    found: list[str] = []
    body = word
    ending = next((one for one in sorted(_ENDINGS, key=len, reverse=True) if word.endswith(one)), None)
    if ending:
        found += _ENDINGS[ending]
        body = word[: -len(ending)]
    while len(body) > 1:
        stem = next((one for one in _BY_LENGTH if body.startswith(one)), None)
        if stem is None:
            break
        found += _STEMS[stem]
        body = body[len(stem) :].lstrip("aeiou")
    return tuple(dict.fromkeys(found)) if len(body) <= 3 or (ending and found) else ()


_BY_LENGTH = sorted(_STEMS, key=len, reverse=True)
