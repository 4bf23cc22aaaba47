package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.Secret;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class ScramVerifierTest {

    /** Salt, iterations and password of the exchange in RFC 7677, section 3. */
    @Test
    void computesTheKeysOfTheExampleInTheRfc() {
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        assertThat(ScramVerifier.of(Secret.of("pencil"), salt, 4096))
                .isEqualTo("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
                        + "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
    }

    @Test
    void drawsANewSaltEachTime() {
        Secret password = Secret.random(20);
        assertThat(ScramVerifier.of(password))
                .isNotEqualTo(ScramVerifier.of(password))
                .doesNotContain(password.reveal());
    }
}
