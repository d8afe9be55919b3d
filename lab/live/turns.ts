/** What one trader does when its turn comes: takes back what rests of it where it now has another opinion, and says the new one. */
import type { SessionHandle } from "../../src/bindings/session.js";
import { createTrader } from "../../src/client/trader.js";
import { tokenWei } from "../../src/protocol/amounts/units.js";
import { createRandom } from "../../stage/rng.js";
import { ONE } from "../command/decimals.js";
import type { Participant } from "../session/cast.js";
import { type Batch, submitWishes } from "../session/orders.js";
import type { Moment } from "./calendar.js";
import { decide, type Intent, type Role, ROLES, type Scene, TAKERS } from "./cast.js";
import { type Cast, PURSES, type TraderName, TRADERS } from "./people.js";
import type { Ways } from "./ways.js";

/** Those who trade. */
export interface Company {
  readonly participants: readonly Participant<TraderName>[];
  /** Everybody in an order that follows from the seed, each in the next of its roles. */
  readonly nextRound: () => readonly Turn[];
  /** What rests of whom in which market, by `restingKey`. */
  readonly resting: Map<string, number[]>;
}

export interface Turn {
  readonly who: Participant<TraderName>;
  readonly role: Role;
}

export function gatherCompany(handle: SessionHandle, people: Cast, seed: bigint): Company {
  const participants = TRADERS.map((name): Participant<TraderName> => {
    const tokens = PURSES.find((purse) => purse.name === name)?.tokens ?? 0n;
    return {
      name,
      address: people[name].address,
      received: tokenWei(tokens * ONE),
      behaviourName: name,
      trader: createTrader(handle, people[name]),
      random: createRandom(seed, `live ${name}`),
    };
  });
  const order = createRandom(seed, "live order");
  let rounds = 0;
  const nextRound = (): Turn[] => {
    const round = rounds;
    rounds += 1;
    const turns = participants.map((who): Turn => {
      const roles = ROLES[who.behaviourName];
      return { who, role: roles[round % roles.length] ?? roles[0] };
    });
    // Whoever comes first in the first round finds an empty book: so then they come as they are listed, makers before the others.
    return round === 0 ? turns : order.shuffled(turns);
  };
  return { participants, nextRound, resting: new Map() };
}

/** Of quotes, so that a turn is what a person could do: the others stay as they are. */
const MOST_MARKETS = 4;

/**
 * @param everything whether a trader says all that it has to say, and not a part
 * @param deadline last second of the orders
 */
export async function play(
  scene: Scene,
  { resting }: Company,
  { route, throughMaker, takeBack }: Ways,
  { who, role }: Turn,
  {
    moment,
    deadline,
    everything,
  }: { readonly moment: Moment; readonly deadline: number; readonly everything: boolean },
): Promise<Batch[]> {
  const wanted = await decide(scene, who, role, moment);
  const intents = everything ? wanted : someOf(wanted, who);
  await retire(resting, who, intents, takeBack);
  const wishes = intents.map((intent) => ({ participant: who, intent }));
  const way = TAKERS.has(role.belief) ? (throughMaker ?? route) : route;
  const batches = await submitWishes({ route: way }, wishes, who.name, deadline);
  remember(resting, who, wishes, batches);
  return batches;
}

/** Orders that take at once belong together, and stay together. */
function someOf(intents: readonly Intent[], { random }: Participant): Intent[] {
  const places = [...new Set(intents.filter(({ style }) => style !== "take").map(placeOf))];
  const chosen = new Set(places.length <= MOST_MARKETS ? places : random.shuffled(places).slice(0, MOST_MARKETS));
  return intents.filter((intent) => intent.style === "take" || chosen.has(placeOf(intent)));
}

function placeOf(intent: Intent): string {
  return "leg" in intent ? `leg ${intent.leg}` : `${intent.market.marketRootId}/${intent.market.marketBranchId}`;
}

const restingKey = ({ name }: Participant, intent: Intent): string => `${name} ${placeOf(intent)}`;

async function retire(
  resting: Company["resting"],
  who: Participant,
  intents: readonly Intent[],
  takeBack: Ways["takeBack"],
): Promise<void> {
  const keys = [...new Set(intents.map((intent) => restingKey(who, intent)))];
  const ids = keys.flatMap((key) => resting.get(key) ?? []).sort((a, b) => a - b);
  for (const key of keys) resting.delete(key);
  if (ids.length > 0) await takeBack(who, ids);
}

function remember(
  resting: Company["resting"],
  who: Participant,
  wishes: readonly { readonly intent: Intent }[],
  batches: readonly Batch[],
): void {
  for (const [index, { tradeRootId }] of batches.flatMap(({ orders }) => orders).entries()) {
    const intent = wishes[index]?.intent;
    if (tradeRootId === undefined || intent === undefined || intent.style === "take") continue;
    const key = restingKey(who, intent);
    resting.set(key, [...(resting.get(key) ?? []), tradeRootId]);
  }
}
