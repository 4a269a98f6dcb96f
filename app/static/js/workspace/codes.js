// Shapes of codes as a person types them; dots, blanks and case don't matter. The server has the last word.

const SHAPES = {
  "ICD-10-CM": /^[A-Z][0-9A-Z]{2}[0-9A-Z]{0,4}$/,
  CPT: /^[0-9]{4}[0-9FTUM]$/,
  HCPCS: /^[A-V][0-9]{4}$/,
  "ICD-10-PCS": /^[0-9A-HJ-NP-Z]{7}$/,
};
// what may stand between modifiers; the server reads the same
const SEPARATORS = /[\s,;/-]+/;
const PROCEDURES = ["CPT", "HCPCS", "ICD-10-PCS"];

export const bare = (text) => text.replace(/[\s.]+/g, "").toUpperCase();

/** The system a code of that list can only belong to, or null if its shape fits none. */
export function systemOf(kind, text) {
  const code = bare(text);
  if (kind === "diagnoses") return SHAPES["ICD-10-CM"].test(code) ? "ICD-10-CM" : null;
  return PROCEDURES.find((system) => SHAPES[system].test(code)) ?? null;
}

/** Put the dot of an ICD-10-CM code where it belongs. */
export function shown(system, text) {
  const code = bare(text);
  return system === "ICD-10-CM" && code.length > 3 ? `${code.slice(0, 3)}.${code.slice(3)}` : code;
}

export const listOf = (system) => (system === "ICD-10-CM" ? "diagnoses" : "procedures");

/** Say why a text can't be a code of that list, or null if it could be. */
export function shapeProblem(kind, text, inpatient) {
  const typed = text.trim().slice(0, 20);
  if (isSeveral(kind, text)) return `One code per line. “${typed}” looks like more than one.`;
  if (!text.trim() || systemOf(kind, text)) return null;
  if (kind === "diagnoses" && systemOf(kind, text.replace(",", "."))) return `Use a dot, not a comma: ${shown("ICD-10-CM", text.replace(",", "."))}.`;
  if (kind === "diagnoses") {
    if (SHAPES.CPT.test(bare(text))) return `“${typed}” is shaped like a CPT code: it belongs under Procedures.`;
    return `“${typed}” can't be an ICD-10-CM code: it needs a letter, then two to six letters or digits, such as R51.9.`;
  }
  if (inpatient) return `“${typed}” can't be a procedure code: ICD-10-PCS has seven letters or digits without I and O, such as 0FT44ZZ; CPT five digits.`;
  return `“${typed}” can't be a procedure code: CPT has five digits, such as 36415; HCPCS a letter and four digits, such as A4550.`;
}

/** Whether separators part the text into several codes of that list. */
function isSeveral(kind, text) {
  const parts = text.split(SEPARATORS).filter(Boolean);
  return parts.length > 1 && parts.every((part) => systemOf(kind, part));
}

export function modifiersProblem(text) {
  const wrong = text.toUpperCase().split(SEPARATORS).filter((part) => part && !/^[0-9A-Z]{2}$/.test(part));
  return wrong.length ? `“${wrong[0]}” can't be a modifier: each has two letters or digits, such as 22 or E1.` : null;
}

export function unitsProblem(text) {
  return /^[1-9][0-9]{0,3}$/.test(text.trim() || "1") ? null : `“${text.trim()}” can't be the units: a whole number from 1.`;
}
