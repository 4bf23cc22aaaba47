"""asyncpg: its own implementation of the protocol, binary, pipelined, prepared."""
import asyncio, os, ssl, datetime, decimal, uuid
import asyncpg

async def connect():
    context = ssl.create_default_context(cafile=os.environ["PGSSLROOTCERT"])
    return await asyncpg.connect(host=os.environ["PGHOST"], port=int(os.environ["PGPORT"]), user=os.environ["PGUSER"],
                                 password=os.environ["PGPASSWORD"], database=os.environ["PGDATABASE"], ssl=context)

async def main():
    c = await connect()
    await c.execute("CREATE TABLE ay (id int PRIMARY KEY, t text, n numeric, d timestamptz, u uuid, a int[], b bytea, j jsonb)")
    await c.execute("INSERT INTO ay VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", 1, "ä", decimal.Decimal("1.50"),
                    datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc), uuid.UUID(int=7), [1, 2, None], b"\0\1", '{"a": 1}')
    print([tuple(r) for r in await c.fetch("SELECT * FROM ay")])
    await c.executemany("INSERT INTO ay (id, t) VALUES ($1, $2)", [(i, f"n{i}") for i in range(2, 500)])
    prepared = await c.prepare("SELECT t FROM ay WHERE id = $1")
    print([await prepared.fetchval(i) for i in (3, 4, 5)], prepared.get_parameters()[0].name)
    async with c.transaction():
        total = 0
        async for row in c.cursor("SELECT id FROM ay ORDER BY id", prefetch=13):
            total += row["id"]
        print(total)
    for statement in ("SELECT 1/0", "SELECT * FROM nowhere", "selekt", "INSERT INTO ay (id) VALUES (1)"):
        try:
            await c.fetch(statement)
        except asyncpg.PostgresError as error:
            print(type(error).__name__, error.sqlstate)
    try:
        async with c.transaction():
            await c.execute("INSERT INTO ay (id) VALUES (9999)")
            raise ValueError("rolled back")
    except ValueError:
        pass
    print(await c.fetchval("SELECT count(*) FROM ay"))
    print(await c.copy_records_to_table("ay", records=[(10000 + i, "c") for i in range(5000)], columns=["id", "t"]))
    print(await c.copy_from_query("SELECT id FROM ay WHERE id < $1", 100, output=os.devnull))
    got = asyncio.get_running_loop().create_future()
    await c.add_listener("ay_news", lambda *args: got.done() or got.set_result(args[2:]))
    await c.execute("NOTIFY ay_news, 'payload'")
    print(await asyncio.wait_for(got, 30))
    await c.remove_listener("ay_news", lambda *args: None)
    try:
        await c.fetch("SELECT pg_sleep(60)", timeout=0.5)
    except asyncio.TimeoutError:
        print("timed out and cancelled")
    print(await c.fetchval("SELECT 'usable'"))
    await c.execute("DROP TABLE ay")
    await c.close()

asyncio.run(main())
