import { expect } from "chai";

import { withoutBytecode } from "../../../scripts/package/trim-types.js";

const CODE = `import { Contract, ContractFactory, Interface } from "ethers";
const _abi = [
    {
        "name": "f"
    }
];
const _bytecode = "0x6080";
export class Thing__factory extends ContractFactory {
    static bytecode = _bytecode;
}
`;
const TYPES = `import { ContractFactory } from "ethers";
import type { Thing, ThingInterface } from "../Thing.js";
export declare class Thing__factory extends ContractFactory {
    static readonly bytecode = "0x6080";
    static readonly abi: readonly [{
        readonly name: "f";
    }];
    static createInterface(): ThingInterface;
}
export {};
`;

describe("factories without bytecode", () => {
  it("connect and read as before, and hold no code", () => {
    const code = withoutBytecode("Thing__factory.js", CODE);
    expect(code).not.to.include("0x6080").and.not.to.include("ContractFactory");
    expect(code).to.include('"name": "f"').and.include("return new Contract(address, _abi, runner);");
    const types = withoutBytecode("Thing__factory.d.ts", TYPES);
    expect(types).not.to.include("0x6080").and.not.to.include("ContractFactory");
    expect(types).to.include('readonly name: "f"').and.include("createInterface(): ThingInterface;");
  });

  it("are the same where a constructor takes a struct", () => {
    const types = TYPES.replace("ThingInterface }", "ThingInterface, TermsStruct }");
    expect(withoutBytecode("Thing__factory.d.ts", types)).to.include("connect(address: string").and.not.include("0x6080");
  });

  it("those of interfaces stay as they are", () => {
    const text = "export class IThing__factory {\n}\n";
    expect(withoutBytecode("IThing__factory.js", text)).to.equal(text);
  });

  it("of another form than today's are an error, not a guess", () => {
    const text = CODE.replace("const _abi = [", "const _abi = fetched([");
    expect(() => withoutBytecode("Thing__factory.js", text)).to.throw("Thing__factory.js is not of the form");
  });
});
