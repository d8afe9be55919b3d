/** The life of an order as a line of steps: what is certain is the chain's, what is only expected is hollow. */
import type { RelayAcknowledgement, RelayPackageState } from "../../../src/wire/packages.js";
import type { HistoryItem } from "../../../src/wire/history.js";
import type { AskedOrder, Told } from "../../data/deeds.js";

export interface Step {
  readonly word: string;
  /** What else there is to say. */
  readonly detail?: string;
  /** Whether the chain, or whoever brings it, has said so; hollow otherwise. */
  readonly isSure: boolean;
}

export interface Life {
  readonly steps: readonly Step[];
  /** Whether nothing more can come of it. */
  readonly isOver: boolean;
  /** Whether it can be taken back before it is sent. */
  readonly canTakeBack: boolean;
}

/** An order as the chain's history tells it. */
export type OrderRow = Pick<HistoryItem<"orders">, "tradeRootId" | "filled" | "offset" | "left" | "link">;

export function toldOf(answer: RelayAcknowledgement | RelayPackageState): Told {
  const { status, submissionId, tradeRootId, route, refusal } = answer;
  const expected = "expected" in answer ? answer.expected : undefined;
  return {
    status,
    ...("ahead" in answer && { ahead: answer.ahead }),
    ...(submissionId !== undefined && { submissionId }),
    ...(tradeRootId !== undefined && { tradeRootId }),
    ...(route !== undefined && { through: route.through }),
    ...(expected !== undefined && { expectedLots: expected.fills.reduce((sum, { lots }) => sum + lots, 0n) }),
    ...(refusal !== undefined && { refusal }),
  };
}

/** @param row of the order on the chain as it is now; undefined while it is not there */
export function lifeOf(deed: AskedOrder, row: OrderRow | undefined, now: bigint): Life {
  const first: Step = { word: "signed", isSure: true };
  if (row !== undefined) return { steps: [first, ...landedSteps(row)], isOver: isOver(row), canTakeBack: false };
  const steps = [first, ...waitingSteps(deed)];
  const { told, signed } = deed;
  const isLate = signed.package.deadline < now && told?.status !== "submitted";
  if (isLate) steps.push({ word: "expired", detail: "nobody can bring it any more", isSure: true });
  const isDecided = told?.status === "refused" || told?.status === "withdrawn";
  const canTakeBack = deed.via === "relay" && told?.status === "pending" && !isLate;
  return { steps, isOver: isLate || isDecided, canTakeBack };
}

function isOver({ left }: OrderRow): boolean {
  return left === 0n;
}

function landedSteps({ tradeRootId, filled, offset, left }: OrderRow): Step[] {
  const steps: Step[] = [{ word: `on the chain as #${tradeRootId}`, isSure: true }];
  if (filled > 0n) steps.push({ word: `${filled} lots filled`, isSure: true });
  if (offset > 0n) steps.push({ word: `${offset} lots taken out`, isSure: true });
  if (left > 0n) steps.push({ word: `${left} lots rest`, isSure: true });
  return steps;
}

function waitingSteps({ via, told, problem, isTakenBack }: AskedOrder): Step[] {
  if (problem !== undefined && told === undefined) return [{ word: "was not taken", detail: problem, isSure: true }];
  if (via === "nobody") return [{ word: "waits for somebody who brings it", isSure: false }];
  if (told === undefined)
    return [{ word: via === "relay" ? "on its way to the relay" : "the wallet is asked to send it", isSure: false }];
  switch (told.status) {
    case "pending": {
      const detail = told.ahead === undefined || told.ahead === 0 ? undefined : `${told.ahead} before it`;
      const asked: Step[] = isTakenBack === true ? [{ word: "to be taken back", isSure: false }] : [];
      return [
        { word: "with the relay", ...(detail !== undefined && { detail }), isSure: true },
        ...asked,
        ...expectedSteps(told),
      ];
    }
    case "submitted":
      return [{ word: `in a transaction${throughText(told)}`, isSure: true }, ...expectedSteps(told)];
    case "onChain":
      // Its row is not there: this source stands at an earlier block, or a reorganisation took it off.
      return [{ word: "to be on the chain", detail: "not in the newest block that is shown", isSure: false }];
    case "refused":
      return [{ word: "refused", ...(told.refusal !== undefined && { detail: told.refusal.code }), isSure: true }];
    case "withdrawn":
      return [{ word: "taken back", detail: "it was not sent", isSure: true }];
  }
}

function throughText({ through }: Told): string {
  if (through === undefined || through === "book") return "";
  return through === "maker" ? " through an automated maker" : " through complete sets";
}

function expectedSteps({ expectedLots }: Told): Step[] {
  if (expectedLots === undefined || expectedLots === 0n) return [];
  return [{ word: `${expectedLots} lots to be filled`, detail: "if nothing comes in between", isSure: false }];
}
