package dev.sallyport.clients.mysql;

import dev.sallyport.sandbox.mysql.Distribution;

/** MariaDB 11.4. */
class MariaDbProgramsIT extends MySqlPrograms {

    MariaDbProgramsIT() {
        super(Distribution.MARIADB);
    }
}
