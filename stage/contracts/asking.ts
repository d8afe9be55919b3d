/** A world whose contracts are asked in one call what is asked of them at the same moment: a call by itself takes a millisecond. */
import type { ContractRunner, TransactionRequest } from "ethers";

import { READER, READER_THERE, readerAnswers, readerCall } from "./reader.js";
import type { World } from "./world.js";

const GAS = "0xf00000";
/** As many as surely fit that gas. */
const AT_ONCE = 80;

interface Asked {
  readonly to: string;
  readonly data: string;
  readonly answer: (data: string) => void;
  readonly fail: (reason: unknown) => void;
}

/** The same world, to be asked, not acted in. Questions that do not wait for each other's answers go together. */
export function askedTogether(world: World): World {
  const runner = togetherOn(world.connection.provider);
  return {
    ...world,
    session: world.session.connect(runner),
    book: world.book.connect(runner),
    leg: (number) => world.leg(number).connect(runner),
  };
}

function togetherOn(provider: World["connection"]["provider"]): ContractRunner {
  let waiting: Asked[] = [];
  const ask = async (questions: readonly Asked[]): Promise<void> => {
    try {
      const params = [{ to: READER, data: readerCall(questions), gas: GAS }, "latest", READER_THERE];
      const answers = readerAnswers((await provider.request({ method: "eth_call", params })) as string); // a node's answer
      for (const [index, { answer }] of questions.entries()) answer(answers[index] ?? "0x");
    } catch (error) {
      for (const { fail } of questions) fail(error);
    }
  };
  const askAll = (): void => {
    const all = waiting;
    waiting = [];
    for (let first = 0; first < all.length; first += AT_ONCE) void ask(all.slice(first, first + AT_ONCE));
  };
  return {
    provider: null,
    call: ({ to, data }: TransactionRequest) =>
      new Promise((answer, fail) => {
        if (typeof to !== "string") throw new Error("a contract's call names its address as text");
        if (waiting.length === 0) setImmediate(askAll);
        waiting.push({ to, data: data ?? "0x", answer, fail });
      }),
    resolveName: (name: string) => Promise.resolve(name),
  };
}
