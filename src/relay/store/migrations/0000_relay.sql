CREATE TABLE "leases" (
	"book" text NOT NULL,
	"holder" text NOT NULL,
	"epoch" bigint NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "leases_book_pk" PRIMARY KEY("book")
);
--> statement-breakpoint
CREATE TABLE "packages" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"book" text NOT NULL,
	"link" text NOT NULL,
	"trader" text NOT NULL,
	"market_root_id" bigint NOT NULL,
	"market_branch_id" integer NOT NULL,
	"price" numeric(78, 0) NOT NULL,
	"quantity" numeric(78, 0) NOT NULL,
	"previous_link" text NOT NULL,
	"nonce" numeric(78, 0) NOT NULL,
	"deadline" numeric(78, 0) NOT NULL,
	"time_in_force" smallint NOT NULL,
	"signature" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"submission_id" bigint,
	"trade_root_id" bigint,
	"block_number" bigint,
	"block_hash" text,
	"refusal" jsonb,
	"final" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "submissions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"book" text NOT NULL,
	"account" text NOT NULL,
	"nonce" bigint NOT NULL,
	"kind" text NOT NULL,
	"data" text NOT NULL,
	"gas_limit" numeric(78, 0) NOT NULL,
	"links" jsonb NOT NULL,
	"epoch" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"final" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"hash" text PRIMARY KEY NOT NULL,
	"submission_id" bigint NOT NULL,
	"raw" text NOT NULL,
	"max_fee" numeric(78, 0) NOT NULL,
	"priority_fee" numeric(78, 0) NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "packages_link" ON "packages" USING btree ("book","link");--> statement-breakpoint
CREATE INDEX "packages_live" ON "packages" USING btree ("book","seq") WHERE not "packages"."final";--> statement-breakpoint
CREATE INDEX "submissions_live" ON "submissions" USING btree ("book","nonce") WHERE not "submissions"."final";