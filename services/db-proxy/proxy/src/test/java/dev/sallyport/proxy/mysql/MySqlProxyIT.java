package dev.sallyport.proxy.mysql;

import dev.sallyport.sandbox.mysql.Distribution;

/** MySQL 8.0. */
class MySqlProxyIT extends MySqlProxyCases {

    MySqlProxyIT() {
        super(Distribution.MYSQL);
    }
}
