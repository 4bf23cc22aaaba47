package dev.sallyport.pgwire.auth;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sallyport.pgwire.PgWireException;
import java.util.Optional;

class ScramFuzzTest {

    @FuzzTest
    void letsNobodyInWhoHasNoPassword(FuzzedDataProvider data) {
        ScramServer server = new ScramServer(new MockVerifiers().of("login"), Optional.empty());
        try {
            server.first(data.pickValue(new String[] {"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}), data.consumeString(200));
            if (server.last(data.consumeRemainingAsString()).isPresent()) {
                throw new AssertionError("nobody can have this password");
            }
        } catch (PgWireException refused) {
            // As it should.
        }
    }
}
