package dev.sallyport.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.pgwire.startup.ProtocolVersion;
import dev.sallyport.proxy.postgres.CancelKeys.Cancellable;
import dev.sallyport.proxy.postgres.CancelKeys.Key;
import java.util.Optional;
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
        assertThat(found(42, first.secret())).containsSame(one);
        assertThat(found(42, second.secret())).containsSame(other);
    }

    @Test
    void aKeyThatIsForgottenFindsNothingAndTheOthersStay() {
        Key first = keys.mint(42, ProtocolVersion.V3_0, one);
        Key second = keys.mint(42, ProtocolVersion.V3_0, other);

        keys.forget(first);

        assertThat(found(42, first.secret())).isEmpty();
        assertThat(found(42, second.secret())).containsSame(other);
    }

    @Test
    void neitherAnotherSecretNorAPrefixOfItFindsASession() {
        Key key = keys.mint(7, ProtocolVersion.V3_2, one);
        byte[] prefix = java.util.Arrays.copyOf(key.secret(), 4);

        assertThat(key.secret()).hasSize(32);
        assertThat(found(7, prefix)).isEmpty();
        assertThat(found(7, new byte[32])).isEmpty();
        assertThat(found(8, key.secret())).isEmpty();
    }

    @Test
    void otherNodesKnowAKeyByTheDigestOfItsProcessIdAndSecret() {
        Key key = keys.mint(4711, ProtocolVersion.V3_0, one);

        assertThat(keys.find(key.digest())).containsSame(one);
        assertThat(CancelKeys.digest(4711, new byte[] {1, 2, 3, 4}))
                .as("the example of the contract")
                .isEqualTo("8bd028e96b9c2557048a0c296ed9b8c5cc42c611696bc36e27df0a7160768bee");
    }

    private Optional<Cancellable> found(int processId, byte[] secret) {
        return keys.find(CancelKeys.digest(processId, secret));
    }
}
