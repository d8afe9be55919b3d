/**
 * ethers over the one door: one call a request, nothing answered from before, and every failure told as what it is. ethers itself
 * takes any refusal of a call for a revert.
 */
import { FeeData, JsonRpcProvider, type JsonRpcError, type JsonRpcPayload, type JsonRpcResult, Network } from "ethers";

import { createDoor, type Door, type DoorSettings } from "./door.js";
import { NodeError, Reverted } from "./errors.js";
import { hasForm } from "./form.js";
import type { Ranges } from "./ranges.js";

export interface ProviderSettings extends DoorSettings {
  /** How often the node is asked for news while somebody waits for some, ms. */
  readonly pollingMs?: number;
}

const POLLING_MS = 500;
const REVERT_CODE = 3;
const MOST_SHOWN = 100;

export class NodeProvider extends JsonRpcProvider {
  /** How many blocks of logs the node searches at once. */
  public readonly ranges: Ranges;
  readonly #door: Door;

  private constructor(door: Door, network: Network, pollingInterval: number) {
    // It asks nothing at that address itself: what is sent goes through the door.
    super(door.shown, network, { staticNetwork: network, batchMaxCount: 1, cacheTimeout: -1, pollingInterval });
    this.#door = door;
    this.ranges = door.ranges;
  }

  /**
   * Asks the node for its chain first: whoever has a provider knows that there is a node.
   * @param url with keys, if the node wants any; they are never printed
   * @throws NodeError
   */
  public static async open(
    url: string,
    { pollingMs = POLLING_MS, ...settings }: ProviderSettings = {},
  ): Promise<NodeProvider> {
    const door = createDoor(url, settings);
    const network = Network.from(BigInt(String(await askFor(door, "eth_chainId", []))));
    return new NodeProvider(door, network, pollingMs);
  }

  /** The node's address, as it may be printed. */
  public get shown(): string {
    return this.#door.shown;
  }

  /** @throws NodeError */
  public override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const payloads = Array.isArray(payload) ? payload : [payload];
    const answers = await Promise.all(payloads.map((one) => this.#ask(one)));
    return answers as JsonRpcResult[]; // errors among them are read as such: only this class's type leaves them out
  }

  /** ethers takes a node that did not say its price for one that has none. @throws NodeError */
  public override async getFeeData(): Promise<FeeData> {
    const fees = await super.getFeeData();
    if (fees.gasPrice !== null || fees.maxFeePerGas !== null) return fees;
    return new FeeData(BigInt(String(await this.send("eth_gasPrice", []))));
  }

  async #ask({ id, method, params }: JsonRpcPayload): Promise<JsonRpcResult | JsonRpcError> {
    try {
      return { id, result: await askFor(this.#door, method, Array.isArray(params) ? (params as unknown[]) : [params]) };
    } catch (error) {
      if (!(error instanceof Reverted)) throw error;
      return { id, error: { code: REVERT_CODE, message: error.values.reason, data: error.data } }; // ethers decodes it
    }
  }
}

/** ethers trips over what it does not expect. @throws NodeError, Reverted */
async function askFor({ ask, shown }: Door, method: string, params: readonly unknown[]): Promise<unknown> {
  const result = await ask(method, params);
  if (hasForm(method, params, result)) return result;
  throw new NodeError("NODE_MALFORMED", { method, node: shown, reason: JSON.stringify(result).slice(0, MOST_SHOWN) });
}
