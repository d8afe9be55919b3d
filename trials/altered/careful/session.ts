/** Careful alterations of markets, deposits, terms and times. */
import type { Random } from "../../../stage/rng.js";
import { marketLink } from "../../../src/protocol/signing/typed-data.js";
import type { LogHeader } from "../../../src/verify/log-header.js";
import { sealed, type SessionLog } from "../../../src/verify/session-log.js";
import { ISession__factory, ISessionFactory__factory } from "../../../typechain-types/index.js";
import { BOOK, rewritten } from "../edit.js";
import type { Subject } from "../subject.js";
import { pick, recordChanged, resealed } from "./changing.js";

const SESSION = ISession__factory.createInterface();
const FACTORY = ISessionFactory__factory.createInterface();

export function boundsLoosened(subject: Subject, random: Random): SessionLog | undefined {
  const amount = random.amount(1n, 500n);
  return recordChanged(subject, random, "marketRecorded", ([root, branch, , record, ...rest]) => {
    const values = [...(record as readonly unknown[])];
    const isLower = random.chance(50);
    if (isLower) values[4] = (values[4] as bigint) - amount;
    else values[5] = (values[5] as bigint) + amount;
    const fields = BOOK.getEvent("MarketRecorded").inputs[3]?.components?.map(({ name }) => name) ?? [];
    const link = marketLink(Object.fromEntries(fields.map((name, k) => [name, values[k]])) as never); // the record's own fields
    return [root, branch, link, values, ...rest];
  });
}

/** Both records agree with each other, and the trader's claims at the exit no longer do. */
export function depositChanged(subject: Subject, random: Random): SessionLog | undefined {
  const { log, events } = subject;
  const exits = new Set(events.flatMap(({ event }) => (event.kind === "exited" ? [event.traderId] : [])));
  const index = pick(subject, random, (event) => event.kind === "deposited" && exits.has(event.traderId));
  const [deposit, paid] = [log.records[index ?? -1], log.records[(index ?? -2) + 1]];
  if (index === undefined || deposit === undefined || paid === undefined) return undefined;
  const less = random.amount(1n, 10n ** 15n);
  const changed = log.records
    .with(
      index,
      rewritten(deposit, BOOK, ([id, leg, amount]) => [id, leg, (amount as bigint) - less]),
    )
    .with(
      index + 1,
      rewritten(paid, SESSION, ([from, to, value]) => [from, to, (value as bigint) - less]),
    );
  return resealed(subject, changed);
}

/** Nobody has paid, it seems, and the trader's claims are not what they were. */
export function depositLeftOut(subject: Subject, random: Random): SessionLog | undefined {
  const { log, events } = subject;
  const exits = new Set(events.flatMap(({ event }) => (event.kind === "exited" ? [event.traderId] : [])));
  const index = pick(subject, random, (event) => event.kind === "deposited" && exits.has(event.traderId));
  return index === undefined ? undefined : resealed(subject, log.records.toSpliced(index, 2));
}

/** Header and creation agree with each other, and the addresses no longer follow from them. */
export function termsChanged(subject: Subject, random: Random): SessionLog | undefined {
  const { header, records } = subject.log;
  const creation = records[0];
  if (creation === undefined) return undefined;
  const { terms } = header;
  const changes = [
    { maxOpenOrders: terms.maxOpenOrders + 1 },
    { maxLots: terms.maxLots + 1n },
    { chainWindow: terms.chainWindow === 2 ? 3 : terms.chainWindow - 1 },
    { t2: terms.t2 + 1n },
    { settleLimit: terms.settleLimit + 1n },
    { policy: `0x${"99".repeat(20)}` },
    { basketTickValue: (terms.basketTickValue - 1n) as typeof terms.basketTickValue },
    { symbol: `${terms.symbol}X` },
  ];
  const change = changes[random.integer(0, changes.length - 1)];
  const other: LogHeader = { ...header, terms: { ...terms, ...change } };
  const rewrite = rewritten(creation, FACTORY, (values) => {
    const names = FACTORY.getEvent("SessionCreated").inputs[4]?.components?.map(({ name }) => name) ?? [];
    const params = names.map(
      (name, k) =>
        (change as Readonly<Record<string, unknown>> | undefined)?.[name] ?? (values[4] as readonly unknown[])[k],
    );
    return values.with(4, params);
  });
  return sealed(other, records.with(0, rewrite));
}

/** The block of an order, and all after it, are said to be later: the order would have come after its deadline. */
export function timeMoved(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }) => kind === "tradeCreated");
  const event = subject.events[index ?? -1]?.event;
  const record = subject.log.records[index ?? -1];
  if (event?.kind !== "tradeCreated" || record === undefined) return undefined;
  const late = Number(event.package.deadline) + 1 + random.integer(0, 1_000);
  const records = subject.log.records.map((one) =>
    one.blockNumber < record.blockNumber ? one : { ...one, timestamp: Math.max(one.timestamp, late) },
  );
  return resealed(subject, records);
}
