package dev.sallyport.sandbox.svix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.svix.Svix;
import com.svix.SvixOptions;
import com.svix.exceptions.ApiException;
import com.svix.models.ApplicationIn;
import com.svix.models.EndpointIn;
import com.svix.models.EndpointOut;
import com.svix.models.EndpointSecretRotateIn;
import com.svix.models.EndpointUpdate;
import com.svix.models.EventTypeIn;
import com.svix.models.MessageIn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.webhook.WebhookReceiver;
import java.net.URI;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stand-in as Svix's own library sees it. */
class SvixStandInTest {

    private static final Secret TOKEN = Secret.of("testsk_canary.eu");

    private final Secret secret = WebhookReceiver.newSecret();
    private final WebhookReceiver receiver = new WebhookReceiver(0, secret);
    private @SuppressWarnings("NullAway.Init") SvixStandIn standIn;
    private @SuppressWarnings("NullAway.Init") Svix svix;

    @BeforeEach
    void start() throws Exception {
        standIn = new SvixStandIn(0, TOKEN);
        svix = client(TOKEN.reveal());
        svix.getApplication().create(new ApplicationIn().uid("acme").name("Acme"));
    }

    @AfterEach
    void stop() {
        standIn.close();
        receiver.close();
    }

    @Test
    void keepsApplicationsByIdAndUid() throws Exception {
        String id = svix.getApplication().get("acme").getId();
        assertThat(svix.getApplication().get(id).getUid()).isEqualTo("acme");
        assertThat(svix.getApplication()
                        .getOrCreate(new ApplicationIn().uid("acme").name("another"))
                        .getName())
                .isEqualTo("Acme");
        assertThat(svix.getApplication().list().getData()).hasSize(1);
        expect(
                409,
                "conflict",
                () -> svix.getApplication()
                        .create(new ApplicationIn().uid("acme").name("Acme")));
        svix.getApplication().delete("acme");
        expect(404, "not_found", () -> svix.getApplication().get("acme"));
    }

    @Test
    void keepsEventTypes() throws Exception {
        svix.getEventType().create(new EventTypeIn().name("grant.closed").description("A grant ended"));
        assertThat(svix.getEventType().get("grant.closed").getDescription()).isEqualTo("A grant ended");
        expect(
                409,
                "event_type_exists",
                () -> svix.getEventType()
                        .create(new EventTypeIn().name("grant.closed").description("again")));
        expect(404, "not_found", () -> svix.getEventType().get("grant.opened"));
    }

    @Test
    void keepsEndpointsAndTellsThemWhatTheyAskFor() throws Exception {
        EndpointOut endpoint = endpoint();
        assertThat(svix.getEndpoint().getSecret("acme", endpoint.getId()).getKey())
                .isEqualTo(secret.reveal());
        send("evt_1", "grant.closed");
        send("evt_2", "grant.opened");
        assertThat(receiver.messages()).hasSize(1).allMatch(WebhookReceiver.Message::verified);

        svix.getEndpoint()
                .update(
                        "acme",
                        endpoint.getId(),
                        new EndpointUpdate().url(URI.create(receiver.url())).disabled(true));
        assertThat(svix.getEndpoint().get("acme", endpoint.getId()).getDisabled())
                .isTrue();
        send("evt_3", "grant.closed");
        assertThat(receiver.messages()).hasSize(1);

        svix.getEndpoint().delete("acme", endpoint.getId());
        expect(404, "not_found", () -> svix.getEndpoint().get("acme", endpoint.getId()));
        assertThat(svix.getEndpoint().list("acme").getData()).isEmpty();
    }

    @Test
    void signsWithTheOldSecretTooUntilItsGraceIsOver() throws Exception {
        EndpointOut endpoint = endpoint();
        svix.getEndpoint().rotateSecret("acme", endpoint.getId(), new EndpointSecretRotateIn());
        assertThat(svix.getEndpoint().getSecret("acme", endpoint.getId()).getKey())
                .isNotEqualTo(secret.reveal());
        send("evt_1", "grant.closed");
        assertThat(receiver.messages().getLast().verified()).isTrue();
        svix.getEndpoint().rotateSecret("acme", endpoint.getId(), new EndpointSecretRotateIn().gracePeriodSeconds(0));
        send("evt_2", "grant.closed");
        assertThat(receiver.messages().getLast().verified()).isFalse();
    }

    @Test
    void takesAMessageOncePerEventId() throws Exception {
        String id = send("evt_1", "grant.closed");
        expect(409, "conflict", () -> send("evt_1", "grant.closed"));
        assertThat(svix.getMessage().get("acme", id).getEventId()).isEqualTo("evt_1");
        assertThat(svix.getMessage().get("acme", "evt_1").getId()).isEqualTo(id);
        assertThat(svix.getMessage().list("acme").getData()).hasSize(1);
        expect(404, "not_found", () -> svix.getMessage().get("acme", "evt_2"));
    }

    @Test
    void namesTheFieldThatIsWrong() throws Exception {
        ApiException wrong = catchThrowableOfType(
                ApiException.class,
                () -> svix.getEndpoint().create("acme", new EndpointIn().url(URI.create("ftp://x.example/"))));
        assertThat(wrong.getCode()).isEqualTo(422);
        var error = new ObjectMapper()
                .readTree(wrong.getResponseBody())
                .path("detail")
                .path(0);
        assertThat(error.path("loc").toString()).isEqualTo("[\"body\",\"url\"]");
        assertThat(error.path("msg").asText()).isNotEmpty();
        assertThat(error.path("type").asText()).isEqualTo("value_error.url.scheme");
    }

    @Test
    void letsNobodyInWithAnotherToken() {
        expect(
                401,
                "authentication_failed",
                () -> client("testsk_other.eu").getApplication().list());
    }

    private EndpointOut endpoint() throws Exception {
        return svix.getEndpoint()
                .create(
                        "acme",
                        new EndpointIn()
                                .url(URI.create(receiver.url()))
                                .secret(secret.reveal())
                                .filterTypes(Set.of("grant.closed")));
    }

    private String send(String eventId, String eventType) throws Exception {
        return svix.getMessage()
                .create(
                        "acme",
                        new MessageIn().eventType(eventType).eventId(eventId).payload("{\"a\":1}"))
                .getId();
    }

    private static void expect(int status, String code, ThrowingCallable call) {
        ApiException refused = catchThrowableOfType(ApiException.class, call);
        assertThat(refused.getCode()).isEqualTo(status);
        assertThat(refused.getResponseBody())
                .contains("\"code\":\"" + code + "\"")
                .contains("\"detail\":\"");
    }

    private Svix client(String token) {
        SvixOptions options = new SvixOptions();
        options.setServerUrl(standIn.url());
        return new Svix(token, options);
    }
}
