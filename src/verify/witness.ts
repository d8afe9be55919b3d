/**
 * What is known beside a log's records: from a node, if there is one, or else nothing, and then it is said what has to be granted. A node
 * that does not answer is no evidence of anything: what it was asked for is granted by name.
 */
import type { Provider } from "ethers";

import { ask } from "./asking.js";
import { LogComparison } from "./comparison.js";
import type { Established, Grants } from "./grants.js";
import type { LogHeader } from "./log-header.js";
import {
  type CodeBuilds,
  recogniseCode,
  requireClones,
  requireStanding,
  requireVault,
  type Standing,
} from "./on-chain.js";
import type { LogRecord } from "./session-log.js";
import { requireSame } from "./violation.js";

const NOTHING: Established = { logs: false, clones: false, code: false, assets: false };
const UNKNOWN: CodeBuilds = { session: undefined, legToken: undefined, orderBook: undefined, factory: undefined };

interface Sources {
  readonly provider: Provider | undefined;
  /** The node that gives the records. */
  readonly source: Provider | undefined;
  readonly grants: Grants;
}

export class Witness {
  readonly #header: LogHeader;
  readonly #source: Provider | undefined;
  readonly #grants: Grants;
  /** The node, as long as it is known to be of the session's chain. */
  #provider: Provider | undefined;
  #comparison: LogComparison | undefined;
  #tip = 0;
  #established = NOTHING;
  #code = UNKNOWN;

  public constructor(header: LogHeader, { provider, source, grants }: Sources) {
    this.#header = header;
    this.#provider = provider;
    this.#source = source;
    this.#grants = grants;
  }

  public get established(): Established {
    return this.#established;
  }

  public get code(): CodeBuilds {
    return this.#code;
  }

  /** Before the first record. @throws Violation R21 for a node of another chain */
  public async begin(): Promise<void> {
    this.#grantWhatFilesCannotProve();
    const provider = this.#provider;
    if (provider === undefined) return;
    const said = await ask(async () => {
      const { chainId } = await provider.getNetwork();
      return { chainId, tip: await provider.getBlockNumber() };
    });
    if ("refused" in said) {
      this.#grants.add("CHAIN_UNCHECKED", () => said.refused);
      this.#provider = undefined;
      return;
    }
    const { chainId, tip } = said.answer;
    requireSame("R21", "The node is of another chain.", { chainId }, { chainId: this.#header.chainId });
    this.#tip = tip;
    if (this.#source === provider) return;
    this.#comparison = new LogComparison(this.#header, provider, tip, this.#grants);
  }

  /** Compares a record with the chain's. @returns a promise only if there is a node to ask. @throws Violation */
  public see(record: LogRecord): Promise<void> | undefined {
    return this.#comparison?.require(record);
  }

  /** After the last record. @throws Violation */
  public async end(standing: Standing): Promise<void> {
    const provider = this.#provider;
    if (provider === undefined) {
      this.#grantCode();
      return;
    }
    const [header, grants] = [this.#header, this.#grants];
    const logs = (await this.#comparison?.end()) ?? this.#source === provider;
    const clones = await requireClones(header, provider, grants);
    this.#code = await recogniseCode(header, provider, grants);
    await requireStanding(header, provider, standing, grants);
    await requireVault(header, provider, standing, grants);
    await this.#comparison?.lookBeyond(this.#tip);
    this.#established = { logs, clones, code: this.#grantCode(), assets: true };
  }

  /** @returns whether all code is known */
  #grantCode(): boolean {
    const { clones, factory } = this.#header;
    const { factory: ofFactory, ...builds } = this.#code;
    if (ofFactory === undefined) this.#grants.add("FACTORY_UNKNOWN", () => `factory ${factory}`);
    let isKnown = ofFactory !== undefined;
    for (const name of ["session", "legToken", "orderBook"] as const) {
      if (builds[name] !== undefined) continue;
      isKnown = false;
      this.#grants.add("CODE_UNKNOWN", () => `${name} ${clones[name]}`);
    }
    return isKnown;
  }

  #grantWhatFilesCannotProve(): void {
    const grants = this.#grants;
    const { session, book, chainId, clones, terms, toBlock } = this.#header;
    grants.add("SESSION_FROM_FILE", () => `session ${session}, book ${book}, chain ${chainId}`);
    if (clones.salt === undefined) grants.add("TERMS_FROM_FILE", () => `session ${session}`);
    grants.add("TIMES_FROM_FILE", () => `up to block ${toBlock}`);
    grants.add("TRANSACTIONS_FROM_FILE", () => `up to block ${toBlock}`);
    grants.add("TAIL_NOT_COMPARED", () => `up to block ${toBlock}`);
    for (const asset of terms.assets) grants.add("ASSETS_TRUSTED", () => `asset ${asset}`);
  }
}
