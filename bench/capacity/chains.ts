/** What chains take and what their gas costs: assumptions, each with where it is from and when that was looked at. Nothing here is measured. */

export interface ChainAssumptions {
  readonly name: string;
  /** Gas a second that the chain takes for long without its price rising, and for a while at most. */
  readonly gasPerSecond: { readonly target: number; readonly most: number };
  readonly blockSeconds: number;
  /** Most gas of one transaction. */
  readonly transactionGas: number;
  /** Price of a unit of gas, gwei: quiet, usual, busy. */
  readonly gasGwei: readonly [number, number, number];
  /** Price of a byte of calldata on the chain below, gwei; none of a chain that has none below. */
  readonly byteGwei: readonly [number, number, number];
  readonly sources: readonly string[];
}

/** When the table was looked at. */
export const ASSUMED_ON = "2026-11-30";

/** What a coin costs, to have one more column that people can compare: an assumption, and no quote. */
export const COIN_USD = 3_000;

const MILLION = 1_000_000;
const [L1_BLOCK, L1_SECONDS] = [60 * MILLION, 12];
const [OP_BLOCK, OP_ELASTICITY, OP_SECONDS] = [40 * MILLION, 2, 2];

export const CHAINS: readonly ChainAssumptions[] = [
  {
    name: "Ethereum",
    gasPerSecond: { target: L1_BLOCK / 2 / L1_SECONDS, most: L1_BLOCK / L1_SECONDS },
    blockSeconds: L1_SECONDS,
    transactionGas: 2 ** 24,
    gasGwei: [0.5, 3, 30],
    byteGwei: [0, 0, 0],
    sources: [
      "block of 60 million gas: [EIP-7935](https://eips.ethereum.org/EIPS/eip-7935)",
      "target of half a block: [EIP-1559](https://eips.ethereum.org/EIPS/eip-1559)",
      "2^24 gas a transaction: [EIP-7825](https://eips.ethereum.org/EIPS/eip-7825)",
      "prices: three levels that are assumed",
    ],
  },
  {
    name: "an OP-stack chain",
    gasPerSecond: { target: OP_BLOCK / OP_ELASTICITY / OP_SECONDS, most: OP_BLOCK / OP_SECONDS },
    blockSeconds: OP_SECONDS,
    transactionGas: 2 ** 24,
    gasGwei: [0.001, 0.01, 0.1],
    byteGwei: [0.01, 0.2, 4],
    sources: [
      "target = gas limit / elasticity, each chain's own setting: [OP stack](https://docs.optimism.io/chain-operators/guides/management/gas-target-limit); 40 million, 2 and 2 s are assumed",
      "prices of gas and of a byte of data: three levels that are assumed",
      "2^24 gas a transaction is assumed to hold there as on Ethereum",
    ],
  },
  {
    name: "Arbitrum One",
    gasPerSecond: { target: 10 * MILLION, most: 60 * MILLION },
    blockSeconds: 0.25,
    transactionGas: 32 * MILLION,
    gasGwei: [0.02, 0.05, 0.5],
    byteGwei: [0.01, 0.2, 4],
    sources: [
      "10 million gas a second for a day, 60 million for some seconds, 32 million a block, 0.02 gwei at least: [chain parameters](https://docs.arbitrum.io/build-decentralized-apps/reference/chain-params)",
      "prices above the least, and of a byte of data: assumed",
    ],
  },
];
