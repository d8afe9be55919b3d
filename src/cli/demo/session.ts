/** A session to try things on: 100 gold and 100 silver for 1 000 tokens, traders with deposits, a maker, orders that rest, a fill. */
import { ContractFactory, type Wallet } from "ethers";

import type { SessionHandle } from "../../bindings/session.js";
import { createSession, fundSession, type SessionParams } from "../../client/organiser.js";
import { createSubmitter } from "../../client/submitter.js";
import { fundMaker, type MakerRequest, openMaker, planMaker, readMaker } from "../../client/maker.js";
import { createTrader, type QuoteRequest } from "../../client/trader.js";
import { read, transact } from "../../bindings/transact.js";
import { readDemoAsset } from "../../deployment/build.js";
import type { NodeProvider } from "../../node/provider.js";
import { nextTime } from "../chain.js";
import type { People } from "./people.js";

const ONE = 10n ** 18n;
const ASSETS = [
  { name: "Demo gold", symbol: "AU" },
  { name: "Demo silver", symbol: "AG" },
] as const;
const QUANTITY = 100n * ONE;
const SUPPLY = 1_000n * ONE;
const DECIMALS = 18;
/** Time for the funding, which has to come before trading begins. The chain's clock is moved on when it is done. */
export const FUNDING_SECONDS = 60;
const TRADING_SECONDS = 30 * 86_400;

/** What everybody has of session tokens, and how much of it is in the account. */
const MONEY = [
  { name: "alice", tokens: 250n, deposit: 250n },
  { name: "bob", tokens: 250n, deposit: 250n },
  { name: "carol", tokens: 100n, deposit: 100n },
  { name: "you", tokens: 200n, deposit: 100n },
] as const;

/** Of gold, which both think is worth more than half of the basket. */
const QUOTES = {
  alice: [5_440n, 5_400n, 5_300n, 5_560n, 5_600n, 5_700n],
  bob: [5_450n, 5_380n, 5_250n, 5_550n, 5_620n, 5_750n],
} as const;
/** What the maker begins with: 55 % for gold. A nat costs its sponsor 50 tokens, and all that it can lose is 40. */
const MAKER: MakerRequest = { liquidity: 50_000n, prior: [11n, 9n] };
const MIDDLE = 5_500n;
const LOTS = 5_000n;
const TAKEN = 1_000n;

/** @param artifacts the compiled contracts' folder @param limits of positions; none by default @returns it funded, in the middle of its trading window, with a book */
export async function openDemoSession(
  provider: NodeProvider,
  people: People,
  factory: string,
  artifacts: string,
  tell: (line: string) => void,
  limits: Pick<SessionParams, "maxLots"> = {},
): Promise<SessionHandle> {
  tell("Making a session of 100 gold and 100 silver");
  const { organiser } = people;
  const assets: string[] = [];
  for (const { name, symbol } of ASSETS) assets.push(await mint(organiser, artifacts, name, symbol));
  const t1 = Number(await nextTime(provider)) + FUNDING_SECONDS;
  const handle = await createSession(factory, organiser, {
    name: "Demo metals",
    symbol: "DEMO",
    assets,
    quantities: assets.map(() => QUANTITY),
    supply: SUPPLY,
    t1,
    t2: t1 + TRADING_SECONDS,
    ...limits,
  });
  await fundSession(handle, organiser);
  tell("Handing out session tokens; traders pay them in");
  for (const { name, tokens, deposit } of MONEY) {
    const token = handle.session.connect(organiser);
    await transact(organiser, token.transfer.populateTransaction(people[name].address, tokens * ONE));
    await createTrader(handle, people[name]).deposit(deposit * ONE);
  }
  await moveTo(provider, t1);
  tell("Alice and Bob quote, Carol takes an offer");
  await trade(handle, people, limits.maxLots);
  return handle;
}

/** The organiser, who has session tokens left, pays for a maker of the basket. @returns its address */
export async function openDemoMaker(
  handle: SessionHandle,
  { organiser }: Pick<People, "organiser">,
  makerFactory: string,
  tell: (line: string) => void,
  request = MAKER,
): Promise<string> {
  tell("The organiser pays for an automated maker");
  const { address } = await openMaker(handle, organiser, makerFactory, await planMaker(handle, request));
  const made = await readMaker(handle, makerFactory, address);
  await fundMaker(handle, organiser, made, made.needed);
  return address;
}

async function mint(owner: Wallet, artifacts: string, name: string, symbol: string): Promise<string> {
  const { abi, bytecode } = readDemoAsset(artifacts);
  const made = await read(new ContractFactory([...abi], bytecode, owner).deploy(name, symbol, DECIMALS));
  await made.waitForDeployment();
  await transact(owner, made.getFunction("mint").populateTransaction(owner.address, QUANTITY));
  return made.getAddress();
}

/** Local nodes have this method. Then the chain's clock is up to a minute ahead of the wall's. */
async function moveTo(provider: NodeProvider, second: number): Promise<void> {
  if ((await nextTime(provider)) > BigInt(second)) return;
  await read(provider.send("evm_setNextBlockTimestamp", [second]));
  await read(provider.send("evm_mine", []));
}

/** @param most lots that an order may be for: beyond a limit to positions it would be refused */
async function trade(handle: SessionHandle, people: People, most = LOTS): Promise<void> {
  const upTo = (lots: bigint): bigint => (lots < most ? lots : most);
  const submitter = createSubmitter(handle, people.organiser);
  for (const name of ["alice", "bob"] as const) {
    const quotes = QUOTES[name].map((price): QuoteRequest => {
      return { leg: 1, price, quantity: price < MIDDLE ? upTo(LOTS) : -upTo(LOTS) };
    });
    await submitter.submitQuotes(await createTrader(handle, people[name]).signQuotes(quotes));
  }
  const taken = await createTrader(handle, people.carol).signOrder({ leg: 1, price: 5_550n, quantity: upTo(TAKEN) });
  await submitter.submitOne(taken);
}
