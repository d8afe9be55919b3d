CREATE TABLE "books" (
	"key" text PRIMARY KEY NOT NULL,
	"genesis" text,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "history_bounds_market" ON "history_bounds" USING btree ("book","market_root_id","market_branch_id","block_number");--> statement-breakpoint
CREATE INDEX "history_bounds_market_root" ON "history_bounds" USING btree ("book","market_root_id","block_number");--> statement-breakpoint
CREATE INDEX "history_fills_market_root" ON "history_fills" USING btree ("book","market_root_id","block_number");--> statement-breakpoint
CREATE INDEX "history_markets_market_root" ON "history_markets" USING btree ("book","market_root_id","block_number");--> statement-breakpoint
CREATE INDEX "history_offsets_market" ON "history_offsets" USING btree ("book","market_root_id","market_branch_id","block_number");--> statement-breakpoint
CREATE INDEX "history_offsets_market_root" ON "history_offsets" USING btree ("book","market_root_id","block_number");--> statement-breakpoint
CREATE INDEX "history_offsets_trader" ON "history_offsets" USING btree ("book","trader","block_number");--> statement-breakpoint
CREATE INDEX "history_offsets_reason" ON "history_offsets" USING btree ("book","reason","block_number");--> statement-breakpoint
CREATE INDEX "history_orders_market" ON "history_orders" USING btree ("book","market_root_id","market_branch_id","block_number");--> statement-breakpoint
CREATE INDEX "history_orders_market_root" ON "history_orders" USING btree ("book","market_root_id","block_number");