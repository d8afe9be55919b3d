import { itRunsAsCommand } from "../weather/study.js";

describe("npm run lab rainfall", () => {
  itRunsAsCommand({
    name: "rainfall",
    small: ["--month", "2014-06", "--every", "20"],
    firstStep: "2014-06-01",
    branches: 32,
    uncovered: ["--month", "2016-01"],
  });
});
