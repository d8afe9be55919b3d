/** A session on a node, opened with nothing but the package: its artifacts deployed, traded through its client, read by its ABIs. */
import { readFileSync } from "node:fs";

import orderBookAbi from "session-contracts/abi/IOrderBook.json" with { type: "json" };
import { ClientError, createSession, createSubmitter, createTrader, fundSession } from "session-contracts/client";
import { deployContracts, ownBuild, readBuild } from "session-contracts/deploy";
import { readRecords, recomputeLink, type SessionHandle } from "session-contracts/client";
import { primaryLink } from "session-contracts/protocol";
import { Contract, ContractFactory, HDNodeWallet, JsonRpcProvider, Mnemonic } from "ethers";

/** Every node for tests has its accounts from it. */
const MNEMONIC = Mnemonic.fromPhrase("test test test test test test test test test test test junk");
const ONE = 10n ** 18n;
const DAY = 86_400;

interface Deployable {
  readonly abi: readonly object[];
  readonly bytecode: string;
}

export interface Traded {
  readonly session: string;
  readonly factory: string;
  readonly assets: readonly string[];
  readonly records: number;
  readonly link: string;
  readonly slack: string;
  readonly refusal: string;
}

export async function tradeOnChain(url: string): Promise<Traded> {
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  try {
    return await trade(provider);
  } finally {
    provider.destroy();
  }
}

async function trade(provider: JsonRpcProvider): Promise<Traded> {
  const [organiser, bob] = [0, 1].map((index) =>
    HDNodeWallet.fromMnemonic(MNEMONIC, `m/44'/60'/0'/0/${index}`).connect(provider),
  ) as [HDNodeWallet, HDNodeWallet];
  const { handle, factory } = await openSessionOf(provider, organiser);
  await (await handle.session.connect(organiser).transfer(bob.address, 100n * ONE)).wait();
  const [maker, taker] = [createTrader(handle, organiser), createTrader(handle, bob)];
  for (const trader of [maker, taker]) await trader.deposit(100n * ONE);
  await provider.send("evm_setNextBlockTimestamp", [handle.t1]);
  await provider.send("evm_mine", []);

  const submitter = createSubmitter(handle, organiser);
  const bid = await maker.signOrder({ leg: 1, price: 6_000n, quantity: 100n });
  await submitter.submitOne(bid);
  const { results } = await submitter.submitBatch([
    await taker.signOrder({ leg: 1, price: 5_900n, quantity: -60n }),
    await taker.signOrder({ leg: 1, price: 10_001n, quantity: 1n }),
  ]);
  const refused = results.find((result) => !result.accepted);

  const watcher = await deploy(organiser, compiled("Watcher"));
  const link: unknown = await watcher.getFunction("linkOf")(handle.address, bid.package);
  requireSame("link by a contract", link, primaryLink(bid.package));
  const slack: unknown = await watcher.getFunction("slackOf")(handle.address, bob.address);
  const { claim, worst } = await taker.account();
  requireSame("slack by a contract", slack, claim + worst);
  const book = new Contract(handle.bookAddress, orderBookAbi, provider);
  const state = (await book.getFunction("chainState")()) as { readonly link: string }; // as its ABI says
  const records = await readRecords(handle);
  requireSame("link from the records", await recomputeLink(handle, records), state.link);
  return {
    session: handle.address,
    factory,
    assets: handle.assets.map(({ address }) => address),
    records: records.length,
    link: state.link,
    slack: String(slack),
    refusal: refused?.accepted === false && refused.refusal instanceof ClientError ? refused.refusal.code : "none",
  };
}

interface Opened {
  readonly handle: SessionHandle;
  readonly factory: string;
}

async function openSessionOf(provider: JsonRpcProvider, organiser: HDNodeWallet): Promise<Opened> {
  const { contracts } = await deployContracts(readBuild(ownBuild("production")), organiser);
  const factory = contracts.find(({ name }) => name === "SessionFactory")?.address ?? "";
  const assets = [];
  for (const name of ["AAA", "BBB"]) assets.push(await deploy(organiser, compiled("Asset"), name, 1_000n * ONE));
  const now = (await provider.getBlock("latest"))?.timestamp ?? 0;
  const handle = await createSession(factory, organiser, {
    name: "Two assets",
    symbol: "TWO",
    assets: await Promise.all(assets.map((asset) => asset.getAddress())),
    quantities: [100n * ONE, 50n * ONE],
    supply: 1_000n * ONE,
    t1: now + DAY,
    t2: now + 2 * DAY,
  });
  await fundSession(handle, organiser);
  return { handle, factory };
}

async function deploy(organiser: HDNodeWallet, { abi, bytecode }: Deployable, ...args: unknown[]): Promise<Contract> {
  const deployed = await new ContractFactory([...abi], bytecode, organiser).deploy(...args);
  await deployed.waitForDeployment();
  return new Contract(await deployed.getAddress(), [...abi], organiser);
}

/** What was compiled from this project's own sources. */
function compiled(name: string): Deployable {
  return JSON.parse(readFileSync(`compiled/${name}.json`, "utf8")) as Deployable;
}

function requireSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
}
