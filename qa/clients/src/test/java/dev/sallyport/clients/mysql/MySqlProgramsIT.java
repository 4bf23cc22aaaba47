package dev.sallyport.clients.mysql;

import dev.sallyport.sandbox.mysql.Distribution;

/** MySQL 8.0. */
class MySqlProgramsIT extends MySqlPrograms {

    MySqlProgramsIT() {
        super(Distribution.MYSQL);
    }
}
