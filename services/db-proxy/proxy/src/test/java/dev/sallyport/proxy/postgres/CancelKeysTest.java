package dev.sallyport.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.pgwire.startup.ProtocolVersion;
import dev.sallyport.proxy.postgres.CancelKeys.Cancellable;
import dev.sallyport.proxy.postgres.CancelKeys.Key;
import org.junit.jupiter.api.Test;

class CancelKeysTest {

    private final CancelKeys keys = new CancelKeys();
    private final Cancellable one = Runnable::run;
    private final Cancellable other = Runnable::run;

    @Test
    void backendsOfTheSameProcessIdInTwoTargetsAreToldApartByTheSecret() {
        Key first = keys.mint(42, ProtocolVersion.V3_0, one);
        Key second = keys.mint(42, ProtocolVersion.V3_0, other);

        assertThat(first.processId()).isEqualTo(42).isEqualTo(second.processId());
        assertThat(keys.find(42, first.secret())).containsSame(one);
        assertThat(keys.find(42, second.secret())).containsSame(other);
    }

    @Test
    void aKeyThatIsForgottenFindsNothingAndTheOthersStay() {
        Key first = keys.mint(42, ProtocolVersion.V3_0, one);
        Key second = keys.mint(42, ProtocolVersion.V3_0, other);

        keys.forget(first);

        assertThat(keys.find(42, first.secret())).isEmpty();
        assertThat(keys.find(42, second.secret())).containsSame(other);
    }

    @Test
    void neitherAnotherSecretNorAPrefixOfItFindsASession() {
        Key key = keys.mint(7, ProtocolVersion.V3_2, one);
        byte[] prefix = java.util.Arrays.copyOf(key.secret(), 4);

        assertThat(key.secret()).hasSize(32);
        assertThat(keys.find(7, prefix)).isEmpty();
        assertThat(keys.find(7, new byte[32])).isEmpty();
        assertThat(keys.find(8, key.secret())).isEmpty();
    }
}
