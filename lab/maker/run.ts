/** The life of one session with a maker, from funding to delivery. */
import { depositOf } from "../../src/protocol/maker/maker.js";
import { rootNowOf } from "../../src/protocol/maker/root-now.js";
import type { RootNow } from "../../src/protocol/maker/maker.js";
import { readRecords } from "../../src/bindings/logs.js";
import { BASKET_ROOT_ID } from "../../src/bindings/session.js";
import { pricesOf } from "../../src/client/maker.js";
import { add, fraction, type Fraction, negate, sum, times } from "../../src/protocol/amounts/fraction.js";
import { type Lots, type TokenWei, tokenWei } from "../../src/protocol/amounts/units.js";
import { type CastStage, openCast } from "../session/cast.js";
import { type Batch, submitWishes } from "../session/orders.js";
import { settle, type Settlement } from "../session/settlement.js";
import { createMarket, type Market } from "../weather/market.js";
import { createFillBook, type FillBook, type PricedFill } from "../session/maker-fills.js";
import { potentialOf } from "../../src/measures/nats.js";
import { type MakerProof, proveMaker } from "./proof.js";
import { openSponsored, type Sponsored } from "../session/sponsor.js";
import { type Kind, KINDS, type Scene, type Story } from "./story.js";
import { decide } from "./traders.js";

/** A step after everybody has traded. */
export interface MakerStep {
  readonly label: string;
  /** Nats that the owner's news gave for nothing. */
  readonly news: bigint;
  readonly root: RootNow;
  readonly batches: readonly Batch[];
  readonly fills: readonly PricedFill[];
  /** Of each branch, 10^-18 ticks; undefined where the maker has none. */
  readonly prices: readonly (bigint | undefined)[];
}

export interface MakerRun {
  readonly story: Story;
  readonly stage: CastStage<Kind>;
  readonly sponsored: Sponsored;
  readonly steps: readonly MakerStep[];
  /** The maker's position after the last trade: by its fills, and on the chain. */
  readonly held: readonly Lots[];
  readonly heldOnChain: readonly Lots[];
  readonly settlement: Settlement;
  readonly proof: MakerProof;
}

/** Who wants to hear how it goes. */
export interface Listener {
  readonly phase: (line: string) => void;
  readonly step: (step: MakerStep, story: Story) => void;
}

interface Play {
  readonly story: Story;
  readonly stage: CastStage<Kind>;
  readonly market: Market | undefined;
  readonly sponsored: Sponsored;
  readonly fills: FillBook;
}

const PATIENCE = 7 * 86_400; // from t2 until anybody may apply the fallback

/** The same story, traders and seed give the same run. The chain stays open: close `stage.chain` in the end. */
export async function runStory(story: Story, traders: number, seed: bigint, listener: Listener): Promise<MakerRun> {
  const play = await openPlay(story, traders, seed, listener);
  const { stage, market, sponsored, fills } = play;
  listener.phase(`Trading in ${story.scenes.length} steps`);
  const steps: MakerStep[] = [];
  for (const scene of story.scenes) {
    const step = await playScene(play, scene, steps.at(-1)?.root ?? story.root);
    steps.push(step);
    listener.step(step, story);
  }
  const heldOnChain = (await sponsored.read()).held;
  if (market !== undefined && story.close !== undefined) {
    listener.phase("It is over: the owner settles, and positions become cash");
    await stage.chain.clock.moveTo(story.close.begins);
    await story.close.announce(market);
    await market.update();
    await stage.handle.book.connect(stage.chain.relayer).realise(market.marketRootId, [sponsored.address]);
  }
  listener.phase("Everybody exits, the sponsor too");
  await stage.chain.clock.moveTo(stage.handle.t2);
  const profitOf = (holder: { readonly received: TokenWei }, claims: readonly TokenWei[]): Fraction =>
    worthLess(story, claims, holder.received);
  const settlement = await settle(stage, profitOf, [sponsored.leaver]);
  listener.phase("Checking it all");
  const records = await readRecords(stage.handle);
  const run = { story, stage, sponsored, steps, held: fills.held(), heldOnChain, settlement };
  return { ...run, proof: await proveMaker(run, records) };
}

/** Opens the session, its market, and the maker. Of N each trader has the same, and the sponsor just what the maker needs. */
async function openPlay(story: Story, traders: number, seed: bigint, listener: Listener): Promise<Play> {
  const { token, assets, each, t1, t2, names, maker, root, tickValue, write } = story;
  const deposit = tokenWei(depositOf(maker, root) * tickValue);
  const supply = tokenWei(each * BigInt(traders) + deposit);
  const plan = { seed, token, assets: assets(supply), supply, traders, cast: KINDS, kept: deposit, t1, t2 };
  const opened = await openCast<Kind>(plan, listener.phase);
  const market = write === undefined ? undefined : await createMarket(opened, names);
  if (market !== undefined && write !== undefined) {
    listener.phase("Writing the contract");
    await write(market, t2 + PATIENCE);
  }
  listener.phase("A sponsor opens a maker");
  const sponsored = await openSponsored(opened, maker, market?.marketRootId ?? BASKET_ROOT_ID, seed);
  const { organiser } = opened;
  const left = { ...organiser, received: tokenWei(organiser.received - sponsored.deposit) };
  const stage = { ...opened, organiser: left, route: sponsored.route };
  return { story, stage, market, sponsored, fills: createFillBook(sponsored.address, maker, names.length, root) };
}

/** The owner says what is known; then traders come one by one, each sees the maker's prices, and moves one. */
async function playScene(play: Play, scene: Scene, before: RootNow): Promise<MakerStep> {
  const { story, stage, market, sponsored, fills } = play;
  await stage.chain.clock.moveTo(scene.begins);
  const known = potentialOf(story.maker, before, fills.held());
  if (market !== undefined && (await scene.announce(market)).length > 0) await market.update();
  const root = market === undefined ? story.root : rootNowOf(market.root(), story.maker.points);
  const news = known - potentialOf(story.maker, root, fills.held());
  const batches: Batch[] = [];
  const priced: PricedFill[] = [];
  for (const participant of stage.random.shuffled(stage.participants)) {
    const [maker, { claim, worst }] = await Promise.all([sponsored.read(), participant.trader.account()]);
    const view = { maker, beliefs: scene.beliefs, free: tokenWei(claim + worst) };
    const intents = decide(participant.behaviourName, view, participant.random);
    const wishes = intents.map((intent) => ({ participant, intent }));
    for (const batch of await submitWishes(stage, wishes, scene.label, scene.deadline)) {
      batches.push(batch);
      priced.push(...fills.price(batch.records, root));
    }
  }
  return { label: scene.label, news, root, batches, fills: priced, prices: pricesOf(await sponsored.read()) };
}

/** What the claims are worth by the last prices, less what was brought; in session tokens, wei. */
function worthLess({ worth }: Story, claims: readonly TokenWei[], received: TokenWei): Fraction {
  const value = sum(claims.map((claim, k) => times(worth[k] ?? fraction(0n), claim)));
  return add(value, negate(fraction(received)));
}
