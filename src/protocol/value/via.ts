/** Where lots come from, and through what an order goes: the book itself, an automated maker, or complete sets. */
export const VENUES = ["book", "maker", "set"] as const;
export type Venue = (typeof VENUES)[number];

/**
 * Through what a fill came. `maker` and `set`: one of the two is a house of the book, an automated maker or a router of complete sets, known
 * by its code. `contract`: one of the two orders bears no signature, for a contract said yes to it within the call that brought it, and of
 * that contract no more is known. `book`: both orders are signed. `unknown`: told by an index that was written before it was looked at.
 */
export const VIAS = [...VENUES, "contract", "unknown"] as const;
export type Via = (typeof VIAS)[number];
