/** A session that is open now, and everything that goes on in it. */
import { newestTime } from "../../src/bindings/lacking.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { startDemoRelay } from "../../src/cli/demo/relay.js";
import { createTrader } from "../../src/client/trader.js";
import { messageOf } from "../../src/protocol/amounts/errors.js";
import { assetUnits, type Ticks, ticks } from "../../src/protocol/amounts/units.js";
import { MAX_MATCHES, MAX_WALK } from "../../stage/route.js";
import { ONE } from "../command/decimals.js";
import { loadHistory } from "../stocks/price-source.js";
import { trueWeights } from "../stocks/weights.js";
import { DAY, type Moment, PAST_DAYS, PRICES_FROM, PRICES_TO } from "./calendar.js";
import type { Role, Scene } from "./cast.js";
import { advance, thaw } from "./clock.js";
import { type Closers, type Ground, openGround, type Tell } from "./ground.js";
import { type LiveFacts, factsOf } from "./facts.js";
import { type LiveOptions, USUAL } from "./options.js";
import { goOn } from "./pace.js";
import { SHARES } from "./people.js";
import { loadWeather, openRoots, type Roots, tellNews } from "./roots.js";
import { type Company, gatherCompany, play, type Turn } from "./turns.js";
import { straight, throughRelay, type Ways } from "./ways.js";

export interface Live {
  readonly facts: LiveFacts;
  readonly handle: SessionHandle;
  /** When the node is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** One round: every trader acts once, in the next of its roles. When it resolves the relay has seen all of it. */
  readonly step: () => Promise<void>;
  /** Moves the chain's clock on, which goes forward only; the owner of the markets says what is known then. */
  readonly moveTo: (second: number) => Promise<void>;
  /** Moves to t2: trading is over, both markets are settled, and every account is brought up to date. */
  readonly settle: () => Promise<void>;
  /** Ends all of it in good order, and leaves nothing behind. Harmless when it has been called already. */
  readonly stop: () => Promise<void>;
}

const SCALE = ticks(10_000n);
/** Days of the past on which everybody acts. */
const PAST_ROUNDS = [0, 2, 4, 6, 8, 10, PAST_DAYS] as const;

/**
 * Starts a chain, a session and everybody in it; twelve days of trading lie behind it then.
 * @param tell what is being done, and what went wrong without ending it
 * @throws whatever kept it from starting; nothing is left behind then
 */
