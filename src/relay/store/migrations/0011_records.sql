CREATE TABLE "history_accounts" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"seq" bigint NOT NULL,
	"tx" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"root_id" bigint NOT NULL,
	"branch_id" integer NOT NULL,
	"action" text NOT NULL,
	"trader" bigint NOT NULL,
	"address" text NOT NULL,
	"amounts_wei" numeric(78, 0)[] NOT NULL,
	"cash_wei" numeric(78, 0) NOT NULL,
	"worst_wei" numeric(78, 0) NOT NULL,
	"reserve_wei" numeric(78, 0) NOT NULL,
	"open_orders" integer NOT NULL,
	CONSTRAINT "history_accounts_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "history_checkpoints" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"seq" bigint NOT NULL,
	"tx" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"checkpoint" bigint NOT NULL,
	"mark" bigint NOT NULL,
	"trades" bigint NOT NULL,
	"head" text NOT NULL,
	"link" text NOT NULL,
	CONSTRAINT "history_checkpoints_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "history_records" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"seq" bigint NOT NULL,
	"tx" bigint NOT NULL,
	"log_index" integer NOT NULL,
	"checkpoint" bigint,
	"root_id" bigint NOT NULL,
	"branch_id" integer NOT NULL,
	"action" text NOT NULL,
	"reason" text,
	"order_id" bigint,
	"side" text NOT NULL,
	"price" bigint,
	"lots" bigint,
	"lots_left" bigint,
	"match_id" bigint,
	"tif" integer,
	"deadline" numeric(78, 0),
	"seen_seq" bigint,
	"age_checkpoints" integer,
	"trader" bigint,
	"via" text,
	"link" text,
	"address" text,
	CONSTRAINT "history_records_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
ALTER TABLE "history_blocks" ADD COLUMN "transactions" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "history_accounts_trader" ON "history_accounts" USING btree ("book","address","block_number");--> statement-breakpoint
CREATE INDEX "history_checkpoints_number" ON "history_checkpoints" USING btree ("book","checkpoint");--> statement-breakpoint
CREATE INDEX "history_records_order" ON "history_records" USING btree ("book","order_id","block_number");--> statement-breakpoint
CREATE INDEX "history_records_match" ON "history_records" USING btree ("book","match_id");--> statement-breakpoint
CREATE INDEX "history_records_market" ON "history_records" USING btree ("book","root_id","branch_id","block_number");--> statement-breakpoint
CREATE INDEX "history_records_market_root" ON "history_records" USING btree ("book","root_id","block_number");--> statement-breakpoint
CREATE INDEX "history_records_trader" ON "history_records" USING btree ("book","address","block_number");