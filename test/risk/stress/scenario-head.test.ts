import { createHash } from "node:crypto";

import { expect } from "chai";
import { id } from "ethers";

import { identityOf, splitHead } from "../../../src/risk/stress/scenario-head.js";
import { expectCliError } from "../../cli/support.js";

describe("the head of a scenario file", function () {
  it("stands in lines before the header, and leaves the table's lines where they were", function () {
    const content =
      "# objective: a run on gold: what then\n# made by hand\n\n#author:  A. Desk \n# date: 2026-11-30\nscenario,AU\nrun,-40%\n";
    const { head, table } = splitHead("f", content);
    expect(head).to.deep.equal({ objective: "a run on gold: what then", author: "A. Desk", date: "2026-11-30" });
    expect(table.split("\n")).to.deep.equal(["", "", "", "", "", "scenario,AU", "run,-40%", ""]);
  });

  it("is read with a mark of byte order and line ends of any system", function () {
    const { head, table } = splitHead("f", "\uFEFF# author: me\r\nscenario,AU\r\nrun,1%\r\n");
    expect(head).to.deep.equal({ author: "me" });
    expect(table).to.equal("\nscenario,AU\nrun,1%\n");
  });

  it("is an object around the list in JSON", function () {
    const rows = [{ scenario: "run", AU: "-40%" }];
    const { head, table } = splitHead("f", `\uFEFF${JSON.stringify({ objective: "why", scenarios: rows })}`);
    expect(head).to.deep.equal({ objective: "why" });
    expect(JSON.parse(table)).to.deep.equal(rows);
  });

  it("need not be there", function () {
    expect(splitHead("f", "scenario,AU\n")).to.deep.equal({ head: {}, table: "scenario,AU\n" });
    expect(splitHead("f", '[{"scenario":"a"}]')).to.deep.equal({ head: {}, table: '[{"scenario":"a"}]' });
    expect(splitHead("f", "")).to.deep.equal({ head: {}, table: "" });
    expect(splitHead("f", "# author: me\n")).to.deep.equal({ head: { author: "me" }, table: "\n" });
  });

  it("does not go on in the table", function () {
    const { head, table } = splitHead("f", "scenario,AU\n# author: me,1%\n");
    expect(head).to.deep.equal({});
    expect(table).to.contain("# author: me,1%");
  });

  it("is refused if something stands there twice, is empty, or is no date", function () {
    const refused = (content: string): unknown =>
      expectCliError(() => splitHead("f", content), "FILE_INVALID", { file: "f" }).values["problems"];
    expect(refused("# author: a\n# author: b\nscenario,AU\n")).to.deep.equal(["line 2: author stands there twice"]);
    expect(refused("# author:\nscenario,AU\n")).to.deep.equal(["line 1: author has 1 to 500 signs"]);
    expect(refused("# date: yesterday\nscenario,AU\n")).to.deep.equal(["date: yesterday is none, such as 2026-11-30"]);
    refused('{"scenarios": 5}');
    refused('{"scenarios": [], "whoever": "me"}');
    refused('{"scenarios": [');
  });

  it("is named by hashes that others come to: sha256sum, and that of a market's description", function () {
    const bytes = new TextEncoder().encode("scenario,AU\nrun,-40%\n");
    const found = identityOf("f.csv", bytes);
    expect(found.file).to.equal("f.csv");
    expect(found.sha256).to.equal(createHash("sha256").update(bytes).digest("hex"));
    expect(found.keccak256).to.equal(id("scenario,AU\nrun,-40%\n"));
  });
});
