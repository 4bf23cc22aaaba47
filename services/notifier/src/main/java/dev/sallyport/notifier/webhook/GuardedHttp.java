package dev.sallyport.notifier.webhook;

import dev.sallyport.notifier.NotifierConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * How we call addresses that people gave us: to public ones only unless it is allowed, following no redirect, through no proxy,
 * each call with an end.
 */
@ApplicationScoped
class GuardedHttp {

    private final Duration timeout;
    private final OkHttpClient anywhere;
    private final OkHttpClient publicOnly;

    @Inject
    GuardedHttp(NotifierConfig config) {
        this(config.webhooks().timeout(), Dns.SYSTEM);
    }

    /** @param timeout of one call, from the name's look-up to the end of what is read of the answer */
    GuardedHttp(Duration timeout, Dns dns) {
        this.timeout = timeout;
        anywhere = new OkHttpClient.Builder()
                .dns(dns)
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .callTimeout(timeout)
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .build();
        // With connections of its own: none that leads inside is ever found in its pool.
        publicOnly = anywhere.newBuilder()
                .socketFactory(new PublicSockets())
                .connectionPool(new ConnectionPool())
                .build();
    }

    /** What an answer means. */
    @FunctionalInterface
    interface Judge {
        Attempt of(Response answer) throws IOException;
    }

    /** How long one call takes at most. */
    Duration longest() {
        return timeout.plusSeconds(5);
    }

    /** One call. What fails is named by host, never by URL: that may be a secret. */
    Attempt exchange(Request request, boolean privateAllowed, Judge judge) throws InterruptedException {
        OkHttpClient http = privateAllowed ? anywhere : publicOnly;
        String host = request.url().host();
        try (Response answer = http.newCall(request).execute()) {
            return judge.of(answer);
        } catch (PrivateAddressException e) {
            return new Attempt.Failed(null, host + " has a private address, which is not allowed", false);
        } catch (UnknownHostException e) {
            return new Attempt.Failed(null, "the name " + host + " is not known", false);
        } catch (InterruptedIOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return new Attempt.Failed(null, "no answer within " + timeout, false);
        } catch (IOException e) {
            return new Attempt.Failed(null, "no answer (" + e.getClass().getSimpleName() + ")", false);
        }
    }

    @PreDestroy
    void close() {
        anywhere.dispatcher().executorService().shutdown();
        anywhere.connectionPool().evictAll();
        publicOnly.connectionPool().evictAll();
    }
}
