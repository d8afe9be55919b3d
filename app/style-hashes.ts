/** Of style elements that the page's libraries insert. A test fails if one of them is another, or none is needed any more. */
export const STYLE_HASHES: readonly string[] = [];
