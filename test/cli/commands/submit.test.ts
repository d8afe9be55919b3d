import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import {
  as,
  ask,
  type Env,
  expectSaid,
  expectTold,
  partsOf,
  problemsOf,
  session,
  sessionIn,
  tell,
} from "../support.js";
import { openWorld, trade, type Traded, type World } from "../world.js";

interface Signed {
  readonly package: Readonly<Record<string, unknown>>;
  readonly signature: string;
}

describe("session submit", function () {
  let world: World;
  let carol: Env;
  let file: string;
  /** 300 lots of leg 1, offered by Bob at 6000. */
  let signed: Signed;

  beforeEach(async function () {
    world = await openWorld();
    carol = as(world.env, world.carol);
    file = join(world.folder, "order.json");
    const words = ["trade", "sell", "300", "--price", "6000", "--sign-only"];
    const printed = await tell(as(world.env, world.bob), ...words);
    signed = JSON.parse(printed) as Signed;
    await writeFile(file, printed);
  });

  const write = (content: unknown): Promise<void> => writeFile(file, JSON.stringify(content));

  it("sends what somebody else has signed, at its own cost", async function () {
    const before = await world.provider.getBalance(world.bob.address);
    const sent = await ask<Traded & { transactionHash: string; gasUsed: string }>(carol, "submit", file);
    expect(sent).to.deep.include({ tradeRootId: 1, fills: [], restingLots: "300", package: signed.package });
    expect(await world.provider.getBalance(world.bob.address)).to.equal(before);
    const receipt = await world.provider.getTransactionReceipt(sent.transactionHash);
    expect(receipt!.from).to.equal(world.carol.address);
    expect(receipt!.gasUsed).to.equal(BigInt(sent.gasUsed));
    expect((await world.handle.book.accountOf(world.bob.address)).openOrders).to.equal(1n);
  });

  it("tells people whose order it is and what became of it", async function () {
    await trade(world, world.alice, "buy", "100", "--price", "60%");
    const { stdout, stderr } = await session(carol, "submit", file);
    expect(stderr).to.equal("Sending the order ...\n");
    expect(partsOf(stdout).text).to.equal(
      [
        `Order 2 of ${world.bob.address}`,
        "",
        "Fills:",
        "with order       price  lots",
        "----------  ----------  ----",
        "1           6000 (60%)   100",
        "Rests: 200 lots",
      ].join("\n"),
    );
  });

  it("takes the whole answer of trade --sign-only --json too", async function () {
    await write({ signed, preview: { restingLots: "300" } });
    expect((await ask<Traded>(carol, "submit", file)).tradeRootId).to.equal(1);
  });

  it("finds the file where it is called", async function () {
    const run = await sessionIn(world.folder, carol, "submit", "order.json", "--json");
    expect(run.status, run.stdout).to.equal(0);
  });

  it("is refused the second time: the nonce is used", async function () {
    await tell(carol, "submit", file);
    await expectTold(session(carol, "submit", file, "--json"), 1, "Book_NonceUsed", {
      trader: world.bob.address,
      nonce: "0",
    });
  });

  it("is refused if a word of it was changed since it was signed", async function () {
    for (const change of [{ priceTicks: "5999" }, { quantityLots: "-299" }, { trader: world.alice.address }]) {
      await write({ ...signed, package: { ...signed.package, ...change } });
      await expectTold(session(carol, "submit", file, "--json"), 1, "Book_SignatureInvalid");
    }
    await expectSaid(session(carol, "submit", file), 1, "Book_SignatureInvalid", "Sign with the trader's own key");
  });

  it("is refused over a link that the book does not know", async function () {
    await write({ ...signed, package: { ...signed.package, previousLink: `0x${"5e".repeat(32)}` } });
    await expectTold(session(carol, "submit", file, "--json"), 1, "Book_StaleLink");
  });

  it("wants a file that is an order, and names every place that is not, before any chain is asked", async function () {
    const nowhere = { ...carol, SESSION_RPC_URL: "http://127.0.0.1:1" };
    await write({ package: { ...signed.package, priceTicks: 5 }, signature: "0x1" });
    const told = await expectTold(session(nowhere, "submit", file, "--json"), 2, "FILE_INVALID", { file });
    expect(problemsOf(told).map((problem) => problem.split(":")[0])).to.deep.equal(["package.priceTicks", "signature"]);
    await write({ ...signed, note: "please" });
    await expectTold(session(nowhere, "submit", file, "--json"), 2, "FILE_INVALID");
    await writeFile(file, "not JSON");
    await expectTold(session(nowhere, "submit", file, "--json"), 2, "FILE_INVALID");
    await expectSaid(session(nowhere, "submit", `${file}.none`), 2, "FILE_UNREADABLE", "Give a file that exists");
  });

  it("wants values that an order can have", async function () {
    await write({ ...signed, package: { ...signed.package, nonce: "-1" } });
    const { values } = await expectTold(session(carol, "submit", file, "--json"), 2, "PACKAGE_FIELD_INVALID");
    expect(values).to.have.property("field", "nonce");
  });

  it("wants a key, but for a relay", async function () {
    await expectTold(session(world.env, "submit", file, "--json"), 2, "SETTINGS_INVALID");
    const url = "http://127.0.0.1:1";
    await expectTold(session({}, "submit", file, "--relay", url, "--json"), 2, "RELAY_UNREACHABLE", { url });
    await expectTold(session({}, "submit", file, "--relay", "relay", "--json"), 2, "SETTINGS_INVALID", {
      problems: ["--relay or SESSION_RELAY_URL: it is no address like https://host"],
    });
  });
});
