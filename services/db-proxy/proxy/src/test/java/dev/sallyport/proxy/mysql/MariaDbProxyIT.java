package dev.sallyport.proxy.mysql;

import dev.sallyport.sandbox.mysql.Distribution;

/** MariaDB 11.4. */
class MariaDbProxyIT extends MySqlProxyCases {

    MariaDbProxyIT() {
        super(Distribution.MARIADB);
    }
}
