package dev.sallyport.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.Secret;
import dev.sallyport.pgwire.auth.ScramClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is salted once, and what again. */
class SaltedPasswordsTest {

    private static final byte[] SALT = "W22ZaJ0SNY7soEsUEjb6gQ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER = "another salt".getBytes(StandardCharsets.US_ASCII);

    private final SaltedPasswords passwords = new SaltedPasswords();
    private final Secret password = Secret.of("pencil");

    @Test
    void onceForAPasswordThatIsKept() {
        byte[] first = passwords.of(password).salted(SALT, 4096);

        assertThat(first).isEqualTo(ScramClient.salted("pencil", SALT, 4096));
        assertThat(passwords.of(password).salted(SALT.clone(), 4096)).isSameAs(first);
    }

    @Test
    void againForAnotherSaltOrNumberOfRounds() {
        byte[] first = passwords.of(password).salted(SALT, 4096);

        assertThat(passwords.of(password).salted(OTHER, 4096)).isEqualTo(ScramClient.salted("pencil", OTHER, 4096));
        assertThat(passwords.of(password).salted(SALT, 10)).isEqualTo(ScramClient.salted("pencil", SALT, 10));
        assertThat(passwords.of(password).salted(SALT, 4096)).isEqualTo(first);
    }

    @Test
    void againForAPasswordThatWasReadAnew() {
        byte[] first = passwords.of(password).salted(SALT, 4096);

        assertThat(passwords.of(Secret.of("pencil")).salted(SALT, 4096))
                .isEqualTo(first)
                .isNotSameAs(first);
        assertThat(passwords.of(Secret.of("pen")).salted(SALT, 4096)).isNotEqualTo(first);
    }
}
