package dev.sallyport.clients.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.rig.Endpoint;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lab itself: both ways lead to the same database, and both records of a run agree. */
class FixtureIT {

    @TempDir
    static Path folder;

    @Test
    void bothWaysLeadToTheSameDatabaseAndBothRecordsAgree() throws Exception {
        try (PostgresLab lab = new PostgresLab(folder)) {
            Endpoint direct = lab.direct("orders", "shop");
            Endpoint proxied = lab.proxied(direct);
            assertThat(answer(direct)).isEqualTo("orders shop");
            long mark = lab.log().mark();

            assertThat(answer(proxied)).isEqualTo("orders shop");

            assertThat(lab.proxy().trail(proxied.grantId()).sql())
                    .contains("SELECT current_database() || ' ' || current_user")
                    .containsExactlyElementsOf(lab.log().statements(mark, "shop"));
        }
    }

    private static String answer(Endpoint endpoint) throws SQLException {
        try (Connection connection = PostgresLab.connect(endpoint);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT current_database() || ' ' || current_user")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
