CREATE TABLE "history_archives" (
	"book" text NOT NULL,
	"from_block" bigint NOT NULL,
	"to_block" bigint NOT NULL,
	"place" text NOT NULL,
	"manifest" text NOT NULL,
	"archived_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "history_archives_book_from_block_pk" PRIMARY KEY("book","from_block")
);
--> statement-breakpoint
-- Each table with blocks becomes partitioned by block under its own name, and what it was its first partition: no row is moved or read.
DO $$
DECLARE
  tables text[] := array['history_blocks', 'history_orders', 'history_fills', 'history_offsets', 'history_bounds', 'history_allocations',
    'history_markets', 'history_weights', 'history_records', 'history_accounts', 'history_checkpoints'];
  one text;
  part text;
  key text;
  keyname text;
  keydef text;
  names text[];
  defs text[];
BEGIN
  FOREACH one IN ARRAY tables LOOP
    part := one || '_0';
    key := CASE one WHEN 'history_blocks' THEN 'number' ELSE 'block_number' END;
    SELECT conname, pg_get_constraintdef(oid) INTO keyname, keydef FROM pg_constraint WHERE conrelid = one::regclass AND contype = 'p';
    names := array(SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = one::regclass);
    defs := array(SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = one::regclass AND NOT indisprimary);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', one, part);
    FOR at IN 1 .. array_length(names, 1) LOOP
      EXECUTE format('ALTER INDEX %I RENAME TO %I', names[at], names[at] || '_0');
    END LOOP;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) PARTITION BY RANGE (%I)', one, part, key);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', one, keyname, keydef);
    FOR at IN 1 .. coalesce(array_length(defs, 1), 0) LOOP
      EXECUTE defs[at];
    END LOOP;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (MAXVALUE)', one, part);
  END LOOP;
END
$$;
