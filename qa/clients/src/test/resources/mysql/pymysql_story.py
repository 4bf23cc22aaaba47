import os

import pymysql

connection = pymysql.connect(
    host=os.environ["HOST"],
    port=int(os.environ["PORT"]),
    user=os.environ["USER_NAME"],
    password=os.environ["MYSQL_PWD"],
    database=os.environ["DATABASE"],
    ssl={"ca": os.environ["AUTHORITY"]},
    local_infile=True,
)
print(connection.get_server_info())
cursor = connection.cursor()
cursor.execute("DROP TABLE IF EXISTS item")
cursor.execute("CREATE TABLE item (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50), data longblob)")
cursor.executemany("INSERT INTO item (name) VALUES (%s)", [("größe",), ("日本",), (None,)])
connection.commit()
cursor.execute("SELECT id, name FROM item ORDER BY id")
print(cursor.fetchall())
try:
    cursor.execute("SELECT nothing FROM item")
except pymysql.MySQLError as error:
    print(error.args)
streamed = pymysql.cursors.SSCursor(connection)
streamed.execute("SELECT a.id FROM item a, item b, item c ORDER BY a.id")
print(len(streamed.fetchall()))
streamed.close()
cursor.execute("INSERT INTO item (name, data) VALUES ('big', REPEAT('y', %s))", (17 * 1024 * 1024,))
cursor.execute("SELECT data FROM item WHERE name = 'big'")
print(len(cursor.fetchone()[0]))
load = "LOAD DATA LOCAL INFILE %s INTO TABLE item CHARACTER SET utf8mb4 FIELDS TERMINATED BY ';' (name)"
print(cursor.execute(load, ("src/test/resources/mysql/items.csv",)))
try:
    cursor.execute(load, ("/nonexistent",))
except pymysql.MySQLError as error:
    print(error.args)
connection.ping()
connection.select_db(os.environ["DATABASE"])
connection.rollback()
connection.close()
