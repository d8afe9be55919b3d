/** Who pays for a maker, and gets back what is left; and the way of orders through it. */
import { Wallet } from "ethers";

import { LmsrMakerFactory__factory } from "../../typechain-types/index.js";
import { ClientError } from "../../src/bindings/errors.js";
import type { SignedPackage } from "../../src/bindings/packages.js";
import { transact, mined } from "../../src/bindings/transact.js";
import {
  closeMaker,
  collectFromMaker,
  fundMaker,
  type Maker,
  openMaker,
  planMaker,
  readMaker,
  tradeThroughMaker,
} from "../../src/client/maker.js";
import { type TokenWei, tokenWei } from "../../src/protocol/amounts/units.js";
import type { Delivery, OrderRoute } from "../../stage/route.js";
import { keyOf } from "../../stage/traders.js";
import type { CastStage, Holder } from "./cast.js";
import type { Leaver } from "./settlement.js";

export interface Sponsored {
  readonly address: string;
  /** What the sponsor has paid in: what the maker needs, and no more. */
  readonly deposit: TokenWei;
  readonly sponsor: Holder;
  /** As it stands now. */
  readonly read: () => Promise<Maker>;
  readonly route: OrderRoute;
  readonly leaver: Leaver;
}

/** What a maker is to be like; without points that is what a root of legs wants. */
export interface SponsoredTerms {
  readonly liquidity: bigint;
  readonly prior: readonly bigint[];
  readonly points: readonly bigint[];
}

/**
 * Makes a maker, and has a sponsor fund it with session tokens of the organiser's.
 * @param admit what the session's policy wants to be done for the maker before
 */
export async function openSponsored(
  stage: CastStage,
  { liquidity, prior, points }: SponsoredTerms,
  marketRootId: number,
  seed: bigint,
  admit: (maker: string, sponsor: Wallet) => Promise<void> = () => Promise.resolve(),
): Promise<Sponsored> {
  const { handle, chain } = stage;
  const factory = await (await new LmsrMakerFactory__factory(chain.deployer).deploy()).waitForDeployment();
  const at = await factory.getAddress();
  const asked = { marketRootId, liquidity, prior, ...(points.length === 0 ? {} : { points }) };
  const { address } = await openMaker(handle, chain.organiser, at, await planMaker(handle, asked));
  const wallet = new Wallet(keyOf(seed, "sponsor"), chain.provider);
  const read = () => readMaker(handle, at, address);
  const made = await read();
  await chain.giveGas(wallet.address);
  await mined(await handle.session.connect(chain.organiser).transfer(wallet.address, made.needed));
  await admit(address, wallet);
  const { taken } = await fundMaker(handle, wallet, made, made.needed);
  const sponsor = { name: "sponsor", address: wallet.address, received: taken };
  return {
    address,
    deposit: taken,
    sponsor,
    read,
    route: routeThrough(stage, address),
    leaver: leaverOf(stage, wallet, address, sponsor),
  };
}

/** What the way through a maker needs of a stage. */
export interface MakerWay extends Pick<CastStage, "handle" | "route"> {
  readonly chain: Pick<CastStage["chain"], "relayer">;
}

/** Every order is brought to the maker, each in a transaction of its own. */
export function routeThrough({ handle, chain, route }: MakerWay, maker: string): OrderRoute {
  const bringOne = async (order: SignedPackage): Promise<Delivery> => {
    try {
      const { gasUsed, records, results } = await tradeThroughMaker(handle, chain.relayer, maker, order);
      const [result] = results;
      const tradeRootId = result?.accepted === true ? result.tradeRootId : undefined;
      return { results: [{ tradeRootId, refusal: undefined }], gas: [gasUsed], records };
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const reason = error.args["reason"];
      const refusal = typeof reason === "string" ? reason : error.code;
      return { results: [{ tradeRootId: undefined, refusal }], gas: [], records: [] };
    }
  };
  return {
    link: route.link,
    async bring(signed) {
      const all: Delivery[] = [];
      for (const order of signed) all.push(await bringOne(order));
      return {
        results: all.flatMap(({ results }) => results),
        gas: all.flatMap(({ gas }) => gas),
        records: all.flatMap(({ records }) => records),
      };
    },
  };
}

function leaverOf({ handle }: CastStage, wallet: Wallet, maker: string, holder: Holder): Leaver {
  const session = handle.session.connect(wallet);
  return {
    holder,
    claims: async () => (await handle.book.claimsOf(maker)).map(tokenWei),
    async leave() {
      const closed = await closeMaker(wallet, maker);
      const { receipt, sessionTokens, legTokens } = await collectFromMaker(wallet, maker);
      let gas = closed.gasUsed + receipt.gasUsed;
      if (sessionTokens > 0n) {
        gas += (await transact(wallet, session.redeem.populateTransaction(sessionTokens, holder.address))).gasUsed;
      }
      for (const [k, amount] of legTokens.entries()) {
        if (amount === 0n) continue;
        gas += (await transact(wallet, session.redeemLeg.populateTransaction(k + 1, amount, holder.address))).gasUsed;
      }
      return gas;
    },
  };
}
