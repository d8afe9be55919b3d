import { expect } from "chai";
import { getCreateAddress, keccak256, Transaction } from "ethers";

import { addressOf, CREATE2_DEPLOYER, deployerCall, SALT } from "../../src/deployment/create2.js";

describe("the CREATE2 deployer", function () {
  const transaction = Transaction.from(CREATE2_DEPLOYER.transaction);

  it("is made by the first transaction of an account that nobody has the key of", function () {
    expect(transaction.from).to.equal(CREATE2_DEPLOYER.sender);
    expect(transaction.nonce).to.equal(0);
    expect(getCreateAddress({ from: CREATE2_DEPLOYER.sender, nonce: 0 })).to.equal(CREATE2_DEPLOYER.address);
    expect(transaction.signature?.r, "a signature that was chosen").to.equal(`0x${"2".repeat(64)}`);
  });

  it("is signed for every chain, and costs what is sent to that account", function () {
    expect(transaction.isLegacy()).to.equal(true);
    expect(transaction.chainId).to.equal(0n);
    expect(transaction.gasLimit * transaction.gasPrice!).to.equal(CREATE2_DEPLOYER.cost);
  });

  it("runs the code that the transaction carries", function () {
    expect(transaction.data.endsWith(CREATE2_DEPLOYER.code.slice(2))).to.equal(true);
  });

  it("puts a contract where EIP-1014 says", function () {
    const initCode = "0x6001600081600b8239f300";
    const words = `0xff${CREATE2_DEPLOYER.address.slice(2)}${SALT.slice(2)}${keccak256(initCode).slice(2)}`;
    expect(addressOf(initCode).toLowerCase()).to.equal(`0x${keccak256(words).slice(26)}`);
    expect(deployerCall(initCode)).to.equal(SALT + initCode.slice(2));
  });
});
