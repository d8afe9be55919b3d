/** `npm run page:build`: the page as static files, in `dist/page`, with the hash of each in `files.sha256`. */
import { buildPage } from "../stage/page.js";

console.log(`The page is in ${await buildPage("production")}.`);
