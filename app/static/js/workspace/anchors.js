// Where words stand in a document: offsets into its text, found again by quote, wrapped in <mark>.

function textNodes(paper) {
  const walker = document.createTreeWalker(paper, NodeFilter.SHOW_TEXT);
  const nodes = [];
  let at = 0;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    nodes.push({ node, start: at, end: at + node.data.length });
    at += node.data.length;
  }
  return nodes;
}

/** The trimmed words of a range inside a document, with their offset; null if there are none. */
export function placeOf(range, paper) {
  const before = document.createRange();
  before.selectNodeContents(paper);
  before.setEnd(range.startContainer, range.startOffset);
  const text = range.toString();
  const quote = text.trim();
  if (!quote) return null;
  return { quote, start: before.toString().length + text.indexOf(quote) };
}

/** Find a quote again: at its offset, else the first place it stands, blanks and line ends counted alike. */
export function findQuote(paper, quote, start) {
  const text = paper.textContent;
  if (Number.isInteger(start) && text.startsWith(quote, start)) return { start, end: start + quote.length };
  const words = quote.trim().split(/\s+/).filter(Boolean);
  if (!words.length) return null;
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  const found = new RegExp(pattern).exec(text) ?? new RegExp(pattern, "i").exec(text);
  return found ? { start: found.index, end: found.index + found[0].length } : null;
}

/** Wrap a stretch of text; one <mark> for each text node it touches. */
export function wrap(paper, { start, end }, dress) {
  const made = [];
  for (const piece of textNodes(paper)) {
    const from = Math.max(start, piece.start) - piece.start;
    const to = Math.min(end, piece.end) - piece.start;
    if (from >= to || !piece.node.data.slice(from, to).trim()) continue;
    const node = from ? piece.node.splitText(from) : piece.node;
    if (to - from < node.data.length) node.splitText(to - from);
    const mark = document.createElement("mark");
    node.replaceWith(mark);
    mark.append(node);
    dress(mark);
    made.push(mark);
  }
  return made;
}

export function unwrapAll(paper) {
  for (const mark of paper.querySelectorAll("mark[data-mark]")) mark.replaceWith(...mark.childNodes);
  paper.normalize();
}
