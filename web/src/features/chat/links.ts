/** A piece of a text: words, or an address that can be opened. */
export type Piece = { text: string; href?: string };

/** Ends at what would show an address as another one: marks that turn the direction, or that cannot be seen. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'\p{Cf}\p{Cc}\u3000-\u303f\uff00-\uffef]+/giu;
const TRAILING = /[.,:;!?)\]}]+$/;

/** Finds web addresses. Only http and https are ever made into links. */
export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, (tail) => (tail.startsWith(")") && match[0].includes("(") ? ")" : ""));
    if (!URL.canParse(address)) {
      continue;
    }

    if (match.index > end) {
      pieces.push({ text: text.slice(end, match.index) });
    }

    pieces.push({ text: address, href: address });
    end = match.index + address.length;
  }

  if (end < text.length) {
    pieces.push({ text: text.slice(end) });
  }

  return pieces;
}
