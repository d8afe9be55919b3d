ALTER TABLE "history_fills" ADD COLUMN "via" text DEFAULT 'unknown' NOT NULL;--> statement-breakpoint
ALTER TABLE "history_fills" ALTER COLUMN "via" DROP DEFAULT;
