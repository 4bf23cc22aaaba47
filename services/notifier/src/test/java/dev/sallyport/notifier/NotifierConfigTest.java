package dev.sallyport.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.notifier.chat.ChatMessage;
import dev.sallyport.notifier.chat.Mention;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotifierConfigTest {

    @Test
    void hasDefaultsThatSuitProduction() {
        NotifierConfig config = Configured.with(Map.of());
        assertThat(config.mode()).isEqualTo(NotifierConfig.Mode.PRODUCTION);
        assertThat(config.auditStore().retention()).isEqualTo(Duration.ofDays(400));
        assertThat(config.consumer().batchSize()).isEqualTo(3000);
        assertThat(config.webhooks().url()).isEmpty();
        assertThat(config.webhooks().eventTypes()).containsExactly("dbroles.job.finished");
        assertThat(config.webhooks().allowPrivateAddresses()).isFalse();
        assertThat(config.webhooks().maxAttempts()).isEqualTo(12);
        assertThat(config.chat().url()).isEmpty();
        assertThat(config.chat().eventTypes()).isEqualTo(ChatMessage.TYPES);
        assertThat(config.chat().breakglassMention()).isEqualTo(Mention.HERE);
        assertThat(config.chat().allowPrivateAddresses()).isFalse();
    }

    @Test
    void refusesAKeyThatItDoesNotKnow() {
        assertThatThrownBy(() -> Configured.with(Map.of("sallyport.webhooks.ulr", "https://example.com")))
                .hasMessageContaining("sallyport.webhooks.ulr");
    }

    @Test
    void showsNoSecret() {
        NotifierConfig config = Configured.with(Map.of("sallyport.webhooks.secret", "whsec_c2VjcmV0"));
        assertThat(config.webhooks().secret().orElseThrow().toString()).isEqualTo("***");
    }
}
