package dev.sallyport.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.Engine;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientAddressTest {

    @Test
    void aPostgresCommandVerifiesTheProxy() {
        ClientAddress address = address(Engine.POSTGRES, "shop");
        assertThat(address.command())
                .isEqualTo("psql \"host=localhost port=7432 user=gra_1 dbname=shop sslmode=verify-full"
                        + " sslrootcert=/etc/ca.pem\"");
        assertThat(address.url())
                .isEqualTo("postgresql://gra_1@localhost:7432/shop?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem");
    }

    @Test
    void aMysqlCommandVerifiesTheProxy() {
        assertThat(address(Engine.MYSQL, "shop").command())
                .isEqualTo("mysql --host=localhost --port=7432 --user=gra_1 --ssl-mode=VERIFY_IDENTITY"
                        + " --ssl-ca=/etc/ca.pem --password --database=shop");
    }

    @Test
    void theNameOfADatabaseCannotLeaveItsQuotes() {
        assertThat(address(Engine.POSTGRES, "a'b $(id)").command())
                .isEqualTo("psql 'host=localhost port=7432 user=gra_1 dbname='\\''a\\'\\''b $(id)'\\''"
                        + " sslmode=verify-full sslrootcert=/etc/ca.pem'");
        assertThat(address(Engine.MYSQL, "a'; id").command()).endsWith("--database='a'\\''; id'");
        assertThat(address(Engine.POSTGRES, "a/b?c d").url()).contains("/a%2Fb%3Fc%20d?");
    }

    private static ClientAddress address(Engine engine, String database) {
        return new ClientAddress(engine, "localhost", 7432, "gra_1", database, Optional.of("/etc/ca.pem"));
    }
}
