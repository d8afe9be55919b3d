/**
 * Stands in the workers in the place of ethers' `SigningKey`, and of the curve that comes with it: a worker has no key, and who signed
 * what is recovered by the library's own (src/protocol/signing/signatures.ts). ethers comes to it where a key is made, or a signer
 * recovered, and nothing in a worker asks it for either.
 */
export class SigningKey {
  public constructor() {
    throw new Error("no key is held by a worker of this page");
  }

  public sign(): never {
    throw new Error("no key is held by a worker of this page");
  }

  public static recoverPublicKey(): never {
    throw new Error("who signed is not asked of ethers by a worker of this page");
  }

  public static computePublicKey(): never {
    throw new Error("no key is held by a worker of this page");
  }
}
