// postgres.js: prepares everything, pipelines, COPY as streams, cursors, cancel.
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { createRequire } from 'node:module';
const require = createRequire(process.env.CLIENT_MODULES + '/x.js');
const postgres = require('postgres');
const sql = postgres({
  host: process.env.PGHOST, port: +process.env.PGPORT, user: process.env.PGUSER, password: process.env.PGPASSWORD,
  database: process.env.PGDATABASE, ssl: { ca: fs.readFileSync(process.env.PGSSLROOTCERT) }, max: 3, fetch_types: false,
  onnotice: n => console.log('notice', n.message),
});
await sql`CREATE TABLE pj (id int PRIMARY KEY, t text, b bytea)`;
await sql`INSERT INTO pj ${sql(Array.from({ length: 300 }, (_, i) => ({ id: i, t: 'n' + i, b: null })))}`;
console.log(await sql`SELECT id, t FROM pj WHERE id < ${3} ORDER BY id`.values());
console.log((await Promise.all(Array.from({ length: 100 }, (_, i) => sql`SELECT ${i}::int AS n`))).reduce((a, r) => a + r[0].n, 0));
let seen = 0;
await sql`SELECT id FROM pj ORDER BY id`.cursor(11, rows => { seen += rows.length; });
console.log(seen);
for (const text of ['SELECT 1/0', 'SELECT * FROM nowhere', 'selekt', 'INSERT INTO pj (id) VALUES (1)']) {
  await sql.unsafe(text).catch(e => console.log(e.code, e.message));
  await sql.unsafe(text, [], { prepare: true }).catch(e => console.log(e.code));
}
await sql.begin(async t => { await t`DELETE FROM pj WHERE id > ${10}`; throw new Error('back'); }).catch(e => console.log(e.message));
console.log((await sql`SELECT count(*) FROM pj`)[0].count);
await pipeline(Readable.from(Array.from({ length: 5000 }, (_, i) => `${1000 + i}\tc\n`)), await sql`COPY pj (id, t) FROM STDIN`.writable());
let bytes = 0;
for await (const chunk of await sql`COPY (SELECT id FROM pj ORDER BY id) TO STDOUT`.readable()) bytes += chunk.length;
console.log(bytes);
const sleeping = sql`SELECT pg_sleep(60)`;
setTimeout(() => sleeping.cancel(), 500);
await sleeping.catch(e => console.log('cancelled', e.code));
console.log((await sql.unsafe('SELECT 1 AS a; SELECT 2 AS b')).map(r => r[0]));
await sql`DROP TABLE pj`;
await sql.end();
