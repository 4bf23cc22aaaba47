"""psycopg2 (libpq): text protocol, server-side cursors, COPY, two-phase commit, notifications, cancel."""
import io, threading, psycopg2, psycopg2.extras, psycopg2.errors
from psycopg2 import sql

connection = psycopg2.connect("")
cursor = connection.cursor()
cursor.execute("CREATE TABLE IF NOT EXISTS py (id serial PRIMARY KEY, name text, data jsonb, raw bytea, at timestamptz)")
cursor.execute("INSERT INTO py (name, data, raw, at) VALUES (%s, %s, %s, %s) RETURNING id",
               ("it's", psycopg2.extras.Json({"a": [1, None, "ä"]}), psycopg2.Binary(bytes(range(256))), "2026-01-02T03:04:05Z"))
print(cursor.fetchone())
cursor.execute("SELECT name, data, octet_length(raw), at FROM py")
print(cursor.fetchall())
connection.commit()
psycopg2.extras.execute_values(cursor, "INSERT INTO py (name) VALUES %s", [(f"n{i}",) for i in range(500)])
print(cursor.statusmessage)
psycopg2.extras.execute_batch(cursor, "UPDATE py SET name = %s WHERE id = %s", [("u", i) for i in range(1, 50)])
connection.commit()
named = connection.cursor("walk")
named.itersize = 17
named.execute("SELECT id FROM py ORDER BY id")
print(sum(row[0] for row in named))
named.close()
connection.commit()
for statement in ("SELECT 1/0", "SELECT * FROM nowhere", "INSERT INTO py (id) VALUES (1)", "selekt"):
    try:
        cursor.execute(statement)
    except psycopg2.Error as error:
        print(type(error).__name__, error.pgcode, error.diag.message_primary)
        connection.rollback()
out = io.StringIO()
cursor.copy_expert("COPY (SELECT id, name FROM py ORDER BY id LIMIT 5) TO STDOUT", out)
print(out.getvalue())
cursor.copy_expert("COPY py (name) FROM STDIN", io.StringIO("".join(f"copied {i}\n" for i in range(20000))))
print(cursor.rowcount)
try:
    cursor.copy_expert("COPY py (id) FROM STDIN", io.StringIO("1\nx\n"))
except psycopg2.Error as error:
    print(error.pgcode)
    connection.rollback()
connection.commit()
cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("py")))
print(cursor.fetchone())
connection.rollback()
connection.tpc_begin(connection.xid(1, "gtrid", "bqual"))
cursor.execute("INSERT INTO py (name) VALUES ('two-phase')")
connection.tpc_prepare()
connection.tpc_commit()
connection.autocommit = True
cursor.execute("DO $$ BEGIN RAISE NOTICE 'noticed'; END $$")
print(connection.notices[-1].strip())
cursor.execute("LISTEN py_news")
cursor.execute("NOTIFY py_news, 'payload'")
connection.poll()
print([(n.channel, n.payload) for n in connection.notifies])
timer = threading.Timer(0.5, connection.cancel)
timer.start()
try:
    cursor.execute("SELECT pg_sleep(60)")
except psycopg2.errors.QueryCanceled as error:
    print("cancelled", error.pgcode)
cursor.execute("SELECT 'usable'")
print(cursor.fetchone())
cursor.execute("SET client_encoding TO 'LATIN1'")
cursor.execute("SELECT 'ä'")
print(cursor.fetchone(), connection.encoding)
cursor.execute("DROP TABLE py")
connection.close()
