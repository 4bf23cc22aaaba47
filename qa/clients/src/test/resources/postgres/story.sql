-- What a person does in psql. Nothing in it may depend on time, ports or process ids.
DROP TABLE IF EXISTS item;
\set ON_ERROR_STOP 0
\set VERBOSITY verbose
\set SHOW_CONTEXT never
CREATE TABLE item (id int PRIMARY KEY, name text, price numeric(10,2));
INSERT INTO item SELECT i, 'item ' || i, i * 1.5 FROM generate_series(1, 1000) i;
SELECT count(*), sum(price) FROM item;
SELECT id AS number, name FROM item WHERE id < 3 \gdesc
SELECT name FROM item WHERE id = 7 \gset
\echo :name
SELECT 'SELECT ' || i FROM generate_series(1, 3) i \gexec
SELECT 1 AS one \; SELECT 2 AS two \; SELECT 1 / 0;
SELECT 1 AS one \; SELECT 2 AS two;
BEGIN;
INSERT INTO item VALUES (1, 'twice', 0);
SELECT 'in a failed transaction';
ROLLBACK;
BEGIN;
SAVEPOINT here;
SELECT no_such_column FROM item;
ROLLBACK TO here;
SELECT 'goes on';
COMMIT;
SELECT * FROM no_such_table;
SELEKT;
DO $$ BEGIN RAISE NOTICE 'a notice, %', 'with "quotes"'; RAISE WARNING 'a warning'; END $$;
\copy (SELECT * FROM item WHERE id <= 3) TO STDOUT WITH CSV HEADER
\copy item FROM STDIN WITH CSV
2001,copied,1.00
2002,"with, comma",2.00
\.
\copy item FROM STDIN WITH CSV
2003,good,1.00
not a number,bad,2.00
\.
COPY (SELECT id FROM item ORDER BY id LIMIT 3) TO STDOUT;
COPY item FROM STDIN;
3001	in text	\N
\.
SELECT * FROM item WHERE id > 1000 ORDER BY id;
BEGIN;
DECLARE walk CURSOR FOR SELECT id FROM item ORDER BY id;
FETCH 2 FROM walk;
MOVE 10 IN walk;
FETCH 2 FROM walk;
CLOSE walk;
COMMIT;
PREPARE by_id (int) AS SELECT name FROM item WHERE id = $1;
EXECUTE by_id(4);
EXECUTE by_id(5);
DEALLOCATE by_id;
EXECUTE by_id(6);
PREPARE once AS SELECT 'gone with the rest';
DISCARD ALL;
EXECUTE once;
LISTEN news;
NOTIFY news;
\o /dev/null
SELECT 1 AS after_notify;
\o
UNLISTEN *;
SET client_encoding = 'LATIN1';
SELECT convert_from('\xc3a4'::bytea, 'UTF8') = chr(228) AS umlaut;
SET client_encoding = 'UTF8';
SELECT 'ä€😀' AS text, length('ä€😀');
SELECT repeat('x', 100000) = repeat('x', 100000) AS long_value;
SELECT count(*) FROM (SELECT generate_series(1, 200000)) n;
\set FETCH_COUNT 7
SELECT id FROM item ORDER BY id LIMIT 20;
\unset FETCH_COUNT
\d item
EXPLAIN (COSTS OFF) SELECT * FROM item WHERE id = 1;
;
SET application_name = 'other';
DROP TABLE item;
