package dev.sallyport.pgwire.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.pgwire.PgWireException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScramTest {

    // RFC 7677, section 3: user "user", password "pencil"; PostgreSQL's clients leave the user name empty.
    private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";

    private static ScramVerifier verifier(String password) {
        byte[] salted =
                Sha256.pbkdf2(password.toCharArray(), Base64.getDecoder().decode(SALT), 4096);
        byte[] storedKey = Sha256.hash(Sha256.hmac(salted, "Client Key"));
        Base64.Encoder base64 = Base64.getEncoder();
        return ScramVerifier.parse("SCRAM-SHA-256$4096:" + SALT + "$" + base64.encodeToString(storedKey) + ":"
                + base64.encodeToString(Sha256.hmac(salted, "Server Key")));
    }

    @Test
    void acceptsTheExampleOfTheRfc() {
        ScramServer server = new ScramServer(verifier("pencil"), Optional.empty(), "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

        String first = server.first("SCRAM-SHA-256", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        Optional<String> last = server.last("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

        assertThat(first).isEqualTo("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=" + SALT + ",i=4096");
        assertThat(last).contains("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void bothSidesAgreeWithAndWithoutBinding() {
        for (Optional<byte[]> binding : List.of(Optional.<byte[]>empty(), Optional.of(new byte[] {1, 2, 3}))) {
            ScramServer server = new ScramServer(verifier("pencil"), binding);
            ScramClient client = new ScramClient(server.mechanisms(), binding);
            String serverFirst = server.first(client.mechanism(), client.first());
            Optional<String> serverFinal = server.last(client.last(serverFirst, of("pencil")));

            assertThat(client.mechanism()).isEqualTo(server.mechanisms().getFirst());
            client.verify(serverFinal.orElseThrow());
        }
    }

    @Test
    void refusesAWrongPasswordAndAMock() {
        for (ScramVerifier verifier : List.of(verifier("pencil"), new MockVerifiers().of("nobody"))) {
            ScramServer server = new ScramServer(verifier, Optional.empty());
            ScramClient client = new ScramClient(server.mechanisms(), Optional.empty());
            String serverFirst = server.first(client.mechanism(), client.first());
            assertThat(server.last(client.last(serverFirst, of("pen")))).isEmpty();
        }
    }

    @Test
    void givesAnUnknownLoginTheSameSaltEachTime() {
        MockVerifiers mocks = new MockVerifiers();
        assertThat(mocks.of("a").salt())
                .isEqualTo(mocks.of("a").salt())
                .isNotEqualTo(mocks.of("b").salt());
    }

    @Test
    void refusesAServerThatDoesNotKnowThePassword() {
        ScramServer server = new ScramServer(verifier("pencil"), Optional.empty());
        ScramClient client = new ScramClient(server.mechanisms(), Optional.empty());
        client.last(server.first(client.mechanism(), client.first()), of("pencil"));
        assertThatThrownBy(() -> client.verify("v=" + SALT)).isInstanceOf(PgWireException.class);
        assertThatThrownBy(() -> client.verify("e=other-error")).isInstanceOf(PgWireException.class);
    }

    @Test
    void refusesADowngradeOfTheBinding() {
        ScramServer server = new ScramServer(verifier("pencil"), Optional.of(new byte[] {1}));
        assertThatThrownBy(() -> server.first("SCRAM-SHA-256", "y,,n=,r=abc"))
                .hasMessageContaining("channel binding negotiation");
    }

    @Test
    void refusesTooManyIterations() {
        ScramClient client = new ScramClient(List.of("SCRAM-SHA-256"), Optional.empty(), "abc");
        assertThatThrownBy(() -> client.last("r=abcdef,s=" + SALT + ",i=1000001", of("x")))
                .hasMessageContaining("1000001 iterations");
    }

    @Test
    void answersMd5AsPostgresDoes() {
        // SELECT 'md5' || md5(md5('secret' || 'alice') || E'\x01\x02\x03\x04')
        assertThat(Md5Password.answer("alice", "secret", new byte[] {1, 2, 3, 4}))
                .startsWith("md5")
                .hasSize(35);
    }

    @Test
    void showsNothingOfAVerifier() {
        assertThat(verifier("pencil").toString()).isEqualTo("ScramVerifier[***]");
        assertThatThrownBy(() -> ScramVerifier.parse("SCRAM-SHA-256$canary")).hasMessageNotContaining("canary");
    }

    private static ScramClient.Salting of(String password) {
        return (salt, iterations) -> ScramClient.salted(password, salt, iterations);
    }
}
