/**
 * What a wallet that knows ERC-7730 shows of what it is asked to sign: rendered from the same files that go to the registry, by
 * their reference library.
 */
import type {
  Descriptor as LibraryDescriptor,
  DisplayField,
  DisplayFieldGroup,
  DisplayModel,
} from "@ethereum-sourcify/clear-signing";
import { id } from "ethers";

import type { Descriptor } from "../../src/client/clear-signing/descriptor.js";
import { encodeType, messageDescriptor, type MessageName } from "../../src/client/clear-signing/messages.js";
import { toJson } from "../../src/protocol/amounts/json.js";
import type { TradePackage } from "../../src/protocol/signing/package.js";
import type { BookDomain } from "../../src/protocol/signing/typed-data.js";
import { SIGNED_TYPES } from "../../src/wire/signed-types.js";

/** One line of the wallet's screen. */
export interface ShownLine {
  readonly label: string;
  readonly value: string;
}

export interface ShownMessage {
  /** What the wallet says is being done. */
  readonly intent: string;
  readonly lines: readonly ShownLine[];
}

/** The lines of an order, in the wallet's order. @throws Error what the library says if it cannot show it */
export async function renderPackage(domain: BookDomain, order: TradePackage): Promise<readonly ShownLine[]> {
  return (await renderMessage(domain, "TradePackage", { ...order })).lines;
}

/** @param message its members by their names; amounts as bigint, number or text */
export async function renderMessage(
  domain: BookDomain,
  name: MessageName,
  message: Readonly<Record<string, unknown>>,
): Promise<ShownMessage> {
  const { formatTypedData } = await import("@ethereum-sourcify/clear-signing");
  const { verifyingContract: book } = domain;
  const chainId = Number(domain.chainId);
  // What a message is shown by knows of no session or factory.
  const descriptor = messageDescriptor(name, { chainId, book, session: book, factory: book });
  const model = await formatTypedData(
    {
      account: book,
      types: SIGNED_TYPES[name],
      primaryType: name,
      domain: { ...domain, chainId },
      message: asText(message),
    },
    { descriptorResolverOptions: { type: "custom", resolver: resolverOf(name, descriptor, chainId, book) } },
  );
  return shownOf(model);
}

/** As it goes to a wallet: amounts as decimal text. */
function asText(message: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(toJson(message)) as Record<string, unknown>; // as it was
}

function resolverOf(name: MessageName, descriptor: Descriptor, chainId: number, book: string) {
  const entry = { path: name, encodeTypeHashes: [id(encodeType(name))] };
  return {
    index: { calldataIndex: {}, typedDataIndex: { [`eip155:${chainId}:${book.toLowerCase()}`]: { [name]: [entry] } } },
    fetchDescriptor: () => Promise.resolve(descriptor as unknown as LibraryDescriptor), // its lists may be changed, ours not
  };
}

/** @throws Error if the library has not shown it */
export function shownOf({ intent, fields, warnings = [] }: DisplayModel): ShownMessage {
  if (typeof intent !== "string" || fields === undefined) {
    throw new Error(warnings.map(({ message }) => message).join("; ") || "nothing to show");
  }
  return { intent, lines: fields.flatMap(linesOf) };
}

function linesOf(field: DisplayField | DisplayFieldGroup): ShownLine[] {
  return "fields" in field ? field.fields.flatMap(linesOf) : [{ label: field.label, value: field.value }];
}
