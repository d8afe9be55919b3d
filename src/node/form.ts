/** Whether an answer has the form that its question asks for: what has not is told as such, before somebody trips over it. */
import { isHexString } from "ethers";

const isQuantity = (value: unknown): boolean => typeof value === "string" && /^0x[0-9a-f]{1,64}$/i.test(value);
const isBytes = (value: unknown): boolean => isHexString(value, true);
const isHash = (value: unknown): boolean => isHexString(value, 32);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isBlock = (value: unknown): boolean => value === null || (isObject(value) && isQuantity(value["timestamp"]));
const isLog = (value: unknown): boolean =>
  isObject(value) && isQuantity(value["blockNumber"]) && isBytes(value["data"]) && Array.isArray(value["topics"]);

/** A chain has a newest block, always. */
const isBlockOf = (value: unknown, [tag]: readonly unknown[]): boolean =>
  isBlock(value) && (value !== null || tag !== "latest");

const FORMS: Readonly<Record<string, (value: unknown, params: readonly unknown[]) => boolean>> = {
  eth_chainId: isQuantity,
  eth_blockNumber: isQuantity,
  eth_gasPrice: isQuantity,
  eth_maxPriorityFeePerGas: isQuantity,
  eth_getBalance: isQuantity,
  eth_getTransactionCount: isQuantity,
  eth_estimateGas: isQuantity,
  eth_call: isBytes,
  eth_getCode: isBytes,
  eth_getStorageAt: isBytes,
  eth_sendRawTransaction: isHash,
  eth_getBlockByNumber: isBlockOf,
  eth_getBlockByHash: isBlock,
  eth_getTransactionByHash: (value) => value === null || (isObject(value) && isHash(value["hash"] ?? "")),
  eth_getTransactionReceipt: (value) => value === null || (isObject(value) && isHash(value["transactionHash"] ?? "")),
  eth_getLogs: (value) => Array.isArray(value) && value.every(isLog),
};

/** Other methods may answer as they like. */
export function hasForm(method: string, params: readonly unknown[], result: unknown): boolean {
  return FORMS[method]?.(result, params) ?? true;
}
