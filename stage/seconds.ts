/** The seconds of a chain inside this process, which are those of its blocks and not those of the machine. */
import { toQuantity } from "ethers";

interface Asked {
  readonly method: string;
  readonly params?: readonly unknown[] | object;
}

/** What is asked by JSON-RPC. */
interface Node {
  request(asked: Asked): Promise<unknown>;
}

const MAKING_BLOCKS: ReadonlySet<string> = new Set(["eth_sendTransaction", "eth_sendRawTransaction", "evm_mine"]);
const SETTING = "evm_setNextBlockTimestamp";

/**
 * Makes each block a second after the one before, however long the machine takes, unless its second is set: what contracts write down of
 * the time is the same on every machine.
 */
export function keepSeconds(node: Node): void {
  const ask = node.request.bind(node);
  let isSet = false;
  let turn: Promise<unknown> = Promise.resolve();
  const newest = async (): Promise<bigint> => {
    const block = await ask({ method: "eth_getBlockByNumber", params: ["latest", false] });
    return BigInt((block as { readonly timestamp: string }).timestamp); // there is one always
  };
  const make = async (asked: Asked): Promise<unknown> => {
    const before = await newest();
    if (!isSet) await ask({ method: SETTING, params: [toQuantity(before + 1n)] });
    try {
      return await ask(asked);
    } finally {
      if ((await newest()) !== before) isSet = false; // a call that fails may have made a block, or not
    }
  };
  node.request = (asked) => {
    if (asked.method === SETTING) isSet = true;
    if (!MAKING_BLOCKS.has(asked.method)) return ask(asked);
    const made = turn.then(() => make(asked));
    turn = made.catch(() => undefined); // whoever asked hears of it
    return made;
  };
}
