CREATE TABLE "package_archives" (
	"from_seq" bigint PRIMARY KEY NOT NULL,
	"to_seq" bigint NOT NULL,
	"packages" bigint NOT NULL,
	"place" text NOT NULL,
	"manifest" text NOT NULL,
	"archived_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
-- Packages become partitioned by number under their own name, and what they were their first partition: no row is moved. A unique index
-- over all partitions would need the number in it; so a trigger sees to it that none is stored twice, and relays of before, whose statements
-- are as they were, store none twice either.
DO $$
DECLARE
  one text;
  defs text[];
BEGIN
  DROP INDEX packages_link;
  defs := array(SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'packages'::regclass AND NOT indisprimary);
  ALTER TABLE packages RENAME TO packages_0;
  FOREACH one IN ARRAY array(SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = 'packages_0'::regclass) LOOP
    EXECUTE format('ALTER INDEX %I RENAME TO %I', one, one || '_0');
  END LOOP;
  CREATE TABLE packages (LIKE packages_0 INCLUDING DEFAULTS) PARTITION BY RANGE (seq);
  ALTER SEQUENCE packages_seq_seq OWNED BY packages.seq;
  ALTER TABLE packages ADD CONSTRAINT packages_pkey PRIMARY KEY (seq);
  FOREACH one IN ARRAY defs LOOP
    EXECUTE one;
  END LOOP;
  ALTER TABLE packages ATTACH PARTITION packages_0 FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
END
$$;
--> statement-breakpoint
CREATE INDEX "packages_link" ON "packages" USING hash ("link");
--> statement-breakpoint
-- Each question in here sees what was committed before it is asked: nobody else stores meanwhile, so a package is found wherever it lies.
-- Its plan is made once, when a partition may be empty, and is then kept: so it is asked so that no other index than that of links serves.
CREATE FUNCTION packages_once() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(6182160); -- as whoever stores packages takes it
  IF EXISTS (SELECT FROM packages WHERE link = NEW.link AND book || '' = NEW.book) THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER packages_once BEFORE INSERT ON packages FOR EACH ROW EXECUTE FUNCTION packages_once();
