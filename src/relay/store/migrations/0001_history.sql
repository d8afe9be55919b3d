CREATE TABLE "history_allocations" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"trader" text NOT NULL,
	"claims" numeric(78, 0)[] NOT NULL,
	CONSTRAINT "history_allocations_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "history_blocks" (
	"book" text NOT NULL,
	"number" bigint NOT NULL,
	"hash" text NOT NULL,
	"timestamp" numeric(78, 0) NOT NULL,
	"head" text NOT NULL,
	CONSTRAINT "history_blocks_book_number_pk" PRIMARY KEY("book","number")
);
--> statement-breakpoint
CREATE TABLE "history_bounds" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"market_root_id" bigint NOT NULL,
	"market_branch_id" integer NOT NULL,
	"log_index" integer NOT NULL,
	"transaction_hash" text NOT NULL,
	"cause" text NOT NULL,
	"lower" numeric(78, 0) NOT NULL,
	"upper" numeric(78, 0) NOT NULL,
	"settled" boolean NOT NULL,
	"description" text NOT NULL,
	CONSTRAINT "history_bounds_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "history_fills" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"market_root_id" bigint NOT NULL,
	"market_branch_id" integer NOT NULL,
	"log_index" integer NOT NULL,
	"transaction_hash" text NOT NULL,
	"maker_root_id" bigint NOT NULL,
	"taker_root_id" bigint NOT NULL,
	"maker" text NOT NULL,
	"taker" text NOT NULL,
	"price" numeric(78, 0) NOT NULL,
	"lots" numeric(78, 0) NOT NULL,
	"taker_buys" boolean NOT NULL,
	CONSTRAINT "history_fills_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "history_markets" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"market_root_id" bigint NOT NULL,
	"market_branch_id" integer NOT NULL,
	"best_bid" numeric(78, 0),
	"best_ask" numeric(78, 0),
	"last_price" numeric(78, 0),
	"volume" numeric(78, 0) NOT NULL,
	"long_lots" numeric(78, 0) NOT NULL,
	"short_lots" numeric(78, 0) NOT NULL,
	"bids" jsonb NOT NULL,
	"asks" jsonb NOT NULL,
	CONSTRAINT "history_markets_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "history_offsets" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"market_root_id" bigint NOT NULL,
	"market_branch_id" integer NOT NULL,
	"log_index" integer NOT NULL,
	"transaction_hash" text NOT NULL,
	"trade_root_id" bigint NOT NULL,
	"trader" text NOT NULL,
	"lots" numeric(78, 0) NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "history_offsets_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "history_orders" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"market_root_id" bigint NOT NULL,
	"market_branch_id" integer NOT NULL,
	"log_index" integer NOT NULL,
	"transaction_hash" text NOT NULL,
	"trade_root_id" bigint NOT NULL,
	"link" text NOT NULL,
	"trader" text NOT NULL,
	"price" numeric(78, 0) NOT NULL,
	"quantity" numeric(78, 0) NOT NULL,
	"nonce" numeric(78, 0) NOT NULL,
	"deadline" numeric(78, 0) NOT NULL,
	"time_in_force" integer NOT NULL,
	CONSTRAINT "history_orders_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "history_tips" (
	"book" text PRIMARY KEY NOT NULL,
	"number" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "history_weights" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"position" integer NOT NULL,
	"doubled_middles" numeric(78, 0)[] NOT NULL,
	CONSTRAINT "history_weights_book_block_number_position_pk" PRIMARY KEY("book","block_number","position")
);
--> statement-breakpoint
CREATE TABLE "stream_events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"book" text NOT NULL,
	"stream" text NOT NULL,
	"seq" bigint NOT NULL,
	"block_number" bigint NOT NULL,
	"payload" jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "history_allocations_trader" ON "history_allocations" USING btree ("book","trader","block_number");--> statement-breakpoint
CREATE INDEX "history_fills_maker_root" ON "history_fills" USING btree ("book","maker_root_id");--> statement-breakpoint
CREATE INDEX "history_fills_taker_root" ON "history_fills" USING btree ("book","taker_root_id");--> statement-breakpoint
CREATE INDEX "history_fills_maker" ON "history_fills" USING btree ("book","maker","block_number");--> statement-breakpoint
CREATE INDEX "history_fills_taker" ON "history_fills" USING btree ("book","taker","block_number");--> statement-breakpoint
CREATE INDEX "history_fills_market" ON "history_fills" USING btree ("book","market_root_id","market_branch_id","block_number");--> statement-breakpoint
CREATE INDEX "history_markets_market" ON "history_markets" USING btree ("book","market_root_id","market_branch_id","block_number");--> statement-breakpoint
CREATE INDEX "history_offsets_root" ON "history_offsets" USING btree ("book","trade_root_id");--> statement-breakpoint
CREATE INDEX "history_orders_root" ON "history_orders" USING btree ("book","trade_root_id");--> statement-breakpoint
CREATE INDEX "history_orders_trader" ON "history_orders" USING btree ("book","trader","block_number");--> statement-breakpoint
CREATE UNIQUE INDEX "stream_events_seq" ON "stream_events" USING btree ("book","stream","seq");--> statement-breakpoint
CREATE INDEX "stream_events_block" ON "stream_events" USING btree ("book","block_number");