package dev.sallyport.cli.ssm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {

    private static final String PORT = "{\"ActionType\": \"SessionType\", \"ActionParameters\":"
            + " {\"SessionType\": \"Port\", \"Properties\": {\"type\": \"LocalPortForwarding\"}}}";

    @Test
    void agreesToForwardAPort() throws MalformedMessage {
        Handshake answer = answer("3.3.551.0", PORT);

        assertThat(answer.refusal()).isEmpty();
        assertThat(text(answer))
                .isEqualTo(
                        "{\"ClientVersion\":\"1.2.650.0\",\"ProcessedClientActions\":["
                                + "{\"ActionType\":\"SessionType\",\"ActionStatus\":1,\"ActionResult\":null,\"Error\":\"\"}],\"Errors\":[]}");
    }

    @ParameterizedTest
    @CsvSource({"3.0.196.0,false", "3.0.197.0,true", "3.10.0.0,true", "2.3.722.0,false", "new,false", "3.1,false"})
    void talksToAgentsThatMultiplex(String version, boolean agreed) throws MalformedMessage {
        assertThat(answer(version, PORT).refusal().isEmpty()).isEqualTo(agreed);
    }

    @ParameterizedTest
    @CsvSource({"3.1.1511.0,true", "3.1.1512.0,false", "3.3.551.0,false"})
    void keepsAliveWhatAnOldAgentWouldEnd(String version, boolean keepAlive) throws MalformedMessage {
        assertThat(answer(version, PORT).keepAlive()).isEqualTo(keepAlive);
    }

    @Test
    void refusesEncryptionWithAKey() throws MalformedMessage {
        Handshake answer = answer("3.3.551.0", PORT + ", {\"ActionType\": \"KMSEncryption\"}");

        assertThat(text(answer)).contains("{\"ActionType\":\"KMSEncryption\",\"ActionStatus\":2,");
        assertThat(answer.refusal()).hasValueSatisfying(why -> assertThat(why).hasMessageContaining("--plugin"));
    }

    @Test
    void refusesWhatItDoesNotKnow() throws MalformedMessage {
        Handshake answer = answer("3.3.551.0", PORT + ", {\"ActionType\": \"Sing\"}");

        assertThat(text(answer)).contains("{\"ActionType\":\"Sing\",\"ActionStatus\":3,");
        assertThat(answer.refusal()).isPresent();
    }

    @Test
    void refusesASessionThatIsNoPort() throws MalformedMessage {
        String shell = PORT.replace("\"Port\"", "\"Standard_Stream\"");

        assertThat(answer("3.3.551.0", shell).refusal())
                .hasValueSatisfying(why -> assertThat(why).hasMessageContaining("wrong SSM document"));
    }

    @Test
    void refusesWhatIsNoRequest() {
        assertThatExceptionOfType(MalformedMessage.class)
                .isThrownBy(() -> Handshake.answer("[".getBytes(StandardCharsets.UTF_8)));
    }

    private static Handshake answer(String version, String actions) throws MalformedMessage {
        return Handshake.answer(
                ("{\"AgentVersion\": \"" + version + "\", \"RequestedClientActions\": [" + actions + "]}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Handshake answer) {
        return new String(answer.response(), StandardCharsets.UTF_8);
    }
}
