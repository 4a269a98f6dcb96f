"""Reads the name of a code system on the command line."""

from typing import Any

import click

from app.domain.codes.code import CodeSystem

_ALIASES = {
    CodeSystem.ICD10CM: ("icd10cm", "icd10", "icd", "cm", "dx"),
    CodeSystem.ICD10PCS: ("icd10pcs", "pcs"),
    CodeSystem.CPT: ("cpt", "cpt4"),
    CodeSystem.HCPCS: ("hcpcs", "hcpcslevelii", "hcpcs2", "levelii"),
}


class SystemName(click.ParamType):
    """A code system by its usual name or a short form, in any case."""

    name = "system"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> CodeSystem:
        if isinstance(value, CodeSystem):
            return value
        bare = "".join(c for c in str(value).lower() if c.isalnum())
        for system, names in _ALIASES.items():
            if bare in names:
                return system
        return self.fail(f"“{value}” is no code system: use one of {', '.join(CodeSystem)}.", param, ctx)
