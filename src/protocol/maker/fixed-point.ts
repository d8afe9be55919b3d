/**
 * exp and ln in numbers of 18 decimals, as @prb/math 4.2.0 computes them for the contracts: twins of `exp` and `ln` of its SD59x18, to
 * the last digit, its rounding included. (MIT, Paul Razvan Berg. The method: a product of 2^(2^-i) for each bit; repeated squaring.)
 */

declare const scale: unique symbol;
/** A number in units of 10^-18. */
export type Fixed = bigint & { readonly [scale]: "10^-18" };

/** One, as a Fixed. */
export const ONE = 10n ** 18n;

const LOG2_E = 1_442_695_040_888_963_407n;
/** Below this exp gives 0: its true value is below 10^-18. */
const EXP_MIN = -41_446_531_673_892_822_322n;
const EXP2_MIN = -59_794_705_707_972_522_261n;
const EXP2_BITS = 64n;

/** 2^(2^-i) in units of 2^-64, i = 1 to 64. */
const ROOTS_OF_TWO: readonly bigint[] = [
  0x16a09e667f3bcc909n,
  0x1306fe0a31b7152dfn,
  0x1172b83c7d517adcen,
  0x10b5586cf9890f62an,
  0x1059b0d31585743aen,
  0x102c9a3e778060ee7n,
  0x10163da9fb33356d8n,
  0x100b1afa5abcbed61n,
  0x10058c86da1c09ea2n,
  0x1002c605e2e8cec50n,
  0x100162f3904051fa1n,
  0x1000b175effdc76ban,
  0x100058ba01fb9f96dn,
  0x10002c5cc37da9492n,
  0x1000162e525ee0547n,
  0x10000b17255775c04n,
  0x1000058b91b5bc9aen,
  0x100002c5c89d5ec6dn,
  0x10000162e43f4f831n,
  0x100000b1721bcfc9an,
  0x10000058b90cf1e6en,
  0x1000002c5c863b73fn,
  0x100000162e430e5a2n,
  0x1000000b172183551n,
  0x100000058b90c0b49n,
  0x10000002c5c8601ccn,
  0x1000000162e42fff0n,
  0x10000000b17217fbbn,
  0x1000000058b90bfcen,
  0x100000002c5c85fe3n,
  0x10000000162e42ff1n,
  0x100000000b17217f8n,
  0x10000000058b90bfcn,
  0x1000000002c5c85fen,
  0x100000000162e42ffn,
  0x1000000000b17217fn,
  0x100000000058b90c0n,
  0x10000000002c5c860n,
  0x1000000000162e430n,
  0x10000000000b17218n,
  0x1000000000058b90cn,
  0x100000000002c5c86n,
  0x10000000000162e43n,
  0x100000000000b1721n,
  0x10000000000058b91n,
  0x1000000000002c5c8n,
  0x100000000000162e4n,
  0x1000000000000b172n,
  0x100000000000058b9n,
  0x10000000000002c5dn,
  0x1000000000000162en,
  0x10000000000000b17n,
  0x1000000000000058cn,
  0x100000000000002c6n,
  0x10000000000000163n,
  0x100000000000000b1n,
  0x10000000000000059n,
  0x1000000000000002cn,
  0x10000000000000016n,
  0x1000000000000000bn,
  0x10000000000000006n,
  0x10000000000000003n,
  0x10000000000000001n,
  0x10000000000000001n,
];

/** e^x for x up to 0; off by −1.00 to +1.59 units. */
export function exp(x: Fixed): Fixed {
  if (x < EXP_MIN) return 0n as Fixed;
  const exponent = (x * LOG2_E) / ONE;
  if (exponent < EXP2_MIN) return 0n as Fixed;
  return ((ONE * ONE) / exp2(-exponent)) as Fixed;
}

/** ln x for x from 1 on; off by −14.8 to 0 units for x up to 16. */
export function ln(x: Fixed): Fixed {
  return ((log2(x) * ONE) / LOG2_E) as Fixed;
}

/** 2^x, x from 0 to 192. */
function exp2(x: bigint): bigint {
  const bits = (x << EXP2_BITS) / ONE;
  let result = 1n << 191n;
  ROOTS_OF_TWO.forEach((root, index) => {
    if ((bits >> (EXP2_BITS - 1n - BigInt(index))) & 1n) result = (result * root) >> EXP2_BITS;
  });
  return (result * ONE) >> (191n - (bits >> EXP2_BITS));
}

function log2(x: bigint): bigint {
  let whole = 0n;
  for (let rest = x / ONE; rest > 1n; rest >>= 1n) whole += 1n;
  let result = whole * ONE;
  let y = x >> whole;
  if (y === ONE) return result;
  for (let delta = ONE / 2n; delta > 0n; delta >>= 1n) {
    y = (y * y) / ONE;
    if (y < 2n * ONE) continue;
    result += delta;
    y >>= 1n;
  }
  return result;
}
