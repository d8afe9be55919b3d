/** What a verification says for itself, in sentences. What it could not check is in grants.ts. */
export const CHECKED: readonly string[] = [
  "Every log is, to the bit, one that the session's contracts write, in the chain's order, calls in whole (R24).",
  "Every order, signed cancellation and market record bears its signer's signature over this book on this chain (R21), and names an accepted link (R25).",
  "Numbers, nonces, deadlines, windows, bounds and open orders are within the rules (R22, R26 to R30, R36 to R40).",
  "Every match is with the best order at its price, in order of time, and nothing that crosses was passed over (R30 to R34).",
  "Only orders that had expired, were their trader's own or were uncovered by the book's own accounts were taken out (R35), and with a signed cancellation only those that it is about, while it was good (R43).",
  "Every head and checkpoint follows from the records, from the domain separator on (R23, R24).",
  "After each record, the traders whom it touched are solvent in every joint outcome by the plain matrix, and stored worst cases are never better than the true ones (R11 to R13); at the end, all traders.",
  "The bounds of every market only tighten (R37, R38).",
  "Every deposit was paid, every withdrawal and exit paid out, to the wei; claims are what the book holds (R14 to R18); nobody gives tokens that they do not have (R7).",
  "N came from one funding with q, legs and session tokens add up to N until redemption begins (R1 to R4), and every redemption pays its share of the vault's balance, rounded down (R6).",
];
