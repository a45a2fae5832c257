/** Message numbers from `from` to `to`, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Which messages of a conversation are on this device: ascending, apart from each other; what lies between is a hole. */
export type Ranges = readonly Range[];

/** The ranges with one more, joined with those it touches. */
export function addRange(ranges: Ranges, added: Range): Ranges {
  if (added.from > added.to) {
    return ranges;
  }

  const inside = rangeOf(ranges, added.from);
  if (inside !== undefined && inside.to >= added.to) {
    return ranges;
  }

  let { from, to } = added;
  const before: Range[] = [];
  const after: Range[] = [];
  for (const range of ranges) {
    if (range.to < from - 1) {
      before.push(range);
    } else if (range.from > to + 1) {
      after.push(range);
    } else {
      from = Math.min(from, range.from);
      to = Math.max(to, range.to);
    }
  }

  return [...before, { from, to }, ...after];
}

/** The range that holds a message, if it is on this device. */
export function rangeOf(ranges: Ranges, seq: number): Range | undefined {
  return ranges.find((range) => range.from <= seq && seq <= range.to);
}
