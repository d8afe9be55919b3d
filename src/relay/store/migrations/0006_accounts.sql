CREATE TABLE "gas_accounts" (
	"book" text NOT NULL,
	"trader" text NOT NULL,
	"by_wallet" boolean NOT NULL,
	"level" numeric(78, 0) NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"burned_at" timestamp with time zone,
	"paid" numeric(78, 0) NOT NULL,
	"paid_block" bigint NOT NULL,
	CONSTRAINT "gas_accounts_book_trader_by_wallet_pk" PRIMARY KEY("book","trader","by_wallet")
);
--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "charged" boolean DEFAULT false NOT NULL;