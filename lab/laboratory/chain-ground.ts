/** The same calls on a chain inside this process, with signatures, and the library's book beside it, compared after each. */
import type { ContractTransaction, Signer, TransactionReceipt } from "ethers";

import { batchCall, type BookCall, offsetCall, realiseCall } from "../../src/bindings/calls.js";
import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { NO_SIGNATURE, submitRecord } from "../../src/bindings/market-records.js";
import { readBookTerms } from "../../src/bindings/market-terms.js";
import { signPackage } from "../../src/bindings/packages.js";
import { transact } from "../../src/bindings/transact.js";
import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import { startChain } from "../../stage/chain.js";
import { openStage, type Stage } from "../../stage/stage.js";
import { manyTraders } from "../../stage/traders.js";
import { ONE } from "../command/decimals.js";
import { type Figure, figure } from "./figures.js";
import { type Ground, type LabCall, LIMITS } from "./ground.js";
import { type Laboratory, openLaboratory } from "./laboratory.js";

const EACH = tokenWei(10n ** 24n);
const T1 = 1_767_225_600; // 2026-01-01
const YEAR = 365 * 86_400;
const BEFORE = 86_400;
/** Of each call: what a transaction may have, nearly. */
const GAS = 16_000_000n;

/**
 * Has something done on a chain and in the library at once.
 * @param people how many trade
 * @returns how often the two agreed: heads of the chain of orders after each call, accounts at the end
 */
export async function onChain(
  people: number,
  seed: bigint,
  play: (laboratory: Laboratory) => Promise<void>,
): Promise<Figure[]> {
  const chain = await startChain(T1 - BEFORE);
  try {
    const supply = tokenWei(EACH * BigInt(people));
    const stage = await openStage(chain, {
      seed,
      token: { name: "Laboratory", symbol: "LAB" },
      assets: ["ONE", "TWO"].map((symbol) => ({ symbol, quantity: assetUnits(100n * ONE) })),
      supply,
      t1: T1,
      t2: T1 + YEAR,
      traders: manyTraders(people, { depositedForIt: EACH }),
    });
    for (const { address } of stage.traders) await chain.giveGas(address);
    await chain.clock.moveTo(T1);
    const compared = { calls: 0, equal: 0 };
    const laboratory = openLaboratory(await groundOf(stage, compared));
    await play(laboratory);
    const accounts = await equalAccounts(stage, laboratory);
    return [
      figure("calls on a chain, heads as the library's", compared.equal, compared.calls, 0),
      figure("accounts on the chain, to the wei", accounts, people, 0),
    ];
  } finally {
    await chain.close();
  }
}

async function groundOf(stage: Stage, compared: { calls: number; equal: number }): Promise<Ground> {
  const { chain, handle, traders } = stage;
  const { hashing } = await fastCrypto();
  return {
    terms: await readBookTerms(handle),
    hashing,
    owner: chain.organiser.address,
    people: traders.map(({ address }) => address),
    each: EACH,
    sign: (order, person) => signPackage(handle.domain, walletOf(stage, person), order),
    async send(call) {
      const { blockNumber } = await sent(stage, call);
      const block = await chain.provider.getBlock(blockNumber);
      if (block === null) throw new RangeError(`block ${blockNumber} has a receipt and is not there`);
      return { timestamp: BigInt(block.timestamp), blockNumber: BigInt(blockNumber) };
    },
    async compare(book) {
      const { link } = await handle.book.chainState();
      compared.calls += 1;
      if (link === book.link) compared.equal += 1;
    },
  };
}

function sent(stage: Stage, call: LabCall): Promise<TransactionReceipt> {
  const { chain, handle } = stage;
  switch (call.kind) {
    case "record": {
      const { record, description } = call;
      return submitRecord(handle, chain.organiser, { record, description, signature: NO_SIGNATURE });
    }
    case "batch": {
      const orders = call.orders.map((order) => ({ ...order, insertAfter: 0, place: 0 }));
      const limits = { ...LIMITS, newest: call.newest, strict: true };
      return sendTo(stage, chain.relayer, batchCall({ orders }, limits));
    }
    case "offset":
      return sendTo(stage, walletOf(stage, call.person), offsetCall(call.orders, call.newest));
    case "realise":
      return sendTo(stage, chain.relayer, realiseCall(call.marketRootId, call.traders));
  }
}

function sendTo({ handle }: Stage, signer: Signer, { data }: BookCall): Promise<TransactionReceipt> {
  const call: ContractTransaction = { to: handle.bookAddress, data };
  return transact(signer, Promise.resolve(call), GAS);
}

function walletOf({ traders }: Stage, person: number) {
  const trader = traders[person];
  if (trader === undefined) throw new RangeError(`there is no person ${person}`);
  return trader.wallet;
}

/** How many have on the chain what they have in the library's book. */
async function equalAccounts({ handle, traders }: Stage, { book }: Laboratory): Promise<number> {
  let equal = 0;
  for (const { address } of traders) {
    const { claim, worst } = await handle.book.accountOf(address);
    const here = book.accountOf(address);
    if (claim === here.claim && worst === here.worst) equal += 1;
  }
  return equal;
}
