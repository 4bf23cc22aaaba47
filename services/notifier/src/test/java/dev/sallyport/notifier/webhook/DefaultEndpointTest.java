package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.notifier.Configured;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefaultEndpointTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @Test
    void isThereOnlyWhenItIsConfigured() {
        assertThat(new DefaultEndpoint(Configured.with(Map.of())).get()).isEmpty();
        assertThat(with("https://example.com/hook", Map.of()).get()).hasValueSatisfying(endpoint -> {
            assertThat(endpoint.name()).isEqualTo("default");
            assertThat(endpoint.eventTypes()).containsExactly("dbroles.job.finished");
            assertThat(endpoint.way()).isInstanceOfSatisfying(Endpoint.Http.class, http -> {
                assertThat(http.privateAllowed()).isFalse();
                assertThat(http.secrets()).hasSize(1);
            });
        });
    }

    @Test
    void isSvixWhereSvixIsSetUp() {
        assertThat(with("https://example.com/hook", Map.of("sallyport.webhooks.svix.token", "testsk_canary.eu"))
                        .get())
                .hasValueSatisfying(endpoint -> assertThat(endpoint.way()).isInstanceOf(Endpoint.Svix.class));
    }

    @Test
    void refusesPlainHttpOutsideOfLocalMode() {
        assertThatThrownBy(() -> with("http://example.com/hook", Map.of()))
                .hasMessage("sallyport.webhooks.url has to begin with https://; http:// is for local mode only");
        assertThatThrownBy(() -> with("ftp://example.com/hook", Map.of("sallyport.mode", "local")))
                .hasMessage("sallyport.webhooks.url has to begin with https:// or http://");
        assertThat(with("http://example.com/hook", Map.of("sallyport.mode", "local"))
                        .get())
                .isPresent();
    }

    @Test
    void refusesAMissingOrMalformedSecretWithoutShowingIt() {
        assertThatThrownBy(() -> new DefaultEndpoint(
                        Configured.with(Map.of("sallyport.webhooks.url", "https://example.com/hook"))))
                .hasMessageContaining("sallyport.webhooks.secret is missing");
        assertThatThrownBy(() -> with("https://example.com/hook", Map.of("sallyport.webhooks.secret", "whsec_*~*")))
                .hasMessage("sallyport.webhooks.secret is not whsec_ followed by base64")
                .hasNoCause();
    }

    private static DefaultEndpoint with(String url, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("sallyport.webhooks.url", url);
        settings.put("sallyport.webhooks.secret", SECRET);
        settings.putAll(more);
        return new DefaultEndpoint(Configured.with(settings));
    }
}
