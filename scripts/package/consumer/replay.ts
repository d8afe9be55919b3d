/** A small session without a chain: two traders, signed orders, a market that settles. The same in Node and in a browser. */
import {
  Book,
  type BookTerms,
  bookDomain,
  packageDigest,
  recoverSigner,
  rebuildBook,
  reserveShiftOf,
} from "session-contracts/protocol";
import { intervalRecord, isRefusal, type LoggedEvent, ticks, TimeInForce, tokenWei } from "session-contracts/protocol";
import { tradePackage, TRUSTING } from "session-contracts/protocol";
import { computeAddress, SigningKey, ZeroAddress } from "ethers";

const KEYS = [1, 2].map((digit) => new SigningKey(`0x${`${digit}`.repeat(64)}`));
const [ALICE, BOB] = KEYS.map((key) => computeAddress(key.publicKey)) as [string, string];
const at = (byte: string): string => `0x${byte.repeat(20)}`;
const LOT = 10n ** 15n;
const LIMITS = { maxMatches: 10, maxWalk: 10 };

const TERMS: BookTerms = {
  assets: 2,
  basketScale: ticks(10_000n),
  basketTickValue: tokenWei(10n ** 11n),
  t1: 1_000n,
  t2: 2_000n,
  settleLimit: 3_000n,
  marketCreator: ZeroAddress,
  domain: bookDomain(1n, at("b0")),
  session: at("5e"),
  policy: ZeroAddress,
  chainWindow: 4,
  maxOpenOrders: 10,
  reserveShift: reserveShiftOf(10n ** 21n),
  maxLots: 0n,
};

export interface Played {
  readonly link: string;
  readonly rebuiltLink: string;
  readonly accounts: readonly string[];
  readonly slack: string;
  readonly refusal: string;
  readonly events: number;
}

export function playSession(): Played {
  const book = new Book(TERMS, {
    ...TRUSTING,
    signedBy: (signer, digest, given) => (recoverSigner(digest, given) === signer ? "key" : undefined),
  });
  const logged: LoggedEvent[] = [];
  const note = (timestamp: bigint, { events }: { events: readonly LoggedEvent["event"][] }): void => {
    logged.push(...events.map((event) => ({ event, timestamp })));
  };
  const now = { caller: ALICE, timestamp: 1_200n };
  for (const trader of [ALICE, BOB]) note(now.timestamp, book.deposit(now, trader, 1_000n * LOT));
  const record = intervalRecord(
    { owner: ALICE, previousLink: book.link },
    {
      bounds: { lower: ticks(0n), upper: ticks(100n) },
      fallbackOutcome: ticks(40n),
      tickValue: tokenWei(LOT),
      closesAt: 1_900n,
      settleBy: 1_950n,
      description: "Millimetres of rain",
    },
  );
  note(now.timestamp, book.createMarket(now, { record, signature: "0x", description: "Millimetres of rain" }));
  const trade = (who: 0 | 1, marketRootId: number, price: bigint, quantity: bigint): void => {
    const trader = [ALICE, BOB][who] ?? ALICE;
    const { nonceFloor } = book.noncesOf(trader);
    const order = tradePackage({
      marketRootId,
      marketBranchId: 1,
      trader,
      priceTicks: price,
      quantityLots: quantity,
      previousLink: book.link,
      nonce: nonceFloor,
      deadline: 1_999n,
      timeInForce: TimeInForce.GoodTillCancelled,
    });
    const signature = (KEYS[who] ?? KEYS[0])?.sign(packageDigest(TERMS.domain, order)).serialized ?? "0x";
    note(now.timestamp, book.createTrade(now, { package: order, signature, insertAfter: 0, place: 0 }, LIMITS));
  };
  trade(0, 1, 6_000n, 200n);
  trade(1, 1, 5_900n, -150n);
  trade(1, 2, 35n, 5n);
  trade(0, 2, 30n, -5n);
  const refusal = refusalOf(() => {
    trade(1, 1, 10_000n, 10_000_000n);
  });
  note(1_960n, book.applyFallback({ caller: BOB, timestamp: 1_960n }, 2));
  note(1_961n, book.realise(2, [ALICE, BOB]));
  const { slack } = book.checkCollateral(ALICE, [1]);
  return {
    link: book.link,
    rebuiltLink: rebuildBook(TERMS, logged).link,
    accounts: [ALICE, BOB].map((trader) => Object.values(book.accountOf(trader)).join(" ")),
    slack: slack.toString(),
    refusal,
    events: logged.length,
  };
}

function refusalOf(call: () => void): string {
  try {
    call();
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
  return "none";
}
