import { expect } from "chai";

import { openActor, openReader, openSubject } from "../../src/cli/who.js";
import { silentContext, type SilentContext } from "./context.js";
import { as, type Env, expectCliRefusal } from "./support.js";
import { openWorld, type World } from "./world.js";

describe("who a command is for", function () {
  let world: World;
  let context: SilentContext;

  before(async function () {
    world = await openWorld();
  });

  function within(env: Env): SilentContext {
    context = silentContext({ env });
    return context;
  }

  afterEach(function () {
    context.close();
  });

  it("looks at a session without a key", async function () {
    const { env, handle } = world;
    const found = await openReader(within(env), {});
    expect(found.address).to.equal(handle.address);
    expect(found.bookAddress).to.equal(handle.bookAddress);
    expect([found.t1, found.t2, found.supply]).to.deep.equal([handle.t1, handle.t2, handle.supply]);
  });

  it("acts with the wallet of the key, on the session's own chain", async function () {
    const { env, handle, alice } = world;
    const actor = await openActor(within(as(env, alice)), {});
    expect(actor.wallet.address).to.equal(alice.address);
    expect(actor.wallet.provider).to.equal(actor.provider);
    expect(actor.handle.address).to.equal(handle.address);
  });

  it("does not act without one: all that is missing is said before the chain is asked", async function () {
    const { problems } = (await expectCliRefusal(openActor(within({}), {}), "SETTINGS_INVALID")).values;
    expect(problems).to.deep.equal([
      "--session or SESSION_ADDRESS: is missing, and no profile is in use",
      "a key: set --account, --keystore or SESSION_PRIVATE_KEY",
    ]);
  });

  describe("whose account is looked at", function () {
    it("is the one that is named: no key is wanted then", async function () {
      const { env, bob } = world;
      const subject = await openSubject(within(env), { trader: bob.address.toLowerCase() });
      expect(subject.trader).to.equal(bob.address);
      expect(subject.traderId).to.equal(2);
    });

    it("is the one that is named, even if there is a key", async function () {
      const { env, alice, bob } = world;
      const subject = await openSubject(within(as(env, alice)), { trader: bob.address });
      expect(subject.trader).to.equal(bob.address);
    });

    it("is that of the key if nobody is named", async function () {
      const { env, alice } = world;
      const subject = await openSubject(within(as(env, alice)), {});
      expect([subject.trader, subject.traderId]).to.deep.equal([alice.address, 1]);
    });

    it("has number 0 if the book does not know it", async function () {
      const { env, carol } = world;
      expect((await openSubject(within(env), { trader: carol.address })).traderId).to.equal(0);
    });

    it("is an address", async function () {
      await expectCliRefusal(openSubject(within(world.env), { trader: "bob" }), "ARGUMENT_INVALID", {
        argument: "--trader",
        value: "bob",
      });
    });
  });
});
