CREATE TABLE "snapshots" (
	"book" text NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"shares_marks" boolean NOT NULL,
	"bytes" "bytea" NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "snapshots_book_block_number_pk" PRIMARY KEY("book","block_number")
);
