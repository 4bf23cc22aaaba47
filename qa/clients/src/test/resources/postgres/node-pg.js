// node-postgres: simple and extended protocol, its own implementation in JavaScript.
const fs = require('fs');
const { Client, Pool } = require('pg');
const settings = {
  host: process.env.PGHOST, port: +process.env.PGPORT, user: process.env.PGUSER, password: process.env.PGPASSWORD,
  database: process.env.PGDATABASE, ssl: { ca: fs.readFileSync(process.env.PGSSLROOTCERT) },
};
async function main() {
  const c = new Client(settings);
  c.on('notice', n => console.log('notice', n.message));
  await c.connect();
  await c.query('CREATE TABLE np (id int PRIMARY KEY, t text, j jsonb, b bytea)');
  await c.query('INSERT INTO np VALUES ($1, $2, $3, $4)', [1, 'ä', { a: 1 }, Buffer.from([0, 1, 255])]);
  console.log(JSON.stringify((await c.query('SELECT * FROM np')).rows));
  for (let i = 2; i < 200; i++) await c.query({ name: 'add', text: 'INSERT INTO np (id, t) VALUES ($1, $2)', values: [i, 'n' + i] });
  console.log((await c.query('SELECT 1 AS a; SELECT 2 AS b')).map(r => r.rows[0]));
  console.log((await c.query({ text: 'SELECT id FROM np WHERE id < $1 ORDER BY id', values: [4], rowMode: 'array' })).rows);
  for (const sql of ['SELECT 1/0', 'SELECT * FROM nowhere', 'selekt', 'INSERT INTO np (id) VALUES (1)']) {
    await c.query(sql).catch(e => console.log(e.code, e.severity, e.message));
    await c.query(sql, []).catch(e => console.log(e.code));
    await c.query({ text: sql + ' ', queryMode: 'extended' }).catch(e => console.log(e.code));
  }
  await c.query('BEGIN'); await c.query('DELETE FROM np WHERE id > $1', [100]); await c.query('ROLLBACK');
  console.log((await c.query('SELECT count(*) FROM np')).rows);
  await c.query("DO $$ BEGIN RAISE NOTICE 'noticed'; END $$");
  const heard = new Promise(done => c.once('notification', n => done(n.channel + ' ' + n.payload)));
  await c.query('LISTEN np_news'); await c.query("NOTIFY np_news, 'payload'");
  console.log(await heard);
  const pool = new Pool({ ...settings, max: 5 });
  const sums = await Promise.all([...Array(40).keys()].map(i => pool.query('SELECT $1::int * 2 AS n', [i])));
  console.log(sums.reduce((a, r) => a + r.rows[0].n, 0));
  await pool.end();
  await c.query('DROP TABLE np');
  await c.end();
}
main().catch(e => { console.error(e); process.exit(1); });
