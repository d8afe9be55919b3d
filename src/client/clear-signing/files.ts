/** All descriptors of a session, by the names that the registry of ERC-7730 wants. */
import { callDescriptor, CONTRACTS } from "./calls.js";
import type { Descriptor, Target } from "./descriptor.js";
import { messageDescriptor, MESSAGES, type MessageName } from "./messages.js";

export const MESSAGE_NAMES = Object.keys(MESSAGES) as readonly MessageName[]; // the table's own

/** File name → descriptor. */
export function clearSigningFiles(target: Target): ReadonlyMap<string, Descriptor> {
  return new Map([
    ...MESSAGE_NAMES.map((name) => [`eip712-${name}.json`, messageDescriptor(name, target)] as const),
    ...CONTRACTS.map((name) => [`calldata-${name}.json`, callDescriptor(name, target)] as const),
  ]);
}
