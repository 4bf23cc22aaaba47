package dev.sallyport.notifier.webhook;

import com.svix.Svix;
import com.svix.SvixOptions;
import com.svix.exceptions.ApiException;
import com.svix.models.ApplicationIn;
import com.svix.models.EventTypeIn;
import com.svix.models.MessageIn;
import dev.sallyport.notifier.NotifierConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to Svix: an application for each organisation, each event type registered, and each message under the id of
 * its event, so that one that comes again is the same message there.
 */
@ApplicationScoped
class SvixClient {

    private static final int CONFLICT = 409;

    /** The library's: three calls, each tried four times, ten seconds each. */
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Duration longest;
    private final @Nullable Svix svix;
    private final Set<String> applications = ConcurrentHashMap.newKeySet();
    private final Set<String> eventTypes = ConcurrentHashMap.newKeySet();

    @Inject
    SvixClient(NotifierConfig config) {
        this(config, LONGEST);
    }

    /** @param longest that one try may take */
    SvixClient(NotifierConfig config, Duration longest) {
        this.longest = longest;
        NotifierConfig.Webhooks.Svix keys = config.webhooks().svix();
        boolean local = config.mode() == NotifierConfig.Mode.LOCAL;
        SvixOptions options = new SvixOptions();
        keys.url().map(url -> checked(url, local)).ifPresent(options::setServerUrl);
        svix = keys.token().map(token -> new Svix(token.reveal(), options)).orElse(null);
    }

    private static String checked(URI url, boolean local) {
        String scheme = String.valueOf(url.getScheme());
        if (!scheme.equals("https") && !(local && scheme.equals("http"))) {
            throw new IllegalStateException("sallyport.webhooks.svix.url has to begin with https://"
                    + (local ? " or http://" : "; http:// is for local mode only"));
        }
        return url.toString();
    }

    /** Whether Svix is set up. */
    boolean present() {
        return svix != null;
    }

    /** How long one try takes at most. */
    Duration longest() {
        return longest;
    }

    /**
     * One try. The library's client has time-outs for connecting, writing and reading, ten seconds each, but none for a call:
     * an answer that trickles would never end. So there is one here; being interrupted closes the socket.
     */
    Attempt send(Delivery delivery) throws InterruptedException {
        Svix api = svix;
        if (api == null) {
            throw new IllegalStateException("Svix is not set up");
        }
        FutureTask<Attempt> call = new FutureTask<>(() -> attempt(api, delivery));
        Thread.ofVirtual().name("svix").start(call);
        try {
            return call.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return new Attempt.Failed(null, "no answer of Svix within " + longest, false);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call of Svix failed: " + e.getCause(), e);
        } finally {
            call.cancel(true);
        }
    }

    private Attempt attempt(Svix api, Delivery delivery) {
        try {
            prepare(api, delivery);
            return create(api, delivery);
        } catch (ApiException e) {
            return judge(delivery, e.getCode());
        } catch (IOException e) {
            return new Attempt.Failed(null, "no answer of Svix (" + e.getClass().getSimpleName() + ")", false);
        }
    }

    private void prepare(Svix api, Delivery delivery) throws ApiException, IOException {
        String organisation = delivery.organisation();
        if (!applications.contains(organisation)) {
            api.getApplication()
                    .getOrCreate(new ApplicationIn().uid(organisation).name("Sallyport, " + organisation));
            applications.add(organisation);
        }
        if (!eventTypes.contains(delivery.eventType())) {
            register(api, delivery.eventType());
            eventTypes.add(delivery.eventType());
        }
    }

    private static void register(Svix api, String eventType) throws ApiException, IOException {
        try {
            api.getEventType().create(new EventTypeIn().name(eventType).description("Sallyport: " + eventType));
        } catch (ApiException e) {
            // Registered before, by us or by somebody who described it better.
            if (e.getCode() != CONFLICT) {
                throw e;
            }
        }
    }

    private static Attempt create(Svix api, Delivery delivery) throws ApiException, IOException {
        try {
            api.getMessage()
                    .create(
                            delivery.organisation(),
                            new MessageIn()
                                    .eventType(delivery.eventType())
                                    .eventId(delivery.eventId())
                                    .payload(delivery.body()));
            return new Attempt.Accepted(202);
        } catch (ApiException e) {
            // It has a message with this event id: ours, from an attempt whose answer was lost.
            if (e.getCode() == CONFLICT) {
                return new Attempt.Accepted(CONFLICT);
            }
            throw e;
        }
    }

    private Attempt judge(Delivery delivery, int status) {
        return switch (status) {
            case 401, 403 ->
                new Attempt.Held(
                        status,
                        "Svix refuses our token (" + status + "); set sallyport.webhooks.svix.token to a good one");
            case 404 -> {
                // Somebody removed the application or the type: the next attempt makes them again.
                applications.remove(delivery.organisation());
                eventTypes.remove(delivery.eventType());
                yield new Attempt.Failed(status, "Svix no longer knows the application", false);
            }
            case 400, 413, 422 -> new Attempt.Failed(status, "Svix finds the message wrong (" + status + ")", true);
            default -> new Attempt.Failed(status, "Svix answered with " + status, false);
        };
    }
}
