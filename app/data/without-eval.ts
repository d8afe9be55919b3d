/** To be imported before anything else: zod would try whether it may make functions of text, and the content policy forbids it aloud. */
import * as z from "zod";

z.config({ jitless: true });
