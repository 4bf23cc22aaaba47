package dev.sallyport.api.start;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.start.DeploymentConfig.Mode;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartChecksTest {

    private static final Optional<URI> NONE = Optional.empty();

    @Test
    void letsALocalInstallationUseWhatIsOnThisMachine() {
        assertThat(StartChecks.refusals(
                        Mode.LOCAL, Optional.of("http://localhost:1"), Optional.of(URI.create("http://127.0.0.1:2"))))
                .isEmpty();
    }

    @Test
    void letsProductionUseAnIssuerElsewhere() {
        assertThat(StartChecks.refusals(Mode.PRODUCTION, Optional.of("https://192.0.2.7/realm"), NONE))
                .isEmpty();
    }

    @Test
    void refusesAnIssuerOnThisMachineInProduction() {
        for (String issuer : List.of(
                "https://localhost/realm",
                "https://127.0.0.1",
                "https://[::1]:1",
                "https://dev.localhost",
                "https://0.0.0.0")) {
            assertThat(StartChecks.refusals(Mode.PRODUCTION, Optional.of(issuer), NONE))
                    .as(issuer)
                    .singleElement()
                    .asString()
                    .contains("quarkus.oidc.auth-server-url");
        }
    }

    @Test
    void refusesAnIssuerWithoutTlsAndNoIssuerInProduction() {
        assertThat(StartChecks.refusals(Mode.PRODUCTION, Optional.of("http://192.0.2.7"), NONE))
                .hasSize(1);
        assertThat(StartChecks.refusals(Mode.PRODUCTION, Optional.empty(), NONE))
                .hasSize(1);
    }

    @Test
    void refusesAnotherAddressForAwsInProduction() {
        assertThat(StartChecks.refusals(
                        Mode.PRODUCTION,
                        Optional.of("https://192.0.2.7"),
                        Optional.of(URI.create("http://aws.example"))))
                .singleElement()
                .asString()
                .contains("sallyport.aws.endpoint-override");
    }
}
