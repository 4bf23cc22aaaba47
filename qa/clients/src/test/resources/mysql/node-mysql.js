// mysql, the older of the two for Node: text only, callbacks, its own implementation of the protocol.
const fs = require('fs');
const util = require('util');
const mysql = require('mysql');
const settings = {
  host: process.env.HOST, port: +process.env.PORT, user: process.env.USER_NAME, password: process.env.MYSQL_PWD,
  database: process.env.DATABASE, ssl: { ca: fs.readFileSync(process.env.AUTHORITY) }, timezone: 'Z',
};
const show = (what, value) => console.log(what, JSON.stringify(value));
const refused = e => console.log('refused', e.code, e.errno, e.sqlState, e.sqlMessage);
const promised = (on, ...names) => Object.fromEntries(names.map(name => [name, util.promisify(on[name]).bind(on)]));
async function main() {
  const raw = mysql.createConnection({ ...settings, multipleStatements: true, supportBigNumbers: true, bigNumberStrings: true });
  const c = promised(raw, 'connect', 'query', 'ping', 'statistics', 'beginTransaction', 'commit', 'rollback', 'end');
  await c.connect();
  await c.query('DROP TABLE IF EXISTS item');
  await c.query('CREATE TABLE item (id bigint PRIMARY KEY AUTO_INCREMENT, name varchar(50), price decimal(10,2), made datetime(3), data blob) CHARSET utf8mb4');
  const added = await c.query('INSERT INTO item (name, price) VALUES ?', [[['größe', 1.5], ['日本', null], ['—', 3]]]);
  show('added', [added.affectedRows, added.insertId, added.message]);
  const made = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  for (let i = 0; i < 20; i++) {
    await c.query('INSERT INTO item SET ?', { name: 'n' + i, price: i / 4, made, data: Buffer.from([0, i, 39, 255]) });
  }
  show('rows', await c.query('SELECT * FROM item WHERE id IN (?) ORDER BY id', [[2, 4]]));
  const loaded = await c.query("LOAD DATA LOCAL INFILE 'src/test/resources/mysql/items.csv' INTO TABLE item CHARACTER SET utf8mb4 FIELDS TERMINATED BY ';' (name, price)");
  show('loaded', [loaded.affectedRows, loaded.warningCount]);
  await c.query("LOAD DATA LOCAL INFILE '/nonexistent' INTO TABLE item").catch(e => console.log('refused', e.code));
  show('count', await c.query('SELECT COUNT(*) AS n, SUM(price) AS p FROM item'));
  show('large', await c.query('SELECT 18446744073709551615 AS u, -9223372036854775808 AS s, 1/3 AS d, 1e300 AS f'));
  show('several', (await c.query('SELECT 1 AS a; UPDATE item SET price = 9 WHERE id = 1; SELECT 2 AS b'))
    .map(r => (Array.isArray(r) ? r : r.affectedRows)));
  for (const sql of ['SELECT nothing FROM item', 'selekt', 'INSERT INTO item (id) VALUES (1)']) await c.query(sql).catch(refused);
  await c.beginTransaction();
  await c.query('DELETE FROM item WHERE id > ?', [2]);
  await c.rollback();
  await c.beginTransaction();
  await c.query('DELETE FROM item WHERE id = ?', [3]);
  await c.commit();
  const streamed = await new Promise((resolve, reject) => {
    let rows = 0;
    raw.query('SELECT a.id FROM item a, item b').on('error', reject).on('result', row => (rows += row.id > 0 ? 1 : 0)).on('end', () => resolve(rows));
  });
  show('streamed', streamed);
  await c.ping();
  show('statistics', Object.keys(await c.statistics()).length > 0);
  show('long', await c.query('SELECT CHAR_LENGTH(?) AS n', ['y'.repeat(200000)]));
  await c.end();
  const other = mysql.createConnection(settings);
  await promised(other, 'connect').connect();
  await promised(other, 'query').query({ sql: 'SELECT SLEEP(20)', timeout: 300 }).catch(e => console.log('timeout', e.code));
  other.destroy();
  const pool = mysql.createPool({ ...settings, connectionLimit: 4 });
  const query = util.promisify(pool.query).bind(pool);
  const sums = await Promise.all([...Array(40).keys()].map(i => query('SELECT ? * 2 AS n', [i])));
  show('pool', sums.reduce((a, [r]) => a + r.n, 0));
  await query('DROP TABLE item');
  await util.promisify(pool.end).bind(pool)();
}
main().catch(e => { console.error(e); process.exit(1); });
