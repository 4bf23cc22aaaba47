// mysql2: its own implementation of the protocol in JavaScript.
const fs = require('fs');
const mysql = require('mysql2');
const settings = {
  host: process.env.HOST, port: +process.env.PORT, user: process.env.USER_NAME, password: process.env.MYSQL_PWD,
  database: process.env.DATABASE, ssl: { ca: fs.readFileSync(process.env.AUTHORITY) }, timezone: 'Z',
};
const show = (what, value) => console.log(what, JSON.stringify(value));
const refused = e => console.log('refused', e.code, e.errno, e.sqlState, e.sqlMessage);
// MariaDB says in its extended metadata that a text is JSON; the proxy does not offer these.
const parsed = rows => rows.map(r => ({ ...r, doc: typeof r.doc === 'string' ? JSON.parse(r.doc) : r.doc }));
async function main() {
  const raw = mysql.createConnection({ ...settings, multipleStatements: true, supportBigNumbers: true });
  const c = raw.promise();
  await c.query('DROP TABLE IF EXISTS item');
  await c.query('CREATE TABLE item (id bigint PRIMARY KEY AUTO_INCREMENT, name varchar(50), price decimal(10,2), made datetime(3), data blob, doc json) CHARSET utf8mb4');
  const [added] = await c.query('INSERT INTO item (name, price) VALUES ?', [[['größe', 1.5], ['日本', null], ['—', 3]]]);
  show('added', [added.affectedRows, added.insertId, added.info]);
  const insert = 'INSERT INTO item (name, price, made, data, doc) VALUES (?, ?, ?, ?, ?)';
  for (let i = 0; i < 50; i++) {
    await c.execute(insert, ['n' + i, i / 4, new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), Buffer.from([0, i, 255]), JSON.stringify({ i })]);
  }
  const [rows, fields] = await c.execute('SELECT * FROM item WHERE id IN (?, ?) ORDER BY id', [2, 4]);
  show('rows', parsed(rows));
  show('fields', fields.map(f => [f.name, f.columnType, f.flags]));
  show('text', parsed((await c.query('SELECT * FROM item WHERE id < 5 ORDER BY id'))[0]));
  show('large', (await c.execute('SELECT 18446744073709551615 AS u, -9223372036854775808 AS s, 1/3 AS d, 1e300 AS f'))[0]);
  show('several', (await c.query('SELECT 1 AS a; UPDATE item SET price = 9 WHERE id = 1; SELECT 2 AS b'))[0]
    .map(r => (Array.isArray(r) ? r : r.affectedRows)));
  for (const sql of ['SELECT nothing FROM item', 'selekt', 'INSERT INTO item (id) VALUES (1)']) {
    await c.query(sql).catch(refused);
    await c.execute(sql).catch(refused);
  }
  await c.beginTransaction();
  await c.execute('DELETE FROM item WHERE id > ?', [2]);
  await c.rollback();
  await c.beginTransaction();
  await c.execute('DELETE FROM item WHERE id = ?', [3]);
  await c.commit();
  show('count', (await c.query('SELECT COUNT(*) AS n FROM item'))[0]);
  const prepared = await c.prepare('SELECT name FROM item WHERE id = ?');
  for (const id of [1, 2, 1000]) show('prepared', (await prepared.execute([id]))[0]);
  await prepared.close();
  raw.unprepare('SELECT COUNT(*) AS n FROM item');
  let streamed = 0;
  for await (const row of raw.query('SELECT a.id FROM item a, item b').stream()) streamed += row.id > 0 ? 1 : 0;
  show('streamed', streamed);
  await c.ping();
  await c.query('USE ' + process.env.DATABASE);
  show('long', (await c.execute('SELECT CHAR_LENGTH(?) AS n', ['y'.repeat(200000)]))[0]);
  show('null', (await c.execute('SELECT ? AS a, ? AS b', [null, '']))[0]);
  await c.query({ sql: 'SELECT SLEEP(20)', timeout: 300 }).catch(e => console.log('timeout', e.code));
  raw.destroy();
  const pool = mysql.createPool({ ...settings, connectionLimit: 4 }).promise();
  const sums = await Promise.all([...Array(40).keys()].map(i => pool.execute('SELECT ? * 2 AS n', [i])));
  show('pool', sums.reduce((a, [r]) => a + Number(r[0].n), 0));
  await pool.query('DROP TABLE item');
  await pool.end();
}
main().catch(e => { console.error(e); process.exit(1); });
