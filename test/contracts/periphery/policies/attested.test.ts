import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import hre from "hardhat";

import type { Attested } from "../../../../typechain-types/index.js";
import { deployEas, type Eas } from "../../../../stage/counterparts/eas.js";
import { openWorld, type World } from "../../../../stage/contracts/world.js";
import { expectLife, expectOpen, expectShut } from "./gate.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Fixture {
  readonly w: World;
  readonly eas: Eas;
  readonly schema: string;
  readonly policy: Attested;
}

/** Erin attests; alice is a trader; bob is nobody special. */
async function open(): Promise<Fixture> {
  const [deployer, , , , , , erin] = await ethers.getSigners();
  const eas = await deployEas(deployer!);
  const schema = await eas.registerSchema("bool isResearcher");
  const policy = await ethers.deployContract("Attested", [eas.address, schema, erin!]);
  return { w: await openWorld(connection, { policy: await policy.getAddress() }), eas, schema, policy };
}

describe("A policy of attestations, with the attestation service itself", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
  });

  it("admits whom its attester has attested, once that was presented, by anybody", async () => {
    const { w, eas, schema, policy } = f;
    const uid = await eas.attest(w.erin, { schema, recipient: w.alice.address });
    await expectShut(w, w.alice);
    await expect(policy.connect(w.bob).present(uid)).to.emit(policy, "Presented").withArgs(w.alice.address, uid);
    await expectOpen(w, w.alice);
    await expectShut(w, w.bob); // who presented somebody else's
    await expect(policy.present(uid)).to.not.emit(policy, "Presented");
  });

  it("refuses what the service does not know, nothing included", async () => {
    const { w, policy } = f;
    for (const uid of [ZeroHash, ethers.id("made up")]) {
      await expect(policy.present(uid)).to.be.revertedWithCustomError(policy, "Attested_Unknown").withArgs(uid);
    }
    expect(await policy.admits(w.book, ZeroAddress)).to.equal(false);
  });

  it("refuses another schema, and another attester, the trader itself included", async () => {
    const { w, eas, schema, policy } = f;
    const other = await eas.registerSchema("bool isRobot");
    await expect(policy.present(await eas.attest(w.erin, { schema: other, recipient: w.alice.address })))
      .to.be.revertedWithCustomError(policy, "Attested_OtherSchema")
      .withArgs(other, schema);
    await expect(policy.present(await eas.attest(w.alice, { schema, recipient: w.alice.address })))
      .to.be.revertedWithCustomError(policy, "Attested_OtherAttester")
      .withArgs(w.alice.address, w.erin.address);
  });

  it("refuses what was revoked before it was presented", async () => {
    const { w, eas, schema, policy } = f;
    const uid = await eas.attest(w.erin, { schema, recipient: w.alice.address });
    await eas.revoke(w.erin, schema, uid);
    await expect(policy.present(uid))
      .to.be.revertedWithCustomError(policy, "Attested_Revoked")
      .withArgs(uid, await networkHelpers.time.latest());
    await expectShut(w, w.alice);
  });

  it("takes what has not expired, until the second before it does", async () => {
    const { w, eas, schema, policy } = f;
    const expires = (await networkHelpers.time.latest()) + 1_000;
    const [first, second] = [
      await eas.attest(w.erin, { schema, recipient: w.alice.address, expirationTime: expires }),
      await eas.attest(w.erin, { schema, recipient: w.bob.address, expirationTime: expires }),
    ];
    await networkHelpers.time.setNextBlockTimestamp(expires - 1);
    await policy.present(first);
    await networkHelpers.time.setNextBlockTimestamp(expires);
    await expect(policy.present(second))
      .to.be.revertedWithCustomError(policy, "Attested_Expired")
      .withArgs(second, expires, expires);
    await expectOpen(w, w.alice);
    await expectShut(w, w.bob);
  });

  it("keeps whom it has admitted when the attestation is revoked afterwards, before and after registration", async () => {
    const { w, eas, schema, policy } = f;
    const uid = await eas.attest(w.erin, { schema, recipient: w.bob.address });
    await policy.present(uid);
    await eas.revoke(w.erin, schema, uid);
    await expectOpen(w, w.bob);
    const own = await eas.attest(w.erin, { schema, recipient: w.alice.address });
    await policy.present(own);
    await expectLife(w, w.alice, () => eas.revoke(w.erin, schema, own));
  });

  it("admits to every book that names it", async () => {
    const { w, eas, schema, policy } = f;
    await policy.present(await eas.attest(w.erin, { schema, recipient: w.alice.address }));
    const other = await openWorld(connection, { policy: await policy.getAddress() });
    await expectOpen(other, other.alice);
  });

  it("believes no service that answers for another number", async () => {
    const { w, eas, schema, policy } = f;
    const uid = await eas.attest(w.erin, { schema, recipient: w.alice.address });
    const liar = await ethers.deployContract("LyingAttestations", [eas.address, uid]);
    const deceived = await ethers.deployContract("Attested", [liar, schema, w.erin]);
    await expect(deceived.present(ethers.id("another")))
      .to.be.revertedWithCustomError(policy, "Attested_Unknown")
      .withArgs(ethers.id("another"));
    await deceived.present(uid);
  });

  it("is made of a service, a schema and an attester", async () => {
    const { w, eas, schema, policy } = f;
    const made = (...words: unknown[]) => ethers.deployContract("Attested", words);
    await expect(made(w.outsider, schema, w.erin))
      .to.be.revertedWithCustomError(policy, "Attested_NoService")
      .withArgs(w.outsider.address);
    for (const [one, attester] of [
      [ZeroHash, w.erin.address],
      [schema, ZeroAddress],
    ]) {
      await expect(made(eas.address, one, attester))
        .to.be.revertedWithCustomError(policy, "Attested_TermsMissing")
        .withArgs(one, attester);
    }
    expect([await policy.SERVICE(), await policy.SCHEMA(), await policy.ATTESTER()]).to.deep.equal([
      eas.address,
      schema,
      w.erin.address,
    ]);
  });
});