export async function startLive(given: Partial<LiveOptions> = {}, tell: Tell = () => undefined): Promise<Live> {
  const options = { ...USUAL, ...given };
  const closers: Closers = [];
  const stop = stopper(closers);
  try {
    const stage = await openStage(options, closers, tell);
    await playThePast(stage, tell);
    const relayUrl = options.hasRelay ? await openRelay(options, stage.ground, closers, tell) : null;
    const ways = relayUrl === null ? straight(stage.ground) : throughRelay(stage.ground, relayUrl);
    await ways.route.link(); // the relay has seen the past then
    if (options.isWalking) closers.push(await setGoing(stage, ways, options, tell));
    return { ...hooksOf(stage, ways), facts: factsOf(stage.ground, stage.roots, relayUrl), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The newest first, each whatever became of the others. */
function stopper(closers: Closers): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    const faults: unknown[] = [];
    for (const close of closers.toReversed()) {
      try {
        await close();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw new AggregateError(faults, `not all ended well: ${faults.map(messageOf).join("; ")}`);
  };
  return () => (stopping ??= closeAll());
}

/** Everything, before and while it goes on. */
interface Stage {
  readonly ground: Ground;
  readonly roots: Roots;
  readonly scene: Scene;
  readonly company: Company;
}

async function openStage(options: LiveOptions, closers: Closers, tell: Tell): Promise<Stage> {
  const history = loadWeather();
  const weights = weightsOf(options);
  const ground = await openGround(options, weights[0] ?? [], closers, tell);
  const { handle, people, chain, t1 } = ground;
  const company = gatherCompany(handle, people, options.seed);
  tell("Making a market on the rain of a month, and one on the wettest month of a year");
  const you = { name: "you", address: people.you.address, trader: createTrader(handle, people.you) };
  const roots = await openRoots({ handle, chain, participants: [...company.participants, you] }, history, t1);
  return { ground, roots, company, scene: { handle, roots, weights } };
}

/** The basket's weights in each month, and in the one after the last. */
function weightsOf({ symbols }: LiveOptions): Ticks[][] {
  const { spot } = loadHistory([], { symbols, from: PRICES_FROM, to: PRICES_TO });
  const quantities = symbols.map(() => assetUnits(SHARES * ONE));
  return spot.map((prices) => trueWeights(quantities, prices, SCALE));
}

/** Straight to the book, so that it is the same whatever comes after. */
async function playThePast(stage: Stage, tell: Tell): Promise<void> {
  tell(`Trading through the ${PAST_DAYS} days that lie behind`);
  const ways = straight(stage.ground);
  for (const day of PAST_ROUNDS) {
    await moveTo(stage, stage.ground.t1 + day * DAY);
    await playRound(stage, ways, day === 0);
  }
}

/** Where the clock stands still the relay does nothing by its own. */
const STILL = { "keep-ms": 3_600_000 } as const;

async function openRelay({ isWalking }: LiveOptions, ground: Ground, closers: Closers, tell: Tell): Promise<string> {
  tell("Starting a relay");
  const { node, handle, fromBlock, people, maker } = ground;
  const stderr = (line: string): void => {
    tell(line.trimEnd());
  };
  const houses = maker === undefined ? {} : { maker };
  const ofTraders = { "burn-quota": 0, "max-matches": MAX_MATCHES, "max-walk": MAX_WALK, ...houses };
  const relay = await startDemoRelay(
    { stderr },
    {
      ...{ rpc: node.url, session: handle.address, fromBlock, privateKey: people.relay.privateKey },
      settings: isWalking ? ofTraders : { ...ofTraders, ...STILL },
    },
  );
  closers.push(relay.stop);
  return relay.url;
}

/** @returns ends it */
async function setGoing(
  stage: Stage,
  ways: Ways,
  { speed, seed }: LiveOptions,
  tell: Tell,
): Promise<() => Promise<void>> {
  const { ground, roots, company } = stage;
  await thaw(ground.provider);
  return goOn({
    ...{ provider: ground.provider, speed, seed, tell },
    news: async () => {
      await tellNews(roots, await momentOf(ground));
    },
    nextRound: company.nextRound,
    act: (turn) => act(stage, ways, turn, false),
  });
}

function hooksOf(stage: Stage, ways: Ways): Pick<Live, "handle" | "ended" | "step" | "moveTo" | "settle"> {
  const { handle, node } = stage.ground;
  return {
    handle,
    ended: node.ended,
    async step() {
      await playRound(stage, ways, false);
      await ways.route.link();
    },
    moveTo: (second) => moveTo(stage, second),
    settle: () => moveTo(stage, handle.t2),
  };
}

async function momentOf({ provider, t1 }: Ground): Promise<Moment> {
  return { t1, now: await newestTime(provider) };
}

async function moveTo({ ground, roots }: Stage, second: number): Promise<void> {
  await advance(ground.provider, second);
  await tellNews(roots, await momentOf(ground));
}

async function playRound(stage: Stage, ways: Ways, everything: boolean): Promise<void> {
  for (const turn of stage.company.nextRound()) await act(stage, ways, turn, everything);
}

/** A turn, if what it is about can still be traded. */
async function act(
  { ground, roots, scene, company }: Stage,
  ways: Ways,
  turn: Turn,
  everything: boolean,
): Promise<void> {
  const moment = await momentOf(ground);
  const deadline = endOf(turn.role, ground, roots) - 1;
  if (moment.now >= deadline) return;
  await play(scene, company, ways, turn, { moment, deadline, everything });
}

/** The first second at which a root cannot be traded any more. */
function endOf({ root }: Role, { handle }: Ground, roots: Roots): number {
  if (root === "basket") return handle.t2;
  return roots[root].root().settled ? 0 : roots.closesAt;
}
