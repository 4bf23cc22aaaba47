package dev.sallyport.provisioner.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngressTest {

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/16", "10.1.2.3/32", "fd00::/8", "2001:db8::1/128", "128.0.0.0/1"})
    void takesNetworks(String cidr) {
        assertThat(Ingress.check(cidr, false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0/8",
                "010.0.0.0/8",
                "10.0.0.0.0/8",
                "fe80::1%1/64",
                "10.0.0.0/33",
                "fd00::/129",
                "10.0.0.0/-1",
                "localhost/8",
                "/8",
                "10.0.0.0/x"
            })
    void refusesWhatIsNoNetwork(String cidr) {
        assertThat(Ingress.check(cidr, true)).contains("ingress CIDR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0/0", "::/0", "1.2.3.4/0"})
    void letsEverybodyInOnlyWhenThatIsAllowed(String cidr) {
        assertThat(Ingress.check(cidr, false)).contains("lets everybody in");
        assertThat(Ingress.check(cidr, true)).isEmpty();
    }

    @Test
    void tellsIpv6FromIpv4() {
        assertThat(new Ingress("g", "v", "h", "fd00::/8", 5432).ipv6()).isTrue();
        assertThat(new Ingress("g", "v", "h", "10.0.0.0/8", 5432).ipv6()).isFalse();
    }
}
