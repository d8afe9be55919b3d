CREATE TABLE "log_parts" (
	"book" text NOT NULL,
	"part" integer NOT NULL,
	"lines" text NOT NULL,
	CONSTRAINT "log_parts_book_part_pk" PRIMARY KEY("book","part")
);
--> statement-breakpoint
CREATE TABLE "log_tips" (
	"book" text PRIMARY KEY NOT NULL,
	"header" text NOT NULL,
	"number" bigint NOT NULL,
	"hash" text NOT NULL,
	"timestamp" bigint NOT NULL,
	"edition" text NOT NULL,
	"parts" integer NOT NULL,
	"records" bigint NOT NULL
);
