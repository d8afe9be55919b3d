/** Chainlink's own feeds on a test's chain: a proxy before an aggregator, and another one behind the same proxy later. */
import { type Contract, type Signer, ZeroAddress } from "ethers";

import { deployCompiled, mined } from "./compiled.js";

const FOLDER = "@chainlink/contracts/src/v0.6/";
const ORDER = {
  compiler: "solc-0.6.6",
  files: [`${FOLDER}EACAggregatorProxy.sol`, `${FOLDER}FluxAggregator.sol`],
} as const;
const PHASE_SHIFT = 64n;
const BOUND = 10n ** 40n;
/** Seconds after which a round that nobody answers is given up. */
export const ROUND_TIMEOUT = 300;

/** An aggregator with one oracle, whose answers are final at once. */
export interface TestAggregator {
  readonly contract: Contract;
  /** Answers the round that is due. @returns its number, without a phase */
  answer(value: bigint): Promise<bigint>;
  /** Begins a round that nobody answers. ROUND_TIMEOUT later it may be given up. */
  beginRound(): Promise<void>;
  /** Gives the round that was begun up, and answers the one after it. @returns the number of the latter */
  answerInstead(value: bigint): Promise<bigint>;
}

/** A feed as contracts read it. */
export interface TestFeed {
  readonly address: string;
  readonly proxy: Contract;
  /** What is behind the proxy now. */
  readonly current: () => TestAggregator;
  /** Answers the round that is due. @returns its number as the proxy counts */
  answer(value: bigint): Promise<bigint>;
  /** Puts another aggregator behind the proxy: its rounds are those of the next phase. */
  changePhase(next: TestAggregator): Promise<void>;
}

/** A round's number as a proxy counts. */
export function roundOf(phase: bigint, round: bigint): bigint {
  return (phase << PHASE_SHIFT) | round;
}

/** @param owner deploys, owns and answers */
export async function openFeed(owner: Signer, decimals: number): Promise<TestFeed> {
  let [phase, current] = [1n, await openAggregator(owner, decimals)];
  const proxy = await deployCompiled(owner, ORDER, "EACAggregatorProxy", current.contract, ZeroAddress);
  return {
    address: await proxy.getAddress(),
    proxy,
    current: () => current,
    answer: async (value) => roundOf(phase, await current.answer(value)),
    async changePhase(next) {
      const address = await next.contract.getAddress();
      await mined(proxy, "proposeAggregator", address);
      await mined(proxy, "confirmAggregator", address);
      [phase, current] = [phase + 1n, next];
    },
  };
}

/** An aggregator that no proxy shows yet. Its answers cost nothing, so its LINK is no token. */
export async function openAggregator(owner: Signer, decimals: number): Promise<TestAggregator> {
  const own = await owner.getAddress();
  const made = [own, 0, ROUND_TIMEOUT, ZeroAddress, 0n - BOUND, BOUND, decimals, "Test feed"];
  const contract = await deployCompiled(owner, ORDER, "FluxAggregator", ...made);
  await mined(contract, "changeOracles", [], [own], [own], 1, 1, 0);
  await mined(contract, "setRequesterPermissions", own, true, 0);
  const submit = async (value: bigint, later: bigint): Promise<bigint> => {
    const state: unknown = await contract.getFunction("oracleRoundState").staticCall(own, 0);
    const round = (state as { readonly _roundId: bigint })._roundId + later; // by its name in the ABI
    await mined(contract, "submit", round, value);
    return round;
  };
  return {
    contract,
    answer: (value) => submit(value, 0n),
    answerInstead: (value) => submit(value, 1n),
    async beginRound() {
      await mined(contract, "requestNewRound");
    },
  };
}
