package dev.sallyport.mywire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class GreetingTest {

    private static Greeting greeting() {
        return new Greeting(
                "11.4.5-MariaDB", 7, Greeting.newNonce(), Capabilities.offered(), 45, 2, "mysql_native_password");
    }

    @Test
    void isReadAsItWasWritten() {
        Greeting written = greeting();
        Greeting read = Greeting.decode(Unpooled.wrappedBuffer(written.encode()));
        assertThat(read).usingRecursiveComparison().isEqualTo(written);
    }

    /** A server of MariaDB's that has any leaves CLIENT_MYSQL (our LONG_PASSWORD) away and says which in the bytes reserved. */
    @Test
    void offersNoneOfMariaDbsExtendedCapabilities() {
        byte[] payload = greeting().encode();
        int reserved = 1 + "11.4.5-MariaDB".length() + 1 + 4 + 8 + 1 + 2 + 1 + 2 + 2 + 1;
        assertThat(Capabilities.offered() & Capabilities.LONG_PASSWORD).isNotZero();
        for (int i = reserved; i < reserved + 10; i++) {
            assertThat(payload[i]).isZero();
        }
    }

    /** Nor does the target hear of any from us, whatever a client claims. */
    @Test
    void claimsNoneOfThemToTheTarget() {
        LoginRequest login = new LoginRequest(
                Capabilities.towardsTarget(Capabilities.offered(), -1),
                1 << 24,
                45,
                "u",
                new byte[0],
                "shop",
                "",
                new byte[0]);
        byte[] payload = login.encode();
        assertThat(login.capabilities() & Capabilities.LONG_PASSWORD).isNotZero();
        for (int i = 9; i < 32; i++) {
            assertThat(payload[i]).isZero();
        }
    }
}
