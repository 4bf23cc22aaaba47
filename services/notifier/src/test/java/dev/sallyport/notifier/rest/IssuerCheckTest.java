package dev.sallyport.notifier.rest;

import static dev.sallyport.notifier.NotifierConfig.Mode.LOCAL;
import static dev.sallyport.notifier.NotifierConfig.Mode.PRODUCTION;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class IssuerCheckTest {

    @Test
    void believesNoIssuerOverPlainHttpOutsideOfLocalMode() {
        assertThat(IssuerCheck.refusal(PRODUCTION, Optional.of("http://issuer.example")))
                .contains("quarkus.oidc.auth-server-url must begin with https:// unless sallyport.mode is local");
        assertThat(IssuerCheck.refusal(PRODUCTION, Optional.of("https://issuer.example")))
                .isEmpty();
        assertThat(IssuerCheck.refusal(PRODUCTION, Optional.empty())).isEmpty();
        assertThat(IssuerCheck.refusal(LOCAL, Optional.of("http://127.0.0.1:8010")))
                .isEmpty();
    }
}
