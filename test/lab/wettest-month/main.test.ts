import { itRunsAsCommand } from "../weather/study.js";

describe("npm run lab wettest-month", () => {
  itRunsAsCommand({
    name: "wettest-month",
    small: ["--year", "2013"],
    firstStep: "2013-01-01",
    branches: 12,
    uncovered: ["--year", "2016"],
  });
});
