CREATE TABLE "cancellations" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"book" text NOT NULL,
	"hash" text NOT NULL,
	"trader" text NOT NULL,
	"from_trade_root_id" bigint NOT NULL,
	"to_trade_root_id" bigint NOT NULL,
	"nonce_floor" numeric(78, 0) NOT NULL,
	"deadline" numeric(78, 0) NOT NULL,
	"signature" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"block_number" bigint,
	"block_hash" text,
	"refusal" jsonb,
	"final" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "switches" (
	"book" text NOT NULL,
	"hash" text NOT NULL,
	"trader" text NOT NULL,
	"from_trade_root_id" bigint NOT NULL,
	"to_trade_root_id" bigint NOT NULL,
	"nonce_floor" numeric(78, 0) NOT NULL,
	"deadline" numeric(78, 0) NOT NULL,
	"signature" text NOT NULL,
	"token_hash" text NOT NULL,
	"interval_ms" bigint NOT NULL,
	"fires_at" timestamp with time zone NOT NULL,
	"status" text DEFAULT 'armed' NOT NULL,
	CONSTRAINT "switches_book_hash_pk" PRIMARY KEY("book","hash")
);
--> statement-breakpoint
ALTER TABLE "packages" ADD COLUMN "replaces" text;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "cancellations" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "cancellations_hash" ON "cancellations" USING btree ("book","hash");--> statement-breakpoint
CREATE INDEX "cancellations_live" ON "cancellations" USING btree ("book","seq") WHERE not "cancellations"."final";--> statement-breakpoint
CREATE INDEX "switches_armed" ON "switches" USING btree ("book","fires_at") WHERE "switches"."status" = 'armed';