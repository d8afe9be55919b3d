ALTER TABLE "packages" ADD COLUMN "withdrawal_signature" text;--> statement-breakpoint
ALTER TABLE "packages" ADD COLUMN "withdrawn_by" text;--> statement-breakpoint
ALTER TABLE "packages" ADD COLUMN "withdrawn_at" timestamp with time zone;